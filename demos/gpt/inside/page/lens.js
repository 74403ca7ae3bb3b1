// @ts-check
// Logit lens: what the output layer would answer after each layer. A column a position, a row a layer.

import { create, createSvg, find, findAll, targetOf } from "../../../common/page/dom.js";
import { clamp, percent, probability, significant } from "../../../common/page/numbers.js";
import { typeRoom, typeSize } from "../../../common/page/type_size.js";
import { shorten, visible } from "../../page/token.js";
import { drawBars } from "./bars.js";

/** @import { Part, Standing, View } from "./view.js" */

const LONGEST = 8; // characters in a cell
const CURVE = { height: 250, left: 62, low: 34, top: 12 }; // CSS pixels
/** @type {Record<string, [along: number, down: number]>} */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @param {string} name
 * @param {HTMLElement[]} cells
 * @param {string} [className]
 */
function tableRow(name, cells, className = "") {
  const row = create("tr", className);
  const head = create("th", "", name);
  head.scope = "row";
  row.append(head, ...cells);
  return row;
}

/**
 * @param {string} text
 * @param {number} t
 */
function tableCell(text, t) {
  const cell = create("td", "", shorten(visible(text), LONGEST));
  cell.dataset.t = String(t);
  return cell;
}

/**
 * @param {View} view
 * @returns {Part}
 */
export function mountLens(view) {
  const { say } = view;
  const table = find(view.root, ".gi-lens");
  const scroller = find(view.root, ".gi-table");
  const curve = find(view.root, ".gi-curve", SVGSVGElement);
  /** @type {number | null} the chosen row; the output if there is none */
  let chosenRow = null;
  /** @type {number | null} the row under the pointer */
  let hoverRow = null;
  /** @type {number | null} the column that was scrolled into sight last */
  let columnShown = null;

  function begin() {
    chosenRow = hoverRow = columnShown = null;
    const { tokens, pieces, shape, lens: { guesses, probabilities, first } } = view.seen;
    /** @param {number} row */
    const nameOf = (row) => (row === 0 ? say("embedding") : row === shape.layers ? say("output") : say("layer", { layer: row }));
    const layers = guesses.map((best, row) => tableRow(nameOf(row), best.map((ids, t) => {
      const cell = tableCell(pieces[ids[0]], t);
      cell.dataset.row = String(row);
      cell.style.setProperty("--tint", `${Math.round(50 * probabilities[row][t][0])}%`);
      cell.classList.toggle("first", first[t] === row);
      return cell;
    }), row === shape.layers ? "gi-output" : ""));
    table.replaceChildren(
      tableRow(say("read"), tokens.map(({ text }, t) => tableCell(text, t)), "gi-given"),
      ...layers,
      tableRow(say("next"), tokens.map((_, t) => tableCell(tokens[t + 1]?.text ?? "…", t)), "gi-given"),
    );
  }

  function redraw() {
    markColumn();
    sayVerdict();
    drawCurve();
    showCell();
  }

  function markColumn() {
    const column = findAll(table, `[data-t="${view.position}"]`);
    for (const cell of findAll(table, ".column")) cell.classList.remove("column");
    for (const cell of column) cell.classList.add("column");
    if (columnShown === view.position) return;
    columnShown = view.position;
    const [cell, head] = [column[0], find(table, "th").offsetWidth];
    const [left, right] = [cell.offsetLeft - head - 60, cell.offsetLeft + cell.offsetWidth + 60];
    const { scrollLeft, clientWidth } = scroller;
    if (left < scrollLeft || right > scrollLeft + clientWidth) scroller.scrollLeft = left - (clientWidth - head) / 2;
  }

  function sayVerdict() {
    const t = view.looked;
    const { answers, answer, actual, first } = view.seen.lens;
    const last = view.seen.shape.layers;
    const key = first[t] === 0 ? "verdict_start" : first[t] === last ? "verdict_end" : "verdict";
    const values = { token: view.token(t), answer: view.piece(answers[t]), layer: first[t] };
    const verdict = say(key, { ...values, p: probability(answer.p[last][t]) });
    find(view.root, ".gi-verdict").textContent = verdict;
    curve.ariaLabel = verdict;
    find(view.root, ".gi-key .actual").hidden = !actual.rank[last][t] || actual.rank[last][t] === 1;
  }

  /** The probability of the final answer, and of what really came next, after each layer. */
  function drawCurve() {
    const t = view.looked;
    const { answer, actual } = view.seen.lens;
    const last = view.seen.shape.layers;
    const { height, left, low, top } = typeRoom(CURVE);
    const width = curve.parentElement?.clientWidth ?? 0;
    curve.setAttribute("viewBox", `0 0 ${width} ${height}`);
    curve.style.height = `${height}px`;
    /** @param {number} layer */
    const x = (layer) => left + 12 + (layer / last) * (width - left - 30);
    /** @param {number} p */
    const y = (p) => top + (1 - p) * (height - top - low);
    curve.replaceChildren();
    for (const p of [0, 0.5, 1]) {
      curve.append(createSvg("line", { x1: left, x2: width, y1: y(p), y2: y(p), class: "grid" }));
      curve.append(createSvg("text", { x: left - 8, y: y(p) + typeSize(5), "text-anchor": "end" }, percent(p)));
    }
    const every = Math.ceil(last / Math.max(1, Math.floor((width - left) / typeSize(40))));
    for (let layer = 0; layer <= last; layer += every) {
      curve.append(createSvg("text", { x: x(layer), y: height - 8, "text-anchor": "middle" }, layer));
    }
    /** @param {Standing} standing @param {string} name */
    function line(standing, name) {
      const points = standing.p.map((row, layer) => [x(layer), y(row[t])]);
      curve.append(createSvg("polyline", { points: points.map((point) => point.join(",")).join(" "), class: name }));
      for (const [cx, cy] of points) curve.append(createSvg("circle", { cx, cy, r: 4, class: name }));
    }
    if (actual.rank[last][t] > 1) line(actual, "actual");
    line(answer, "answer");
  }

  /** The best guesses at one cell. */
  function showCell() {
    const t = view.looked;
    const { shape, tokens, norms, lens: { guesses, probabilities, answers, actual } } = view.seen;
    const row = (view.hover === null ? chosenRow : hoverRow) ?? shape.layers;
    const key = row === 0 ? "after_embedding" : row === shape.layers ? "after_output" : "after_layer";
    find(view.root, ".gi-cell").textContent = say(key, { layer: row });
    const bars = find(view.root, ".gi-bars");
    drawBars(bars, guesses[row][t].map((id, rank) => (
      { name: view.piece(id), p: probabilities[row][t][rank], mark: id === answers[t] }
    )));
    const facts = create("p", "gi-fact", say("norm", { norm: significant(norms[row][t]) }));
    const next = tokens[t + 1];
    if (next) {
      const values = { next: visible(next.text), rank: actual.rank[row][t], p: probability(actual.p[row][t]) };
      facts.prepend(`${say("rank", values)} `);
    }
    bars.append(facts);
  }

  /**
   * A press stays, the pointer only passes.
   * @param {MouseEvent} event
   */
  function pointAt(event) {
    const cell = targetOf(event, "[data-t]");
    const passes = event instanceof PointerEvent && event.type === "pointerover";
    if (!cell || (passes && event.pointerType !== "mouse")) return;
    const [t, row] = [Number(cell.dataset.t), cell.dataset.row === undefined ? null : Number(cell.dataset.row)];
    if (passes) {
      [view.hover, hoverRow] = [t, row];
      view.refresh();
    } else {
      [chosenRow, columnShown] = [row, t]; // nothing scrolls away under the pointer
      view.lookFrom(t);
    }
  }

  table.addEventListener("click", pointAt);
  table.addEventListener("pointerover", pointAt);
  table.addEventListener("pointerleave", () => {
    [view.hover, hoverRow] = [null, null];
    view.refresh();
  });
  scroller.addEventListener("keydown", (event) => {
    if (!view.inside || !(event.key in MOVES)) return;
    event.preventDefault();
    const [along, down] = MOVES[event.key];
    const last = view.inside.shape.layers;
    chosenRow = clamp((chosenRow ?? last) + down, 0, last);
    view.lookFrom(view.position + along);
  });
  return { begin, redraw };
}
