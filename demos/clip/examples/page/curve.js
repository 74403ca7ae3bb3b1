// @ts-check
// The curve under the slider: how many examples are known at each mix by labels made without them.

import { createSvg } from "../../../common/page/dom.js";

const [WIDTH, HEIGHT, EDGE] = [400, 100, 6]; // of the drawing's own units; it is stretched to its place

/**
 * @param {SVGSVGElement} drawing
 * @param {number[]} right at each mix
 * @param {number} judged
 * @param {number} at the mix that is set
 */
export function drawCurve(drawing, right, judged, at) {
  const x = (/** @type {number} */ mix) => (WIDTH * mix) / (right.length - 1);
  const y = (/** @type {number} */ count) => EDGE + (HEIGHT - 2 * EDGE) * (1 - count / Math.max(1, judged));
  drawing.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  drawing.setAttribute("preserveAspectRatio", "none");
  const line = right.map((count, mix) => `${x(mix).toFixed(1)},${y(count).toFixed(1)}`);
  /** @type {SVGElement[]} */
  const parts = [0, judged].map((count) => (
    createSvg("line", { x1: 0, x2: WIDTH, y1: y(count), y2: y(count), class: "ground" })
  ));
  parts.push(createSvg("polygon", { points: [`0,${y(0)}`, ...line, `${WIDTH},${y(0)}`].join(" "), class: "area" }));
  parts.push(createSvg("polyline", { points: line.join(" "), class: "line" }));
  parts.push(createSvg("line", { x1: x(at), x2: x(at), y1: 0, y2: HEIGHT, class: "here" }));
  drawing.replaceChildren(...parts);
}
