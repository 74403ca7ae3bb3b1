// @ts-check
// What all views need of a frame, each computed once and only if a view asks for it.

import { activationsOf } from "../../page/activations.js";
import { tintedMap } from "../../page/drawing.js";
import { areCoordinates } from "../../page/features.js";
import { gradient } from "../../page/gradient.js";
import { againstRest, classCount, gridPlaces, sureness } from "../../page/net.js";
import { lossAt } from "./loss_grid.js";
import { hiddenLayers, latticePlaces, evaluate, unitColumn, unitLine } from "./units.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { Colours } from "../../page/drawing.js" */
/** @import { Net, Place, View } from "../../page/net.js" */
/** @import { NetValues, Unit, Weight } from "./units.js" */

/** @typedef {{ points: Place[], classes: number[], view: View }} ShownPoints */
/** @typedef {{ unit: Unit | null, weight: Weight | null, place: Place | null }} Hover what the pointer is on, in any view */
/** @typedef {"input" | "label" | "unit" | "output"} NodeKind */
/** @typedef {{ kind: NodeKind, layer: number, unit: number }} NetNode */
/**
 * How a scene is made: `label` is what a Forward-Forward net is told, and of more classes than two the one that is seen
 * against all others; `arrows` shows the slopes, `resting` that nothing moves; `maps` and
 * `scratch` are canvases that are used again for every frame.
 * @typedef {{ say: Say, label: number, arrows: boolean, resting: boolean, colours: Colours, hover: Hover,
 *   maps: Map<string, HTMLCanvasElement>, scratch: HTMLCanvasElement }} SceneOptions
 */
/** @typedef {ReturnType<typeof makeScene>} Scene */

/** @typedef {[side: number, latticeSide: number]} Sides */

// Along a side: cells of a unit's map, corners of the lattice of the landscape and the fold (1 + a multiple of 4).
// ReLU has corners, which only small cells show. What moves may be coarser.
/** @type {Record<"still" | "moving", { smooth: Sides, corners: Sides, large: Sides }>} */
const SIDES = {
  still: { smooth: [48, 57], corners: [96, 57], large: [40, 57] },
  moving: { smooth: [40, 33], corners: [56, 33], large: [32, 33] },
};
const LARGE_NET = 24; // units from which a net is drawn more coarsely

/** @param {Net} net */
export const isLargeNet = (net) => hiddenLayers(net).reduce((sum, layer) => sum + layer.outputs, 0) > LARGE_NET;

/**
 * @param {ShownPoints} shown
 * @param {Net} net
 * @param {SceneOptions} options
 */
export function makeScene(shown, net, { say, label, arrows, resting, colours, hover, maps, scratch }) {
  const count = classCount(net);
  const told = [...shown.classes.keys()].filter((p) => shown.classes[p] < count); // of a class just added the net knows nothing
  const [points, classes, view] = [told.map((p) => shown.points[p]), told.map((p) => shown.classes[p]), shown.view];
  const pointPlaces = Float32Array.from(points.flat());
  const local = net.model === "forward-forward";
  const grain = isLargeNet(net) ? "large" : activationsOf(net).some(({ hasCorners }) => hasCorners) ? "corners" : "smooth";
  const [side, latticeSide] = SIDES[resting ? "still" : "moving"][grain];
  /** @type {Map<string, NetValues>} */
  const kept = new Map();
  const once = (/** @type {string} */ key, /** @type {() => NetValues} */ make) => {
    const known = kept.get(key) ?? make();
    kept.set(key, known);
    return known;
  };
  /** @type {Map<string, HTMLCanvasElement>} */
  const painted = new Map();
  /** @type {Float32Array | null} */
  let slopes = null;
  /** @type {number | null} */
  let loss = null;
  return {
    net, points, classes, view, say, pointPlaces, side, latticeSide, label, arrows, colours, hover, scratch,
    many: count > 2,
    /** What the score is of: two classes, or one against all others. */
    tints: count > 2 ? { low: colours.rgb.rest, high: colours.rgb.classes[label] } : { low: colours.rgb.zero, high: colours.rgb.one },
    /** What the output should be for a point, from 0 to 1. @param {number} classIndex */
    target: (classIndex) => (count > 2 ? Number(classIndex === label) : classIndex),
    names: {
      output: count > 2 ? say("inside_output_against", { label }) : local ? say("inside_output_goodness") : say("inside_output"),
      label: say("inside_label"),
      component: say("inside_component"),
    },
    get gridValues() { return once("grid", () => evaluate(net, gridPlaces(view, side), label)); },
    get lattice() { return once("lattice", () => evaluate(net, latticePlaces(view, latticeSide), label)); },
    /** The slope of the loss in each of net.numbers. */
    get slopes() { return slopes ??= gradient(net, pointPlaces, classes); },
    /** With the penalty, if its training adds one. Forward-Forward has none of the whole net. */
    get loss() { return loss ??= lossAt(net, pointPlaces, classes); },
    get pointValues() { return once("points", () => evaluate(net, pointPlaces, label)); },
    get rightValues() { return once("right", () => evaluateLabelled(net, pointPlaces, classes)); },
    get wrongValues() { return once("wrong", () => evaluateLabelled(net, pointPlaces, classes.map((classIndex) => (classIndex + 1) % count))); },
    // The first layer's lines, where its units have one.
    lines: hiddenLayers(net).length && activationsOf(net)[0].hasLine && areCoordinates(net.features)
      ? Array.from({ length: net.layers[0].outputs }, (_, unit) => unitLine(net, unit, label)) : [],
    soleLine: hiddenLayers(net).length || count > 2 || !areCoordinates(net.features) ? null : unitLine(net, 0, label),
    /** The output that is shown large. @type {NetNode} */
    output: { kind: "output", layer: net.layers.length, unit: count > 2 && !local ? label : 0 },
    /** Where an output changes its mind, at the grid's places. @param {NetNode} node */
    outputCells({ unit }) { return count > 2 && !local ? againstRest(net, this.gridValues.all, unit) : this.gridValues.score; },
    /**
     * A node's map, painted once.
     * @param {NetNode} node
     */
    mapOf({ kind, layer, unit }) {
      const key = `${kind} ${layer} ${unit}`;
      const known = painted.get(key);
      if (known) return known;
      const canvas = maps.get(key) ?? document.createElement("canvas");
      maps.set(key, canvas);
      const own = local ? label : unit;
      const tints = kind === "output" && count > 2 ? { ...this.tints, high: colours.rgb.classes[own] } : {};
      const values = kind === "output" ? sureness(net, this.outputCells({ kind, layer, unit }))
        : nodeValues(net, this.gridValues, { kind, layer, unit });
      const map = tintedMap(canvas, values, side, colours, tints);
      painted.set(key, map);
      return map;
    },
  };
}

/**
 * What the map of an input or a unit shows, from -1 to 1: an input itself, a unit's activity.
 * @param {Net} net
 * @param {NetValues} values
 * @param {NetNode} node
 */
function nodeValues(net, values, { kind, layer, unit }) {
  if (kind === "input") {
    const own = unitColumn(values.inputs, net.widths[0], unit);
    const most = own.reduce((far, value) => Math.max(far, Math.abs(value)), 1e-9);
    return own.map((value) => (0.7 * value) / most);
  }
  return unitColumn(values.layers[layer].h, values.layers[layer].units, unit).map(activationsOf(net)[layer].shown);
}

/**
 * Forward-Forward with each point's own label.
 * @param {Net} net
 * @param {Float32Array} places
 * @param {number[]} labels
 */
function evaluateLabelled(net, places, labels) {
  const byLabel = Array.from({ length: classCount(net) }, (_, label) => evaluate(net, places, label));
  const found = byLabel[byLabel.length - 1];
  found.layers.forEach(({ units, z, h }, layer) => {
    labels.forEach((label, p) => {
      const from = byLabel[label].layers[layer];
      for (let u = p * units; u < (p + 1) * units; u += 1) [z[u], h[u]] = [from.z[u], from.h[u]];
    });
  });
  return found;
}
