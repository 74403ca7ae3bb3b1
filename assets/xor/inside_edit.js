// A small box beside a weight: a number and a slider. Every change is passed on at once; Escape puts the number back.

const EDIT_REACH = 8; // the slider goes from minus to plus this, or further if the weight does

// `change(weight, value, goesOn)` is called on every change, `goesOn` unless it is the first of a drag; `walk(by)` to go to the next weight, `closed()` at the end.
function makeEdit(box, { change, walk, closed }) {
  box.innerHTML = `
    <header><strong></strong><button type="button" class="inside-close">×</button></header>
    <input type="number" step="0.05"><input type="range" step="0.01">
    <footer><button type="button" class="inside-back">←</button><button type="button" class="inside-next">→</button>
      <button type="button" class="inside-undo"></button></footer>`;
  box.hidden = true;
  const find = (selector) => box.querySelector(selector);
  const [field, slider] = [find('[type="number"]'), find('[type="range"]')];
  let now = null; // { weight, before }
  let goesOn = false; // the slider is still held, or the number still being typed

  const set = (value, from) => {
    if (!now || !Number.isFinite(value)) return;
    if (from !== field) field.value = String(Math.round(value * 1000) / 1000);
    if (from !== slider) reach(value);
    change(now.weight, value, goesOn && Boolean(from));
    goesOn = Boolean(from);
  };
  const reach = (value) => {
    const most = Math.max(EDIT_REACH, Math.ceil(Math.abs(value) * 1.25));
    slider.min = -most;
    slider.max = most;
    slider.value = value;
  };
  const close = () => {
    now = null;
    box.hidden = true;
    closed();
  };
  const putBack = () => set(now.before);
  field.addEventListener("input", () => { if (field.value.trim()) set(Number(field.value), field); });
  slider.addEventListener("input", () => set(Number(slider.value), slider));
  for (const input of [field, slider]) input.addEventListener("change", () => { goesOn = false; });
  find(".inside-undo").addEventListener("click", putBack);
  find(".inside-close").addEventListener("click", close);
  find(".inside-back").addEventListener("click", () => walk(-1));
  find(".inside-next").addEventListener("click", () => walk(1));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") putBack();
    else if (event.key !== "Enter" || event.target.tagName === "BUTTON") return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });

  return {
    // Opens on a weight at a place of the graph, in pixels.
    open(weight, value, name, [x, y], focus) {
      now = { weight, before: value };
      goesOn = false;
      box.hidden = false;
      write(find("strong"), name);
      field.value = String(Math.round(value * 1000) / 1000);
      reach(value);
      const room = box.parentElement.getBoundingClientRect();
      const { width, height } = box.getBoundingClientRect();
      box.style.left = `${Math.max(0, Math.min(room.width - width, x - width / 2))}px`;
      if (room.width < 640) box.style.top = `${room.height + 4}px`; // below the graph, which it would cover
      else box.style.top = `${y + 24 + height < room.height ? y + 24 : Math.max(0, y - height - 24)}px`;
      if (focus) field.select();
    },
    // The frame on screen may bring another number: the training goes on, or the time line was moved.
    follow(value) {
      if (!now) return;
      const given = document.activeElement === field ? Number(field.value) : Number.NaN;
      if (Math.abs(given - value) > 1e-3 || Number.isNaN(given)) field.value = String(Math.round(value * 1000) / 1000);
      if (Math.abs(Number(slider.value) - value) > 0.006) reach(value);
    },
    speak(words) {
      write(find(".inside-undo"), words.inside_put_back);
      const names = { ".inside-close": words.inside_close, ".inside-back": words.inside_weight_before, ".inside-next": words.inside_weight_next };
      Object.entries(names).forEach(([selector, name]) => find(selector).setAttribute("aria-label", name));
      for (const input of [field, slider]) input.setAttribute("aria-label", words.inside_value);
    },
    get weight() { return now && now.weight; },
    close: () => { if (now) close(); },
  };
}
