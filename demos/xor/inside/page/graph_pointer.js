// @ts-check
// Pointer and keys on the graph: units and weights are pointed at, weights are opened, units are kept by a click.

import { edgeAt } from "./graph.js";
import { planeFrame } from "./drawing.js";
import { hiddenLayers, netWeights } from "./units.js";

/** @import { Net, Place } from "../../page/net.js" */
/** @import { Edge, Graph, GraphNode } from "./graph.js" */
/** @import { Scene } from "./scene.js" */
/** @import { Unit, Weight } from "./units.js" */

/** @typedef {{ node?: GraphNode, edge?: Edge | null }} Hit */

/** @type {Record<string, 1 | -1>} */
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * The numbers in the order of the net's layers; after the last comes the first.
 * @param {Net} net
 * @param {Weight | null} weight
 * @param {1 | -1} by
 */
export function weightBeside(net, weight, by) {
  const all = netWeights(net);
  const at = weight ? all.findIndex((other) => other.at === weight.at) : by > 0 ? -1 : all.length;
  return all[(at + by + all.length) % all.length];
}

/**
 * What lies at a place of the graph: a node or an edge. A bias lies over its node's corner.
 * @param {Graph} graph
 * @param {number} x
 * @param {number} y
 * @param {number} reach
 * @returns {Hit}
 */
function graphHit({ columns, edges }, x, y, reach) {
  const bias = edgeAt(edges.filter((edge) => edge.spot), x, y, 10);
  if (bias) return { edge: bias };
  const node = columns.flat().find((one) => x >= one.x && x <= one.x + one.size && y >= one.y && y <= one.y + one.size);
  return node ? { node } : { edge: edgeAt(edges, x, y, reach) };
}

/**
 * `drawn()` is what drawGraph returned last, `scene()` what it drew; `point(unit, weight, place)` marks, `open(weight,
 * focus)` opens a weight, `leave()` closes it.
 * @param {HTMLCanvasElement} canvas
 * @param {{ drawn: () => Graph | null, scene: () => Scene | null, point: (unit: Unit | null, weight: Weight | null, place: Place | null) => void, open: (weight: Weight, focus: boolean) => void, keep: (unit: Unit | null) => void, leave: () => void }} with
 */
export function attachPointer(canvas, { drawn, scene, point, open, keep, leave }) {
  const reach = (/** @type {PointerEvent} */ event) => (event.pointerType === "touch" ? 18 : 9);
  const hit = (/** @type {PointerEvent} */ event, /** @type {Graph} */ graph) => {
    const { left, top } = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    return { x, y, ...graphHit(graph, x, y, reach(event)) };
  };
  /** @type {(node?: GraphNode) => Unit | null} */
  const asUnit = (node) => (node?.kind === "unit" ? { layer: node.layer, unit: node.unit } : null);
  /** @type {(edge?: Edge | null) => Weight | null} */
  const asWeight = (edge) => {
    const shown = scene();
    return (edge && shown && netWeights(shown.net).find((weight) => weight.at === edge.at)) || null;
  };
  /** @type {(found: { x: number, y: number, node?: GraphNode }) => Place | null} */
  const placeIn = ({ x, y, node }) => {
    const shown = scene();
    return node && shown && node.kind !== "label" ? planeFrame(shown.view, node.x, node.y, node.size).placeAt(x, y) : null;
  };

  const pointAt = (/** @type {PointerEvent} */ event) => {
    const graph = drawn();
    if (!graph) return;
    const found = hit(event, graph);
    canvas.style.cursor = found.edge || asUnit(found.node) ? "pointer" : "default";
    point(asUnit(found.node), asWeight(found.edge), placeIn(found));
  };
  canvas.addEventListener("pointermove", pointAt);
  canvas.addEventListener("pointerdown", pointAt);
  canvas.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") point(null, null, null); });
  canvas.addEventListener("click", (event) => {
    const graph = drawn();
    if (!graph || !(event instanceof PointerEvent)) return;
    const { node, edge } = hit(event, graph);
    const weight = asWeight(edge);
    if (weight) open(weight, event.pointerType !== "touch");
    else {
      leave();
      keep(asUnit(node));
    }
  });
  canvas.addEventListener("keydown", (event) => {
    const shown = scene();
    if (!shown) return;
    const { net, hover } = shown;
    const by = STEPS[event.key];
    if (by) {
      const weight = weightBeside(net, hover.weight, by);
      point(weight.layer < hiddenLayers(net).length ? { layer: weight.layer, unit: weight.to } : null, weight, null);
    } else if ((event.key === "Enter" || event.key === " ") && hover.weight) open(hover.weight, true);
    else return;
    event.preventDefault();
  });
}
