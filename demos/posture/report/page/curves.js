// @ts-check
// The angle that counts through one repetition, stretched to the same length for all: beside each row small, with the best
// one as a ghost; below the rows large, all of them over the best.

import { createSvg } from "../../../common/page/dom.js";

/** @import { ShownSet } from "./message.js" */

/** @typedef {{ width: number, height: number, x: (share: number) => number, y: (degrees: number) => number }} Scale */

/**
 * From a share of the repetition and an angle to the place on a drawing; large angles are at the top.
 * @param {ShownSet} set
 * @param {number} width
 * @param {number} height
 * @param {number} margin
 * @returns {Scale}
 */
export function scaleOf(set, width, height, margin) {
  const angles = [...set.rows.flatMap(({ curve }) => curve ?? []), set.report.asked_degrees ?? NaN].filter(Number.isFinite);
  const [low, high] = [Math.min(...angles), Math.max(...angles)];
  const most = Math.max(high - low, 1);
  return {
    width,
    height,
    x: (share) => margin + share * (width - 2 * margin),
    y: (degrees) => margin + ((high - degrees) / most) * (height - 2 * margin),
  };
}

/** @param {number[]} curve @param {Scale} scale */
export function pathOf(curve, { x, y }) {
  return curve.map((angle, at) => `${at ? "L" : "M"}${x(at / (curve.length - 1)).toFixed(1)} ${y(angle).toFixed(1)}`).join("");
}

/** The best repetition's curve. @param {ShownSet} set */
export function bestCurve(set) {
  return set.report.best === null ? null : set.rows[set.report.best - 1].curve;
}

/**
 * A drawing with the line of what is asked, and the best repetition as a ghost.
 * @param {ShownSet} set
 * @param {Scale} scale
 * @param {string} label
 */
export function ground(set, scale, label) {
  const { width, height, x, y } = scale;
  const svg = createSvg("svg", { class: "rep-curve", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  const asked = set.report.asked_degrees;
  if (asked !== null) svg.append(createSvg("line", { class: "asked", x1: x(0), x2: x(1), y1: y(asked), y2: y(asked) }));
  const best = bestCurve(set);
  if (best) svg.append(createSvg("path", { class: "ghost", d: pathOf(best, scale) }));
  return svg;
}

/**
 * Where two curves are furthest apart.
 * @param {number[]} curve
 * @param {number[]} best
 */
export function furthestApart(curve, best) {
  let at = 0;
  for (const index of curve.keys()) {
    if (Math.abs(curve[index] - best[index]) > Math.abs(curve[at] - best[at])) at = index;
  }
  return { share: at / (curve.length - 1), degrees: Math.abs(curve[at] - best[at]) };
}

/** The number of the repetition that differs most from the best one. @param {ShownSet} set */
export function furthestFromBest(set) {
  const best = bestCurve(set);
  const apart = set.rows.map(({ curve }) => (best && curve ? furthestApart(curve, best).degrees : -1));
  return apart.indexOf(Math.max(...apart)) + 1;
}
