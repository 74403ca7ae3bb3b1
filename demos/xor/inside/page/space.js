// @ts-check
// The hidden space: where a layer sends the plane and its points. At fold 0 the plane as it is, at 1 as the layer sees it.

import { cssColour } from "../../../common/page/canvas.js";
import { typeSize } from "../../../common/page/type_size.js";
import { activationsOf } from "../../page/activations.js";
import { linePath, latticeCrossings, prepareCanvas, stroke } from "../../page/drawing.js";
import { drawMark, drawProbe, drawRimmed, lineEnds, markRadius, planeFrame } from "./drawing.js";
import { principalAxes } from "./principal.js";
import { evaluate, unitColumn, unitName } from "./units.js";

/** @import { Context, Crossing } from "../../page/drawing.js" */
/** @import { Line, Net, Place } from "../../page/net.js" */
/** @import { Scene } from "./scene.js" */

/**
 * The two directions that are drawn: `direct` if they are two units themselves; `ofPlane` if they are the plane's own, for
 * want of points.
 * @typedef {{ mean: number[], axes: number[][], shares: number[] | null, direct: boolean }} SpaceAxes
 */
/** @typedef {SpaceAxes & { ofPlane: boolean }} ShownAxes */
/** @typedef {ReturnType<typeof spaceFrame>} SpaceFrame */

const SPACE = { every: 4, stride: 2, margin: 34 };

/**
 * (P × U) → two coordinates each: the two activities themselves, or the first two principal components of the points.
 * @param {number} units
 * @param {Float32Array} ofPoints
 * @param {number[][] | null} before
 * @returns {SpaceAxes}
 */
export function spaceAxes(units, ofPoints, before) {
  if (units > 2) return { ...principalAxes(ofPoints, units, before), direct: false };
  return { mean: [0, 0], axes: units === 2 ? [[1, 0], [0, 1]] : [[1], [0]], shares: null, direct: true };
}

/**
 * @param {ArrayLike<number>} values
 * @param {number} units
 * @param {{ mean: number[], axes: number[][] }} axes
 */
export function ontoAxes(values, units, { mean, axes }) {
  const flat = new Float32Array((2 * values.length) / units);
  for (let p = 0; p < flat.length / 2; p += 1) {
    for (let k = 0; k < 2; k += 1) {
      let sum = 0;
      for (let u = 0; u < units; u += 1) sum += (values[p * units + u] - mean[u]) * axes[k][u];
      flat[2 * p + k] = sum;
    }
  }
  return flat;
}

/** @param {Float32Array[]} lists */
function joined(lists) {
  const all = new Float32Array(lists.reduce((sum, list) => sum + list.length, 0));
  lists.reduce((at, list) => {
    all.set(list, at);
    return at + list.length;
  }, 0);
  return all;
}

/**
 * [w₁, w₂, b] of the output's border on the two axes. It is a plane across all units: this is where it cuts what is drawn.
 * @param {Net} net
 * @param {SpaceAxes} axes
 * @returns {Line}
 */
function outputLine(net, { mean, axes }) {
  const { weight, bias } = net.layers[net.layers.length - 1];
  const along = (/** @type {number[]} */ axis) => axis.reduce((sum, value, u) => sum + value * weight[u], 0);
  return [along(axes[0]), along(axes[1]), bias[0] + mean.reduce((sum, value, u) => sum + (u < weight.length ? value * weight[u] : 0), 0)];
}

/**
 * Both ends of the fold on the canvas: for each place where it lies in the plane and in the space, in pixels.
 * @param {ArrayLike<number>} all
 * @param {number} width
 * @param {number} height
 */
function spaceFrame(all, width, height) {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at < all.length; at += 2) {
    left = Math.min(left, all[at]); right = Math.max(right, all[at]);
    low = Math.min(low, all[at + 1]); high = Math.max(high, all[at + 1]);
  }
  const scale = Math.min((width - 2 * SPACE.margin) / Math.max(right - left, 1e-3), (height - 2 * SPACE.margin) / Math.max(high - low, 1e-3));
  const [midX, midY] = [(left + right) / 2, (low + high) / 2];
  return {
    scale,
    across: (/** @type {number} */ a) => width / 2 + (a - midX) * scale,
    down: (/** @type {number} */ b) => height / 2 - (b - midY) * scale,
    low: Math.min(midX - width / scale, midY - height / scale),
    high: Math.max(midX + width / scale, midY + height / scale),
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 * @param {{ layer: number, fold: number, before: number[][] | null }} options
 */
export function drawSpace(canvas, scene, { layer, fold, before }) {
  const { net, colours, lattice, hover } = scene;
  const { context, width, height } = prepareCanvas(canvas);
  if (!width || !lattice.layers.length) return null;
  const { units } = lattice.layers[layer];
  const side = scene.latticeSide;
  // Two points have only one direction between them: then the plane's own spread is looked at.
  const few = scene.points.length < 3;
  const local = net.model === "forward-forward";
  const pointSets = (local ? [scene.wrongValues, scene.rightValues] : [scene.pointValues]).map(({ layers }) => layers[layer].h);
  const axes = { ...spaceAxes(units, few ? lattice.layers[layer].h : joined(pointSets), before), ofPlane: few };
  const there = ontoAxes(lattice.layers[layer].h, units, axes);
  const sent = pointSets.map((h) => ontoAxes(h, units, axes));
  // The axes of two activities stand still while a net learns, if they have bounds.
  const { range } = activationsOf(net)[layer];
  const frame = spaceFrame(
    axes.direct && range ? [range[0], range[0], range[1], range[1]] : joined([there, ...sent]), width, height,
  );
  const size = Math.min(width, height) - 2 * SPACE.margin;
  const plane = planeFrame(scene.view, (width - size) / 2, (height - size) / 2, size);
  /** @returns {Place} */
  const between = (/** @type {ArrayLike<number>} */ places, /** @type {Float32Array} */ flat, /** @type {number} */ p) => [
    plane.across(places[2 * p]) + fold * (frame.across(flat[2 * p]) - plane.across(places[2 * p])),
    plane.down(places[2 * p + 1]) + fold * (frame.down(flat[2 * p + 1]) - plane.down(places[2 * p + 1])),
  ];
  const corners = Array.from({ length: side * side }, (_, p) => between(lattice.places, there, p));
  /** @returns {Place} */
  const onCrossing = (/** @type {Crossing} */ [a, b, along]) => [corners[a][0] + along * (corners[b][0] - corners[a][0]), corners[a][1] + along * (corners[b][1] - corners[a][1])];
  const crossings = (/** @type {Float32Array} */ values) => (/** @type {Context} */ path) => {
    for (const [from, to] of latticeCrossings(values, side)) linePath(path, [onCrossing(from), onCrossing(to)]);
  };

  // The plane in the output's colours, translucent, so that one sees it lie on itself.
  const rim = [0, 1, 2, side + 2, 2 * side + 2, 2 * side + 1, 2 * side, side]; // round two by two cells
  for (let row = 0; row + 2 < side; row += SPACE.stride) {
    for (let column = 0; column + 2 < side; column += SPACE.stride) {
      const at = row * side + column;
      const sure = lattice.sure[at + side + 1];
      context.globalAlpha = 0.12 + 0.2 * Math.abs(sure);
      context.fillStyle = cssColour(sure < 0 ? scene.tints.low : scene.tints.high);
      context.beginPath();
      linePath(context, rim.map((step) => corners[at + step]));
      context.fill();
    }
  }
  context.globalAlpha = 0.45;
  stroke(context, colours.ink, 0.8, [], (path) => {
    for (let k = 0; k < side; k += SPACE.every) {
      linePath(path, corners.slice(k * side, (k + 1) * side));
      linePath(path, corners.filter((_, p) => p % side === k));
    }
  });
  context.globalAlpha = 1;

  const shown = Math.max(0, (fold - 0.5) * 2); // what belongs to the hidden space appears as the fold completes
  drawSpaceAxes(context, frame, axes, scene, { layer, units, width, height, shown });
  const last = layer === lattice.layers.length - 1;
  if (last && !local && !scene.many) {
    const ends = lineEnds(outputLine(net, axes), frame);
    context.globalAlpha = shown;
    if (ends) stroke(context, colours.ink, axes.direct ? 3 : 2, axes.direct ? [] : [9, 7], (path) => linePath(path, ends.map(([a, b]) => [frame.across(a), frame.down(b)])));
    context.globalAlpha = 1;
  }
  if (local && units === 2) {
    // Goodness is the mean square: one half is the circle of radius 1.
    context.globalAlpha = shown;
    stroke(context, colours.ink, 2, [9, 7], (path) => path.arc(frame.across(0), frame.down(0), frame.scale, 0, 7));
    context.globalAlpha = 1;
  }
  stroke(context, colours.card, 5, [], crossings(lattice.score));
  stroke(context, colours.ink, 3, [], crossings(lattice.score));
  if (hover.unit && hover.unit.layer <= layer) {
    const own = lattice.layers[hover.unit.layer];
    stroke(context, colours.accent, 2.5, [7, 5], crossings(unitColumn(own.z, own.units, hover.unit.unit)));
  }

  const radius = markRadius(scene.points.length, size);
  const places = scene.pointPlaces;
  if (local) {
    const [wrongly, rightly] = sent;
    scene.classes.forEach((classIndex, p) => drawMark(context, ...between(places, wrongly, p), classIndex, radius * 0.8, colours, true));
    scene.classes.forEach((classIndex, p) => drawMark(context, ...between(places, rightly, p), classIndex, radius, colours));
  } else {
    scene.classes.forEach((classIndex, p) => drawMark(context, ...between(places, sent[0], p), classIndex, radius, colours));
  }
  if (hover.place) {
    const probe = evaluate(net, Float32Array.from(hover.place), scene.label);
    drawProbe(context, ...between(hover.place, ontoAxes(probe.layers[layer].h, units, axes), 0), colours);
  }
  return { axes, there, frame };
}

/**
 * The activities as axes, or each hovered unit's own direction among the principal components.
 * @param {Context} context
 * @param {SpaceFrame} frame
 * @param {ShownAxes} axes
 * @param {Scene} scene
 * @param {{ layer: number, units: number, width: number, height: number, shown: number }} options
 */
function drawSpaceAxes(context, frame, axes, scene, { layer, units, width, height, shown }) {
  const { colours, net, hover } = scene;
  if (!shown) return;
  context.save();
  context.globalAlpha = shown;
  const lit = hover.unit && hover.unit.layer === layer ? hover.unit.unit : -1;
  if (axes.direct) {
    /** @type {[Place, Place][]} */
    const ways = [[[0, frame.down(0)], [width, frame.down(0)]], [[frame.across(0), 0], [frame.across(0), height]]];
    ways.slice(0, units).forEach((ends, k) => {
      stroke(context, lit === k ? colours.accent : colours.muted, lit === k ? 3 : 1, [], (path) => linePath(path, ends));
    });
    drawRimmed(context, `${unitName(net, layer, 0)} →`, width - 4, frame.down(0) - 8, colours, { size: 16, align: "right" });
    if (units > 1) drawRimmed(context, `↑ ${unitName(net, layer, 1)}`, frame.across(0) + 8, typeSize(18), colours, { size: 16 });
  } else {
    drawRimmed(context, `${scene.names.component} 1 →`, width - 4, height - 8, colours, { align: "right", style: colours.muted });
    drawRimmed(context, `↑ ${scene.names.component} 2`, 4, typeSize(18), colours, { style: colours.muted });
    if (lit >= 0) {
      const origin = axes.mean.map((value, u) => (u === lit ? 0 : value));
      const ends = [-1, 1].map((value) => ontoAxes(Float32Array.from(origin, (own, u) => (u === lit ? value : own)), units, axes));
      const [from, to] = ends.map(([a, b]) => [frame.across(a), frame.down(b)]);
      stroke(context, colours.card, 6, [], (path) => linePath(path, [from, to]));
      stroke(context, colours.accent, 3, [], (path) => linePath(path, [from, to]));
      drawRimmed(context, unitName(net, layer, lit), to[0] + 6, to[1] - 6, colours, { size: 17, weight: 700 });
    }
  }
  context.restore();
}
