// @ts-check
// The forward pass step by step: one step's formula, its lines of model.py, and the numbers of the chosen token.

import { create, find, findAll } from "../../../common/page/dom.js";
import { createExcerpt } from "../../../common/page/excerpt.js";
import { fitFormulas } from "../../../common/page/formulas.js";
import { clamp, probability, significant } from "../../../common/page/numbers.js";
import { visible } from "../../page/token.js";
import { drawBars } from "./bars.js";
import { createValue } from "./values.js";

/** @import { Part, View } from "./view.js" */
/** @import { Value } from "./values.js" */

/**
 * @typedef {{ turn: number, layer: number, position: number, values: Record<string, Value>,
 *   best: [piece: string, logit: number, p: number][] }} StepValues of one layer and token
 * @typedef {{ turn: number, layer: number, position: number }} Wish
 */

const LAST = "unembed";
const REST = 90; // milliseconds at one place before its numbers are asked for

/**
 * @param {View} view
 * @param {(wish: Wish) => void} ask for the numbers of a layer and a token; they come to `receive`
 * @returns {Part & { receive: (values: StepValues) => void }}
 */
export function mountSteps(view, ask) {
  const { say } = view;
  const root = find(view.root, "[data-panel=steps]");
  const buttons = findAll(root, ".gi-steps button");
  const names = buttons.map((button) => String(button.dataset.step));
  /** @param {number} at */
  const isInLayer = (at) => buttons[at].dataset.layer !== undefined;
  const first = names.findIndex((_, at) => isInLayer(at)); // step of a layer
  const last = names.findLastIndex((_, at) => isInLayer(at));
  let step = 0;
  /** @type {StepValues | null} */
  let received = null;
  let wanted = ""; // what was asked for last
  let waiting = 0;

  /** Ask for the numbers of this layer and token, once the visitor rests there. */
  function wish() {
    const { turn } = view.seen;
    const { layer, position } = view;
    const key = `${turn} ${layer} ${position}`;
    if (wanted === key) return;
    wanted = key;
    clearTimeout(waiting);
    waiting = window.setTimeout(() => ask({ turn, layer, position }), REST);
  }

  function redraw() {
    wish();
    const name = names[step];
    const { shape, code, weights } = view.seen;
    buttons.forEach((button, at) => button.setAttribute("aria-selected", String(at === step)));
    for (const part of findAll(root, ".gi-explained")) part.hidden = part.dataset.step !== name;
    const [layer, head] = findAll(root, ".gi-stepper");
    layer.hidden = !isInLayer(step);
    head.hidden = name !== "attend";
    find(layer, "b").textContent = say("layer_of", { layer: view.layer + 1, layers: shape.layers });
    find(head, "b").textContent = say("head_of", { head: view.head + 1, heads: shape.heads });
    const token = { token: view.token(view.position), t: view.position + 1 };
    find(root, ".gi-token-name").textContent = say("of_token", token);
    find(root, ".gi-back", HTMLButtonElement).disabled = step === 0 && view.layer === 0;
    find(root, ".gi-next", HTMLButtonElement).disabled = step === names.length - 1;
    find(root, ".gi-code").replaceChildren(...code[name].map(createExcerpt));
    const parameters = Object.entries(weights[name]);
    const title = create("h4", "", say(parameters.length ? "weights" : "no_weights"));
    find(root, ".gi-weights").replaceChildren(title, ...parameters.map(([parameter, size]) => {
      const line = create("div");
      const owner = parameter.replace("{layer}", String(view.layer));
      line.append(create("span", "", owner), create("b", "", `(${size.join(", ")})`));
      return line;
    }));
    drawValues();
  }

  function drawValues() {
    const place = find(root, ".gi-values");
    const { turn } = view.seen;
    const values = received;
    const isCurrent = values?.turn === turn && values.layer === view.layer && values.position === view.position;
    place.classList.toggle("stale", !isCurrent);
    if (!values || !isCurrent) return;
    place.replaceChildren();
    for (const field of String(buttons[step].dataset.values).split(" ")) {
      const { element, paint } = createValue(view, field, values.values[field]);
      place.append(element);
      paint();
    }
    if (names[step] !== LAST) return;
    const best = create("div", "gi-bars");
    place.append(create("h4", "", say("best")), best);
    drawBars(best, values.best.map(([text, logit, p]) => (
      { name: visible(text), p, aside: `${probability(p)}  (${significant(logit)})` }
    )));
  }

  /**
   * The steps go through the layer once; from its last step on to the next layer, from the last layer out.
   * @param {number} by
   */
  function go(by) {
    const lastLayer = view.seen.shape.layers - 1;
    if (by > 0 && step === last && view.layer < lastLayer) [step, view.layer] = [first, view.layer + 1];
    else if (by < 0 && step === first && view.layer > 0) [step, view.layer] = [last, view.layer - 1];
    else {
      step = clamp(step + by, 0, names.length - 1);
      if (by > 0 && step === first) view.layer = 0;
      if (by < 0 && step === last) view.layer = lastLayer;
    }
    view.refresh();
  }

  fitFormulas(root);
  find(root, ".gi-next").addEventListener("click", () => go(1));
  find(root, ".gi-back").addEventListener("click", () => go(-1));
  buttons.forEach((button, at) => button.addEventListener("click", () => {
    step = at;
    view.refresh();
  }));
  return {
    begin() { wanted = ""; },
    redraw,
    receive(values) {
      received = values;
      if (view.panel === "steps") drawValues();
    },
  };
}
