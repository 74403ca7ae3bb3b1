// @ts-check
// Attention: a small map for every head, one of them large. Row t, column s: what token t takes from token s.

import { contextOf, fitCanvas } from "../../../common/page/canvas.js";
import { create, find, findAll, targetOf } from "../../../common/page/dom.js";
import { percent } from "../../../common/page/numbers.js";
import { typeSize } from "../../../common/page/type_size.js";
import { shorten } from "../../page/token.js";

/** @import { Part, Spread, View } from "./view.js" */

const LABEL = 15; // pixels of type on the axes
const APART = 17; // pixels between two of them
const LONGEST = 7; // characters of one
const SWATCHES = [0.01, 0.1, 0.5, 1];
/** @type {Record<string, [layer: number, head: number]>} */
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * @param {View} view
 * @returns {Part}
 */
export function mountAttention(view) {
  const heads = find(view.root, ".gi-heads");
  const map = find(view.root, ".gi-map", HTMLCanvasElement);
  const read = find(view.root, ".gi-read");
  /** @type {[t: number, s: number] | null} under the pointer */
  let pointed = null;

  function begin() {
    pointed = null;
    const { layers, heads: count } = view.seen.shape;
    const colour = view.rgb("--accent");
    heads.style.setProperty("--columns", String(count));
    heads.classList.toggle("many", count > 6);
    /** @type {HTMLElement[]} */
    const cells = [create("span", "corner")];
    for (let head = 0; head < count; head += 1) cells.push(create("span", "gi-column", head + 1));
    for (let layer = 0; layer < layers; layer += 1) {
      cells.push(create("span", "gi-row", layer + 1));
      for (let head = 0; head < count; head += 1) {
        const button = create("button", "gi-small");
        button.type = "button";
        button.dataset.layer = String(layer);
        button.dataset.head = String(head);
        button.role = "radio";
        button.setAttribute("aria-label", view.say("head", { layer: layer + 1, head: head + 1 }));
        button.append(view.weights.image(layer, head, colour));
        cells.push(button);
      }
    }
    heads.replaceChildren(...cells);
    find(view.root, ".gi-legend b").replaceChildren(...SWATCHES.map((weight) => {
      const swatch = create("i", "", percent(weight));
      swatch.style.setProperty("--tint", `${Math.round(100 * Math.sqrt(weight))}%`);
      return swatch;
    }));
  }

  function redraw() {
    for (const button of findAll(heads, "button")) {
      const [layer, head] = [Number(button.dataset.layer), Number(button.dataset.head)];
      const own = layer === view.layer && head === view.head;
      button.classList.toggle("chosen", own);
      button.classList.toggle("among", view.spread === "all" || (view.spread === "layer" && layer === view.layer));
      button.ariaChecked = String(own);
      button.tabIndex = own ? 0 : -1;
    }
    for (const button of findAll(view.root, "[data-spread]")) {
      button.setAttribute("aria-checked", String(button.dataset.spread === view.spread));
    }
    find(view.root, ".gi-name").textContent = view.say("head", { layer: view.layer + 1, head: view.head + 1 });
    drawMap();
  }

  const fontOfLabels = () => `${typeSize(LABEL)}px ${view.colour("--font-mono")}`;

  /** How wide the map is, where its squares begin, and how large one is, in CSS pixels. */
  function layout() {
    const width = Math.min(map.parentElement?.clientWidth ?? 0, 640);
    const context = contextOf(map);
    context.font = fontOfLabels();
    const margin = 16 + Math.max(...view.seen.tokens.map((_, t) => context.measureText(shorten(view.token(t), LONGEST)).width));
    return { width, margin, cell: (width - margin - 2) / view.seen.tokens.length };
  }

  function drawMap() {
    const { width, margin, cell } = layout();
    map.style.width = map.style.height = `${width}px`;
    const { context } = fitCanvas(map, width, width);
    const side = cell * view.seen.tokens.length;
    context.imageSmoothingEnabled = cell < 1;
    context.drawImage(view.weights.image(view.layer, view.head, view.rgb("--accent")), margin, margin, side, side);
    context.lineWidth = 1;
    context.strokeStyle = view.colour("--line");
    context.strokeRect(margin - 0.5, margin - 0.5, side + 1, side + 1);
    const [row, column] = pointed ?? [view.looked, null];
    const top = margin + row * cell - 0.5;
    context.strokeStyle = view.colour("--ink");
    context.strokeRect(margin - 0.5, top, (row + 1) * cell + 1, cell + 1);
    if (column !== null) context.strokeRect(margin + column * cell - 0.5, top, cell + 1, cell + 1);
    drawLabels(context, margin, cell, row, column);
    read.textContent = column === null ? sayMost(row) : sayPair(row, column);
    map.ariaLabel = `${view.say("head", { layer: view.layer + 1, head: view.head + 1 })}. ${sayMost(view.looked)}`;
  }

  /**
   * Labels stand where there is room; that of the row and the column pointed at always.
   * @param {CanvasRenderingContext2D} context
   * @param {number} margin
   * @param {number} cell
   * @param {number} row
   * @param {number | null} column
   */
  function drawLabels(context, margin, cell, row, column) {
    const every = Math.max(1, Math.ceil(typeSize(APART) / cell));
    context.font = fontOfLabels();
    context.textBaseline = "middle";

    /** @param {number} t @param {boolean} marked @param {boolean} atRow */
    function write(t, marked, atRow) {
      const label = shorten(view.token(t), LONGEST);
      const middle = margin + (t + 0.5) * cell;
      context.save();
      context.fillStyle = view.colour(marked ? "--ink" : "--muted");
      if (atRow) context.translate(margin - 8, middle);
      else context.translate(middle, margin - 8);
      if (atRow || label.length === 1) {
        context.textAlign = atRow ? "right" : "center";
        context.fillText(label, 0, atRow ? 0 : -4);
      } else {
        context.rotate(-Math.PI / 2);
        context.textAlign = "left";
        context.fillText(label, 0, 0);
      }
      context.restore();
    }

    /** @param {number} t @param {number | null} other */
    const isNear = (t, other) => other !== null && t !== other && Math.abs(t - other) * cell < typeSize(APART);
    for (let t = 0; t < view.seen.tokens.length; t += 1) {
      if (t === row || (t % every === 0 && !isNear(t, row))) write(t, t === row, true);
      if (t === column || (t % every === 0 && !isNear(t, column))) write(t, t === column, false);
    }
  }

  /** @param {number} t @param {number} s */
  function sayPair(t, s) {
    const [from, to] = [view.token(t), view.token(s)];
    if (s > t) return view.say("later", { from, to });
    return view.say("takes", { from, t: t + 1, to, s: s + 1, p: view.weights.name(view.layer, view.head, t, s) });
  }

  /** @param {number} t */
  function sayMost(t) {
    const row = Array.from({ length: t + 1 }, (_, s) => view.weights.weight(view.layer, view.head, t, s));
    const best = [...row.keys()].sort((a, b) => row[b] - row[a]).slice(0, 3);
    const list = best.map((s) => `“${view.token(s)}” ${view.weights.name(view.layer, view.head, t, s)}`).join(" · ");
    return view.say("most", { from: view.token(t), list });
  }

  /**
   * The pair of tokens under the pointer.
   * @param {MouseEvent} event
   * @returns {[t: number, s: number] | null}
   */
  function pairAt(event) {
    const { margin, cell } = layout();
    const box = map.getBoundingClientRect();
    const [s, t] = [event.clientX - box.left, event.clientY - box.top].map((x) => Math.floor((x - margin) / cell));
    return Math.min(s, t) >= 0 && Math.max(s, t) < view.seen.tokens.length ? [t, s] : null;
  }

  heads.addEventListener("click", (event) => {
    const button = targetOf(event, "button");
    if (button) view.lookAt(Number(button.dataset.layer), Number(button.dataset.head));
  });
  heads.addEventListener("keydown", (event) => {
    if (!(event.key in MOVES)) return;
    event.preventDefault();
    const [layers, columns] = MOVES[event.key];
    view.lookAt(view.layer + layers, view.head + columns);
    find(heads, "button.chosen").focus();
  });
  for (const button of findAll(view.root, "[data-spread]")) {
    button.addEventListener("click", () => {
      view.spread = /** @type {Spread} */ (button.dataset.spread);
      view.refresh();
    });
  }
  map.addEventListener("pointermove", (event) => {
    if (!view.inside) return;
    pointed = pairAt(event);
    drawMap();
  });
  map.addEventListener("pointerleave", () => {
    pointed = null;
    if (view.inside) drawMap();
  });
  map.addEventListener("click", (event) => {
    const pair = view.inside && pairAt(event);
    if (pair) view.lookFrom(pair[0]);
  });
  return { begin, redraw };
}
