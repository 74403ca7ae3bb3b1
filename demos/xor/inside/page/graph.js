// @ts-check
// The net as a graph whose nodes are the units' own maps of the plane and whose edges are its weights.

import { clamp, decimals } from "../../../common/page/numbers.js";
import { typeSize } from "../../../common/page/type_size.js";
import { prepareCanvas, stroke } from "../../page/drawing.js";
import { drawMark, drawRimmed, drawTag, drawUnitMap, planeFrame } from "./drawing.js";
import { hiddenLayers, netWeights, unitColumn, unitName } from "./units.js";

/** @import { Colours, Context } from "../../page/drawing.js" */
/** @import { Net, Place } from "../../page/net.js" */
/** @import { NetNode, NodeKind, Scene } from "./scene.js" */
/** @import { Weight } from "./units.js" */

/** @typedef {NetNode & { x: number, y: number, size: number }} GraphNode x, y is its left top corner */
/** @typedef {[x0: number, y0: number, x1: number, y1: number]} Curve */
/** @typedef {Weight & { value: number, width: number, curve?: Curve, spot?: Place }} Edge a bias is a spot at its node */
/** @typedef {{ columns: GraphNode[][], edges: Edge[] }} Graph what can be hovered and clicked */

const SLOPE = { most: 40, least: 0.003, shortest: 7, longest: 30, head: 4.5 }; // shares of the steepest, and pixels
const GRAPH = { least: 440, row: 34, input: 60, largest: 132, bend: 0.5, samples: 14 };

/**
 * Where each node stands: columns from left to right.
 * @param {Net} net
 * @param {number} width
 * @param {number} height
 * @returns {GraphNode[][]}
 */
function graphColumns(net, width, height) {
  const local = net.model === "forward-forward";
  const counts = [net.widths[0], ...hiddenLayers(net).map((layer) => layer.outputs), local ? 1 : net.widths[net.widths.length - 1]];
  const room = height - 20;
  const fit = counts.map((count, column) => {
    const spare = count > 8 ? 6 : count > 4 ? 10 : 20;
    return Math.max(18, Math.min(column ? GRAPH.largest : GRAPH.input, room / count - spare));
  });
  const widest = Math.max(...fit.slice(1, -1), 0);
  if (widest && counts[counts.length - 1] === 1) fit[fit.length - 1] = Math.max(GRAPH.input * 1.6, Math.min(GRAPH.largest, widest * 1.35));
  // Edges want room too: at least two fifths of the width.
  const shrink = Math.min(1, ((0.66 - 0.03 * counts.length) * width) / fit.reduce((sum, size) => sum + size, 0));
  const sizes = fit.map((size) => Math.max(16, Math.floor(size * shrink)));
  const gap = (width - 16 - sizes.reduce((sum, size) => sum + size, 0)) / (counts.length - 1);
  let left = 8;
  return counts.map((count, column) => {
    const size = sizes[column];
    const step = Math.min(room / count, size * 1.55 + 14);
    const top = height / 2 - (step * count) / 2;
    /** @type {NodeKind} */
    const kind = column === 0 ? "input" : column === counts.length - 1 ? "output" : "unit";
    const nodes = Array.from({ length: count }, (_, unit) => ({
      kind: /** @type {NodeKind} */ (local && column === 0 && unit > 1 ? "label" : kind),
      layer: column - 1,
      unit,
      x: left,
      y: top + (unit + 0.5) * step - size / 2,
      size,
    }));
    left += size + gap;
    return nodes;
  });
}

/**
 * The weights as curves between nodes; a bias as a dot at its node's lower left corner.
 * @param {Net} net
 * @param {GraphNode[][]} columns
 * @returns {Edge[]}
 */
function graphEdges(net, columns) {
  const crowd = Math.max(...columns.map((nodes) => nodes.length));
  const thick = crowd > 8 ? 0.42 : crowd > 4 ? 0.7 : 1;
  return netWeights(net).map((weight) => {
    const to = columns[weight.layer + 1][weight.to];
    const value = net.numbers[weight.at];
    const size = Math.tanh(Math.abs(value) / 6);
    if (weight.from < 0) {
      const spot = /** @type {Place} */ ([to.x - 1, to.y + to.size + 1]);
      return { ...weight, value, width: (2 + 6 * size) * Math.max(0.6, Math.min(1, to.size / 60)), spot };
    }
    const from = columns[weight.layer][weight.from];
    /** @type {Curve} */
    const curve = [from.x + from.size, from.y + from.size / 2, to.x, to.y + to.size / 2];
    return { ...weight, value, width: (0.5 + 9 * size) * thick, curve };
  });
}

/**
 * @param {Context} context
 * @param {Curve} curve
 */
function traceEdge(context, [x0, y0, x1, y1]) {
  const bend = GRAPH.bend * (x1 - x0);
  context.moveTo(x0, y0);
  context.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
}

/**
 * A place on a curve, `along` from 0 to 1.
 * @param {Curve} curve
 * @param {number} along
 * @returns {Place}
 */
function onEdge([x0, y0, x1, y1], along) {
  const bend = GRAPH.bend * (x1 - x0);
  const back = 1 - along;
  const [a, b, c, d] = [back ** 3, 3 * back * back * along, 3 * back * along * along, along ** 3];
  return [a * x0 + b * (x0 + bend) + c * (x1 - bend) + d * x1, (a + b) * y0 + (c + d) * y1];
}

/**
 * The weight under the pointer, if any is near.
 * @param {Edge[]} edges
 * @param {number} x
 * @param {number} y
 * @param {number} reach
 */
export function edgeAt(edges, x, y, reach) {
  /** @type {Edge | null} */
  let best = null;
  let nearest = reach;
  for (const edge of edges) {
    if (edge.spot) {
      const away = Math.hypot(edge.spot[0] - x, edge.spot[1] - y) - edge.width;
      if (away < Math.min(nearest, reach * 0.6)) [best, nearest] = [edge, away];
      continue;
    }
    if (!edge.curve || x < edge.curve[0] - 2 || x > edge.curve[2] + 2) continue;
    for (let k = 0; k < GRAPH.samples; k += 1) {
      const [[px, py], [qx, qy]] = [onEdge(edge.curve, k / GRAPH.samples), onEdge(edge.curve, (k + 1) / GRAPH.samples)];
      const [dx, dy] = [qx - px, qy - py];
      const t = clamp(((x - px) * dx + (y - py) * dy) / (dx * dx + dy * dy || 1), 0, 1);
      const away = Math.hypot(px + t * dx - x, py + t * dy - y);
      if (away < nearest) [best, nearest] = [edge, away];
    }
  }
  return best;
}

/**
 * Thousands of strokes cost more than a dozen: edges of about the same thickness and the same sign are one path.
 * @param {Context} context
 * @param {Edge[]} edges
 * @param {Colours} colours
 * @param {number} alpha
 */
function drawEdges(context, edges, colours, alpha) {
  /** @type {Map<string, Curve[]>} */
  const paths = new Map();
  edges.forEach((edge) => {
    if (!edge.curve) return;
    const key = `${edge.value < 0 ? 1 : 0} ${Math.max(0.5, Math.round(edge.width * 2) / 2)}`;
    paths.set(key, [...(paths.get(key) ?? []), edge.curve]);
  });
  context.save();
  context.globalAlpha = alpha;
  for (const [key, curves] of paths) {
    const [minus, width] = key.split(" ").map(Number);
    context.lineCap = "butt";
    stroke(context, minus ? colours.bad : colours.ink, width, minus ? [Math.max(4, width * 1.3), Math.max(3, width * 0.8)] : [],
      () => curves.forEach((curve) => traceEdge(context, curve)));
  }
  context.restore();
}

/**
 * A filled dot is positive, a ring negative; its size is that of the bias.
 * @param {Context} context
 * @param {Edge} edge
 * @param {Colours} colours
 */
function drawBias(context, { spot, width, value }, colours) {
  if (!spot) return;
  const [x, y] = spot;
  context.beginPath();
  context.arc(x, y, width, 0, 7);
  context.fillStyle = value < 0 ? colours.card : colours.ink;
  context.fill();
  context.strokeStyle = value < 0 ? colours.bad : colours.card;
  context.lineWidth = value < 0 ? 2 : 1;
  context.stroke();
}

/**
 * An arrow on each weight: up where gradient descent raises it now, down where it lowers it, long where the loss is steep.
 * They stand where the edges are apart: the further to the right, the further down the edge leads. Of many only the
 * steepest have one.
 * @param {Context} context
 * @param {Edge[]} edges
 * @param {Scene} scene
 */
function drawSlopes(context, edges, { slopes, net, colours }) {
  const steepness = (/** @type {Edge} */ { at }) => Math.abs(slopes[at]);
  const steepest = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 1e-12);
  for (const edge of [...edges].sort((one, other) => steepness(other) - steepness(one)).slice(0, SLOPE.most)) {
    const share = steepness(edge) / steepest;
    if (!(share > SLOPE.least)) continue;
    const along = 0.28 + (0.44 * (edge.to + 0.5)) / net.layers[edge.layer].outputs;
    const [x, y] = edge.curve ? onEdge(edge.curve, along) : edgeMiddle(edge);
    const up = slopes[edge.at] < 0 ? -1 : 1; // the screen's y goes down, and descent goes against the slope
    const tip = y + up * (SLOPE.shortest + (SLOPE.longest - SLOPE.shortest) * Math.sqrt(share));
    const path = (/** @type {Context} */ to) => {
      to.moveTo(x, y); to.lineTo(x, tip);
      to.moveTo(x - SLOPE.head, tip - up * SLOPE.head); to.lineTo(x, tip); to.lineTo(x + SLOPE.head, tip - up * SLOPE.head);
    };
    stroke(context, colours.card, 6, [], path);
    stroke(context, colours.accent, 2.5, [], path);
  }
}

/**
 * @param {Net} net
 * @param {number} width
 */
export const graphHeight = (net, width) => Math.max(Math.min(GRAPH.least, 0.85 * width), GRAPH.row * Math.max(...net.widths) + 20);

/**
 * The place of an edge where its box opens: the middle of its curve, or its spot.
 * @param {Edge} edge
 * @returns {Place}
 */
export const edgeMiddle = ({ curve, spot }) => (curve ? onEdge(curve, 0.5) : spot ?? [0, 0]);

/**
 * @param {Scene} scene
 * @param {NetNode} node
 */
function nodeName({ net, names, say, many }, { kind, layer, unit }) {
  if (kind === "input") return say(`features_${net.features[unit]}`);
  if (kind === "label") return `${names.label} ${unit - 2}`;
  if (kind === "unit") return unitName(net, layer, unit);
  return many && net.model !== "forward-forward" ? say(`class_${unit}`) : names.output;
}

/**
 * Draws the whole graph. Returns what can be hovered and clicked.
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 * @returns {Graph | null}
 */
export function drawGraph(canvas, scene) {
  const { net, colours, gridValues, side } = scene;
  const { context, width, height } = prepareCanvas(canvas);
  if (!width) return null;
  const columns = graphColumns(net, width, height);
  const edges = graphEdges(net, columns);
  const crowd = Math.max(...columns.map((nodes) => nodes.length));
  const { unit: hoveredUnit, weight: hoveredWeight } = scene.hover;
  const touches = (/** @type {Edge} */ edge) => Boolean(hoveredUnit) && hoveredUnit !== null && ((edge.layer === hoveredUnit.layer && edge.to === hoveredUnit.unit)
    || (edge.layer === hoveredUnit.layer + 1 && edge.from === hoveredUnit.unit));
  const usual = crowd > 8 ? 0.5 : 0.85;
  drawEdges(context, edges.filter((edge) => !touches(edge)), colours, hoveredUnit ? usual * 0.25 : usual);
  if (hoveredUnit) drawEdges(context, edges.filter(touches), colours, 1);

  columns.flat().forEach((node) => {
    const frame = planeFrame(scene.view, node.x, node.y, node.size);
    const chosen = hoveredUnit && node.kind === "unit" && node.layer === hoveredUnit.layer && node.unit === hoveredUnit.unit;
    const fine = node.size < 40 ? 1.2 : 2;
    if (node.kind === "label") {
      context.fillStyle = colours.card;
      context.fillRect(node.x, node.y, node.size, node.size);
    } else {
      const line = node.kind === "unit" && node.layer === 0 ? scene.lines[node.unit] : scene.soleLine && node.kind === "output" ? scene.soleLine : null;
      const cells = node.kind === "unit" ? unitColumn(gridValues.layers[node.layer].z, gridValues.layers[node.layer].units, node.unit)
        : node.kind === "output" ? scene.outputCells(node) : null;
      drawUnitMap(context, frame, scene.mapOf(node), { line, cells, side, style: colours.ink, width: fine });
    }
    context.strokeStyle = chosen ? colours.ink : colours.line;
    context.lineWidth = chosen ? 3 : 1;
    context.strokeRect(node.x, node.y, node.size, node.size);
    if (node.kind === "unit" && node.size < 44) return;
    const name = nodeName(scene, node);
    const within = node.kind === "unit" || (node.kind === "output" && columns[columns.length - 1].length > 1);
    if (within) drawRimmed(context, name, node.x + 5, node.y + typeSize(17), colours);
    else if (node.kind === "label") {
      context.font = colours.font(15);
      context.textAlign = "center";
      context.fillStyle = colours.ink;
      context.fillText(node.unit - 2 === scene.label ? "1" : "−1", node.x + node.size / 2, node.y + node.size / 2 + typeSize(6));
      drawRimmed(context, name, node.x, node.y - 6, colours, { style: colours.muted });
    } else {
      const align = node.kind === "output" ? "right" : "left";
      const edge = node.kind === "output" ? node.x + node.size : node.x;
      drawRimmed(context, name, edge, node.y - 6, colours, { align, style: colours.muted });
    }
  });
  if (scene.points.length <= 16) {
    columns.flat().filter((node) => node.size >= 90).forEach((node) => {
      const frame = planeFrame(scene.view, node.x, node.y, node.size);
      scene.points.forEach(([x, y], p) => drawMark(context, frame.across(x), frame.down(y), scene.classes[p], 4.5, colours));
    });
  }
  edges.forEach((edge) => drawBias(context, edge, colours));
  if (scene.arrows) drawSlopes(context, hoveredUnit ? edges.filter(touches) : edges, scene);

  const lit = hoveredWeight && edges.find((edge) => edge.at === hoveredWeight.at);
  if (lit) {
    if (lit.curve) {
      const { curve } = lit;
      stroke(context, colours.card, lit.width + 7, [], (path) => traceEdge(path, curve));
      drawEdges(context, [{ ...lit, width: lit.width + 2 }], colours, 1);
    } else drawBias(context, { ...lit, width: lit.width + 3 }, colours);
    const [x, y] = edgeMiddle(lit);
    drawTag(context, decimals(lit.value, 2), clamp(x, 36, width - 36), Math.min(height - 15, lit.curve ? y : y + 24), colours);
  }
  return { columns, edges };
}
