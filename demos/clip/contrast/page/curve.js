// @ts-check
// A small curve over the steps of a training.

import { createSvg } from "../../../common/page/dom.js";

const [WIDTH, HEIGHT] = [320, 84]; // of the drawing's own units; it is stretched to its place

/**
 * @param {SVGSVGElement} drawing
 * @param {number} steps of the whole training
 * @param {[step: number, value: number][][]} lines
 * @param {{ low: number, high: number, mark?: number }} range what the height stands for; `mark`: a dashed line
 */
export function drawCurve(drawing, steps, lines, { low, high, mark }) {
  const x = (/** @type {number} */ step) => (WIDTH * step) / Math.max(1, steps);
  const y = (/** @type {number} */ value) => 3 + (HEIGHT - 6) * (1 - (value - low) / Math.max(1e-9, high - low));
  drawing.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  drawing.setAttribute("preserveAspectRatio", "none");
  /** @type {SVGElement[]} */
  const parts = [createSvg("line", { x1: 0, x2: WIDTH, y1: HEIGHT - 1, y2: HEIGHT - 1, class: "ground" })];
  if (mark !== undefined) parts.push(createSvg("line", { x1: 0, x2: WIDTH, y1: y(mark), y2: y(mark), class: "mark" }));
  lines.forEach((line, at) => {
    const points = line.map(([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
    parts.push(createSvg("polyline", { points, class: `line-${at}` }));
  });
  drawing.replaceChildren(...parts);
}
