// @ts-check
// Attention while it trains: what every head takes from which token, on the same text at every sample.

import { create, find, findAll, targetOf } from "../../../common/page/dom.js";
import { clamp, count } from "../../../common/page/numbers.js";
import { cssValue, rgbOf } from "../../../common/page/canvas.js";
import { AttentionWeights } from "../../page/attention_weights.js";
import { visible } from "../../page/token.js";

/**
 * @typedef {{ step: number, pieces: string[], layers: number, heads: number, weights: string }} Attention as look.py
 *   makes it
 */

/**
 * @param {HTMLElement} figure
 * @param {(key: string, values?: Record<string, unknown>) => string} say
 * @param {(step: number) => void} ask for the attention at the step of a sample; it comes to `receive`
 */
export function mountAttention(figure, say, ask) {
  const slider = find(figure, "input", HTMLInputElement);
  const heads = find(figure, ".heads");
  const map = find(figure, ".map");
  /** @type {Map<number, Attention>} by step */
  const known = new Map();
  /** @type {Set<number>} */
  const asked = new Set();
  /** @type {number[]} of the samples */
  let steps = [];
  let follows = true; // the newest sample is looked at
  let [layer, head] = [0, 0];

  const step = () => steps[Number(slider.value)];

  function draw() {
    figure.hidden = steps.length === 0;
    if (figure.hidden) return;
    const at = step();
    find(figure, ".scrub span").textContent = say("step", { step: count(at) });
    const attention = known.get(at);
    if (!attention && !asked.has(at)) {
      asked.add(at);
      ask(at);
    }
    figure.classList.toggle("stale", !attention);
    if (attention) show(attention);
  }

  /** @param {Attention} attention */
  function show({ pieces, layers, heads: across, weights }) {
    const rows = new AttentionWeights(weights, layers, across, pieces.length);
    const colour = rgbOf(cssValue(figure, "--accent"));
    [layer, head] = [clamp(layer, 0, layers - 1), clamp(head, 0, across - 1)];
    heads.style.setProperty("--columns", String(across));
    heads.replaceChildren(...Array.from({ length: layers * across }, (_, number) => {
      const [ofLayer, ofHead] = [Math.floor(number / across), number % across];
      const own = ofLayer === layer && ofHead === head;
      const button = create("button", own ? "chosen" : "");
      button.type = "button";
      button.dataset.number = String(number);
      button.tabIndex = own ? 0 : -1;
      button.setAttribute("role", "radio");
      button.setAttribute("aria-checked", String(own));
      button.setAttribute("aria-label", say("head", { layer: ofLayer + 1, head: ofHead + 1 }));
      button.append(rows.image(ofLayer, ofHead, colour));
      return button;
    }));
    find(figure, ".name").textContent = say("head", { layer: layer + 1, head: head + 1 });
    const names = pieces.map(visible);
    const image = rows.image(layer, head, colour);
    const column = create("div", "names");
    column.lang = "zxx";
    column.append(...names.map((name) => create("span", "", name)));
    map.style.setProperty("--tokens", String(names.length));
    map.replaceChildren(column, image);
    const pairs = names.map((_, t) => {
      const row = Array.from({ length: t + 1 }, (_value, s) => rows.weight(layer, head, t, s));
      return { t, s: row.indexOf(Math.max(...row)) };
    });
    const last = pairs[pairs.length - 1];
    const share = rows.name(layer, head, last.t, last.s);
    find(figure, ".most").textContent = say("most", { from: names[last.t], to: names[last.s], at: last.s + 1, p: share });
  }

  /** @param {number} number of a head, among all */
  function choose(number) {
    const attention = known.get(step());
    if (!attention) return;
    const across = attention.heads;
    [layer, head] = [Math.floor(number / across), number % across];
    draw();
  }

  heads.addEventListener("click", (event) => {
    const button = targetOf(event, "button");
    if (button) choose(Number(button.dataset.number));
  });
  heads.addEventListener("keydown", (event) => {
    const across = known.get(step())?.heads ?? 1;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across }[event.key];
    if (!by) return;
    event.preventDefault();
    choose(clamp(layer * across + head + by, 0, findAll(heads, "button").length - 1));
    find(heads, ".chosen").focus();
  });
  slider.addEventListener("input", () => {
    follows = Number(slider.value) === steps.length - 1;
    draw();
  });
  window.addEventListener("glassbox:light", draw);
  return {
    /** @param {{ step: number }[]} samples */
    show(samples) {
      const now = samples.map((sample) => sample.step);
      if (now.length < steps.length || now.some((each, at) => at < steps.length && each !== steps[at])) {
        known.clear(); // another training
        asked.clear();
        follows = true;
      }
      steps = now;
      slider.max = String(Math.max(0, steps.length - 1));
      if (follows) slider.value = slider.max;
      draw();
    },
    /** @param {Attention | null} attention */
    receive(attention) {
      if (!attention || !asked.has(attention.step)) return;
      known.set(attention.step, attention);
      draw();
    },
  };
}
