// @ts-check
// The text as tokens in large type, and arcs to what one takes from. Press a token, or use the arrow keys, to look from
// there.

import { create, createSvg, find, findAll, targetOf } from "../../../common/page/dom.js";
import { clamp } from "../../../common/page/numbers.js";

/** @import { Part, View } from "./view.js" */

const MOST_ARCS = 24;
const LEAST = 0.02; // of the attention: fainter arcs are left out
/** @type {Record<string, number>} */
const MOVES = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

/**
 * What token t takes from each token s ≤ t, as the visitor chose: one head, the mean of a layer, or of all.
 * @param {View} view
 * @param {number} t
 */
function takenBy(view, t) {
  const { layers, heads } = view.seen.shape;
  const taken = new Float64Array(t + 1);
  const from = view.spread === "all" ? 0 : view.layer;
  const to = view.spread === "all" ? layers : view.layer + 1;
  let count = 0;
  for (let layer = from; layer < to; layer += 1) {
    for (let head = 0; head < heads; head += 1) {
      if (view.spread === "head" && head !== view.head) continue;
      for (let s = 0; s <= t; s += 1) taken[s] += view.weights.weight(layer, head, t, s);
      count += 1;
    }
  }
  return taken.map((sum) => sum / count);
}

/**
 * @param {View} view
 * @returns {Part}
 */
export function mountText(view) {
  const box = find(view.root, ".gi-text");
  const arcs = find(view.root, ".gi-arcs", SVGSVGElement);

  function begin() {
    const count = view.seen.tokens.length;
    box.dataset.size = count <= 80 ? "large" : count <= 140 ? "middle" : "small";
    box.setAttribute("aria-label", view.say("text"));
    box.replaceChildren(...view.seen.tokens.map(({ text, partial }, t) => {
      const span = create("span", "", text);
      span.classList.toggle("partial", partial);
      span.classList.toggle("break", /^\s*\n\s*$/.test(text));
      span.dataset.t = String(t);
      span.setAttribute("role", "option");
      if (!text.trim()) span.ariaLabel = view.token(t); // a blank has no words of its own
      return span;
    }));
  }

  /**
   * Where an arc meets a token, and how high the token is.
   * @param {HTMLElement} span
   * @returns {[x: number, y: number, height: number]}
   */
  function middle(span) {
    const at = span.getClientRects()[0] ?? span.getBoundingClientRect();
    const around = box.getBoundingClientRect();
    return [at.left - around.left + Math.min(at.width, 400) / 2, at.top - around.top + box.scrollTop, at.height];
  }

  const follow = () => { arcs.style.transform = `translateY(${-box.scrollTop}px)`; };

  function redraw() {
    const spans = findAll(box, "[data-t]");
    const from = view.looked;
    const taken = view.panel === "attention" ? takenBy(view, from) : null;
    spans.forEach((span, s) => {
      const share = taken && s <= from ? taken[s] : 0;
      span.style.setProperty("--tint", `${Math.round(50 * Math.sqrt(share))}%`);
      span.classList.toggle("chosen", s === view.position);
      span.classList.toggle("from", s === from);
      span.classList.toggle("later", taken !== null && s > from);
      span.setAttribute("aria-selected", String(s === view.position));
    });
    arcs.replaceChildren();
    arcs.style.width = `${box.clientWidth}px`;
    arcs.style.height = `${box.scrollHeight}px`;
    follow();
    if (taken) drawArcs(spans, from, taken);
  }

  /**
   * @param {HTMLElement[]} spans
   * @param {number} from
   * @param {Float64Array} taken
   */
  function drawArcs(spans, from, taken) {
    const [x, y] = middle(spans[from]);
    const shown = [...taken.keys()].filter((s) => s !== from && taken[s] >= LEAST);
    shown.sort((a, b) => taken[b] - taken[a]);
    for (const s of shown.slice(0, MOST_ARCS)) {
      const [x2, y2] = middle(spans[s]);
      const rise = clamp(Math.abs(x - x2) * 0.16, 10, 38);
      const high = Math.min(y, y2) - (Math.abs(y - y2) < 4 ? rise : rise * 0.7);
      arcs.append(createSvg("path", {
        d: `M${x},${y} C${x},${high} ${x2},${y2 - rise} ${x2},${y2}`,
        "stroke-width": (1 + 2.6 * taken[s]).toFixed(2),
        "stroke-opacity": Math.min(1, 0.12 + 0.88 * Math.sqrt(taken[s])).toFixed(3),
      }));
    }
  }

  box.addEventListener("click", (event) => {
    const token = targetOf(event, "[data-t]");
    if (token) view.lookFrom(Number(token.dataset.t));
  });
  box.addEventListener("pointerover", (event) => {
    const token = targetOf(event, "[data-t]");
    if (!token || event.pointerType !== "mouse" || (view.panel !== "attention" && view.panel !== "lens")) return;
    view.hover = Number(token.dataset.t);
    view.refresh();
  });
  box.addEventListener("pointerleave", () => {
    if (view.hover === null) return;
    view.hover = null;
    view.refresh();
  });
  box.addEventListener("keydown", (event) => {
    if (!view.inside || !(event.key in MOVES)) return;
    event.preventDefault();
    view.lookFrom(view.position + MOVES[event.key]);
    const [, top, height] = middle(findAll(box, "[data-t]")[view.position]);
    box.scrollTop = clamp(box.scrollTop, top + 2 * height - box.clientHeight, Math.max(0, top - 2 * height));
  });
  box.addEventListener("scroll", follow);
  return { begin, redraw };
}
