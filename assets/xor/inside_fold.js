// The slider between the input plane (0) and the hidden space (1), and the button that moves it there and back.

const FOLD_TIME = 1800; // milliseconds for the whole way

function makeFold(box, redraw) {
  box.innerHTML = `<button type="button" class="inside-play"></button><span></span>
    <input type="range" min="0" max="1" step="0.01" value="1"><span></span>`;
  const slider = box.querySelector("input");
  const fold = {
    value: 1,
    speak(words) {
      const [plane, space] = box.querySelectorAll("span");
      write(plane, words.inside_plane_end);
      write(space, words.inside_space_end);
      write(box.querySelector("button"), words[fold.value < 0.5 ? "inside_fold" : "inside_unfold"]);
      slider.setAttribute("aria-label", words.inside_fold_slider);
    },
  };
  const moveTo = (value) => {
    fold.value = value;
    slider.value = value;
    redraw();
  };
  fold.moveTo = moveTo;
  let run = 0; // of several runs of the slider only the latest goes on
  slider.addEventListener("input", () => {
    run += 1;
    moveTo(Number(slider.value));
  });
  box.querySelector("button").addEventListener("click", () => {
    const own = (run += 1);
    const [from, to] = [fold.value, fold.value < 0.5 ? 1 : 0];
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      moveTo(to);
      return;
    }
    let start = null;
    const go = (now) => {
      if (own !== run) return;
      start ??= now;
      const part = Math.min(1, (now - start) / FOLD_TIME);
      moveTo(from + (to - from) * part * part * (3 - 2 * part));
      if (part < 1) requestAnimationFrame(go);
    };
    requestAnimationFrame(go);
  });
  return fold;
}
