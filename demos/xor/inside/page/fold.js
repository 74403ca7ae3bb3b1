// @ts-check
// The slider between the input plane (0) and the hidden space (1), and the button that moves it there and back.

import { find, findAll, isStill, setText } from "../../../common/page/dom.js";

/** @import { Say } from "../../../common/page/words.js" */

const FOLD_TIME = 1800; // milliseconds for the whole way

/**
 * @param {HTMLElement} box
 * @param {() => void} redraw
 */
export function makeFold(box, redraw) {
  box.innerHTML = `<button type="button" class="inside-play"></button><span></span>
    <input type="range" min="0" max="1" step="0.01" value="1"><span></span>`;
  const slider = find(box, "input", HTMLInputElement);
  const button = find(box, "button");
  const fold = {
    value: 1,
    moveTo,
    /** @param {Say} say */
    speak(say) {
      const [plane, space] = findAll(box, "span");
      setText(plane, say("inside_plane_end"));
      setText(space, say("inside_space_end"));
      setText(button, say(fold.value < 0.5 ? "inside_fold" : "inside_unfold"));
      slider.setAttribute("aria-label", say("inside_fold_slider"));
    },
  };
  /** @param {number} value */
  function moveTo(value) {
    fold.value = value;
    slider.value = String(value);
    redraw();
  }
  let run = 0; // of several runs of the slider only the latest goes on
  slider.addEventListener("input", () => {
    run += 1;
    moveTo(Number(slider.value));
  });
  button.addEventListener("click", () => {
    const own = (run += 1);
    const [from, to] = [fold.value, fold.value < 0.5 ? 1 : 0];
    if (isStill()) {
      moveTo(to);
      return;
    }
    /** @type {number | null} */
    let start = null;
    const go = (/** @type {number} */ now) => {
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
