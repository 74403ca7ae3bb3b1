// @ts-check
// A small box beside a weight: a number and a slider. Every change is passed on at once; Escape puts the number back.

import { find, setText } from "../../../common/page/dom.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { Place } from "../../page/net.js" */
/** @import { Weight } from "./units.js" */

const EDIT_REACH = 8; // the slider goes from minus to plus this, or further if the weight does

/**
 * `change` is called on every change, with `goesOn` unless it is the first of a drag; `step` to go to the next weight or
 * the one before, `closed` at the end.
 * @param {HTMLElement} box
 * @param {{ change: (weight: Weight, value: number, goesOn: boolean) => void, step: (by: 1 | -1) => void, closed: () => void }} with
 */
export function makeEdit(box, { change, step, closed }) {
  box.innerHTML = `
    <header><strong></strong><button type="button" class="inside-close">×</button></header>
    <input type="number" step="0.05"><input type="range" step="0.01">
    <footer><button type="button" class="inside-back">←</button><button type="button" class="inside-next">→</button>
      <button type="button" class="inside-undo"></button></footer>`;
  box.hidden = true;
  const field = find(box, '[type="number"]', HTMLInputElement);
  const slider = find(box, '[type="range"]', HTMLInputElement);
  /** @type {{ weight: Weight, before: number } | null} */
  let now = null;
  let goesOn = false; // the slider is still held, or the number still being typed

  const set = (/** @type {number} */ value, /** @type {HTMLInputElement | null} */ from) => {
    if (!now || !Number.isFinite(value)) return;
    if (from !== field) field.value = String(Math.round(value * 1000) / 1000);
    if (from !== slider) reach(value);
    change(now.weight, value, goesOn && Boolean(from));
    goesOn = Boolean(from);
  };
  const reach = (/** @type {number} */ value) => {
    const most = Math.max(EDIT_REACH, Math.ceil(Math.abs(value) * 1.25));
    slider.min = String(-most);
    slider.max = String(most);
    slider.value = String(value);
  };
  const close = () => {
    now = null;
    box.hidden = true;
    closed();
  };
  const putBack = () => { if (now) set(now.before, null); };
  field.addEventListener("input", () => { if (field.value.trim()) set(Number(field.value), field); });
  slider.addEventListener("input", () => set(Number(slider.value), slider));
  for (const input of [field, slider]) input.addEventListener("change", () => { goesOn = false; });
  find(box, ".inside-undo").addEventListener("click", putBack);
  find(box, ".inside-close").addEventListener("click", close);
  find(box, ".inside-back").addEventListener("click", () => step(-1));
  find(box, ".inside-next").addEventListener("click", () => step(1));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") putBack();
    else if (event.key !== "Enter" || event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });

  return {
    /**
     * Opens on a weight at a place of the graph, in pixels.
     * @param {Weight} weight
     * @param {number} value
     * @param {string} name
     * @param {Place} place
     * @param {boolean} focus
     */
    open(weight, value, name, [x, y], focus) {
      now = { weight, before: value };
      goesOn = false;
      box.hidden = false;
      setText(find(box, "strong"), name);
      field.value = String(Math.round(value * 1000) / 1000);
      reach(value);
      const room = (box.parentElement ?? box).getBoundingClientRect();
      const { width, height } = box.getBoundingClientRect();
      box.style.left = `${Math.max(0, Math.min(room.width - width, x - width / 2))}px`;
      if (room.width < 640) box.style.top = `${room.height + 4}px`; // below the graph, which it would cover
      else box.style.top = `${y + 24 + height < room.height ? y + 24 : Math.max(0, y - height - 24)}px`;
      if (focus) field.select();
    },
    /**
     * The frame on screen may bring another number: the training goes on, or the time line was moved.
     * @param {number} value
     */
    follow(value) {
      if (!now) return;
      const given = document.activeElement === field ? Number(field.value) : Number.NaN;
      if (Math.abs(given - value) > 1e-3 || Number.isNaN(given)) field.value = String(Math.round(value * 1000) / 1000);
      if (Math.abs(Number(slider.value) - value) > 0.006) reach(value);
    },
    /** @param {Say} say */
    speak(say) {
      setText(find(box, ".inside-undo"), say("inside_put_back"));
      const names = { ".inside-close": say("inside_close"), ".inside-back": say("inside_weight_before"), ".inside-next": say("inside_weight_next") };
      Object.entries(names).forEach(([selector, name]) => find(box, selector).setAttribute("aria-label", name));
      for (const input of [field, slider]) input.setAttribute("aria-label", say("inside_value"));
    },
    get weight() { return now?.weight ?? null; },
    close: () => { if (now) close(); },
  };
}
