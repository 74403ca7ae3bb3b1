// @ts-check
// The tree of branches: a row for each, drawn from where it left another one.

import { create, createSvg, find } from "../../../common/page/dom.js";
import { tokenName } from "../../page/token.js";
import { language } from "../../../common/page/words.js";

/**
 * @typedef {{ tip: number, left: number | null, start: number, end: number, text: string, shown: number,
 *   here: boolean }} Row a branch: the node at its end, the row that it left, from which depth to which, how it begins,
 *   how deep the passages on show run along it, and whether one of them ends on it
 * @typedef {{ rows: Row[], longest: number, tokens: number }} Tree as look.py makes it
 */

const HEIGHT = 36; // of a row, in CSS pixels, as in the style sheet
const BEND = 8; // of a branch where it leaves another one; also the shortest line

/**
 * @param {SVGSVGElement} graph
 * @param {Tree} tree
 */
function drawGraph(graph, { rows, longest }) {
  const { width } = graph.getBoundingClientRect();
  if (!width) return;
  /** @param {number} depth */
  const across = (depth) => BEND + (depth / Math.max(longest, 1)) * (width - 22);
  /** @param {number} row */
  const down = (row) => (row + 0.5) * HEIGHT;
  /** @param {Row} row @param {number} at @param {number} end */
  function line(row, at, end) {
    const begin = across(row.start - 1);
    const right = Math.max(across(end), begin + BEND);
    if (row.left === null) return `M${begin} ${down(at)}H${right}`;
    return `M${begin} ${down(row.left)}V${down(at) - BEND}q0 ${BEND} ${BEND} ${BEND}H${right}`;
  }
  graph.setAttribute("height", String(rows.length * HEIGHT));
  graph.replaceChildren(
    ...rows.map((row, at) => createSvg("path", { d: line(row, at, row.end), class: "ground" })),
    ...rows.flatMap((row, at) => (
      row.shown ? [createSvg("path", { d: line(row, at, row.shown), class: "shown" })] : []
    )),
    ...rows.map((row, at) => createSvg("circle", {
      cx: Math.max(across(row.end), across(row.start - 1) + BEND),
      cy: down(at),
      r: row.here ? 6 : 4,
      class: row.here ? "here" : "end",
    })),
  );
}

/** @param {MountContext} context */
export function mount({ element, props, trigger, watch }) {
  const part = find(element, ".gpt-token-tree");
  const graph = find(element, "svg", SVGSVGElement);
  const list = find(element, ".gpt-rows");
  const box = find(element, ".gpt-scroll");
  /** @type {Tree | null} */
  let shown = null;

  /** @param {Row} row */
  function createRow(row) {
    const line = create("div", row.here ? "gpt-row here" : "gpt-row");
    const go = create("button", "go");
    const text = row.text.replace(/\n/g, "↵");
    const first = [...text][0] ?? "";
    go.append(create("b", "", tokenName(first)), text.slice(first.length));
    go.addEventListener("click", () => trigger("go", { tip: row.tip }));
    const prune = create("button", "prune", "×");
    prune.setAttribute("aria-label", find(element, `.gpt-prune-name [lang=${language}]`).textContent ?? "");
    prune.addEventListener("click", () => trigger("prune", { tip: row.tip }));
    line.append(go, create("span", "count", row.end - row.start + 1), prune);
    return line;
  }

  function draw() {
    /** @type {Tree | null} */
    const tree = props.value || null;
    if (tree && !tree.rows) return; // Gradio's word for "as it was"
    shown = tree;
    part.hidden = !tree?.rows.length;
    if (!tree?.rows.length) return;
    find(element, ".gpt-lone").hidden = tree.rows.length > 1;
    find(element, ".gpt-clear").hidden = tree.rows.length < 2;
    const rows = tree.rows.map(createRow);
    list.replaceChildren(...rows);
    drawGraph(graph, tree);
    const here = rows.find((row) => row.classList.contains("here"));
    if (here && (here.offsetTop < box.scrollTop || here.offsetTop + HEIGHT > box.scrollTop + box.clientHeight)) {
      box.scrollTop = here.offsetTop - box.clientHeight / 2;
    }
  }

  find(element, ".gpt-clear").addEventListener("click", () => trigger("clear"));
  new ResizeObserver(() => { if (shown) drawGraph(graph, shown); }).observe(element);
  watch("value", draw);
  draw();
}
