// @ts-check
// What all views need of a frame, each computed once and only if a view asks for it.

import { activationOf } from "../../page/activations.js";
import { tintedMap } from "../../page/drawing.js";
import { areCoordinates } from "../../page/features.js";
import { gradient } from "../../page/gradient.js";
import { gridPlaces } from "../../page/net.js";
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
 * How a scene is made: `label` is what a Forward-Forward net is told, `arrows` shows the slopes, `resting` that nothing moves; `maps` and
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
export function makeScene({ points, classes, view }, net, { say, label, arrows, resting, colours, hover, maps, scratch }) {
  const pointPlaces = Float32Array.from(points.flat());
  const grain = isLargeNet(net) ? "large" : activationOf(net.activation).hasCorners ? "corners" : "smooth";
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
  return {
    net, points, classes, view, say, pointPlaces, side, latticeSide, label, arrows, colours, hover, scratch,
    names: {
      output: net.model === "forward-forward" ? say("inside_output_goodness") : say("inside_output"),
      label: say("inside_label"),
      component: say("inside_component"),
    },
    get gridValues() { return once("grid", () => evaluate(net, gridPlaces(view, side), label)); },
    get lattice() { return once("lattice", () => evaluate(net, latticePlaces(view, latticeSide), label)); },
    /** The slope of the loss in each of net.numbers. */
    get slopes() { return slopes ??= gradient(net, pointPlaces, classes); },
    get pointValues() { return once("points", () => evaluate(net, pointPlaces, label)); },
    get rightValues() { return once("right", () => evaluateLabelled(net, pointPlaces, classes)); },
    get wrongValues() { return once("wrong", () => evaluateLabelled(net, pointPlaces, classes.map((classIndex) => 1 - classIndex))); },
    // The first layer's lines, where its units have one.
    lines: hiddenLayers(net).length && activationOf(net.activation).hasLine && areCoordinates(net.features)
      ? Array.from({ length: net.layers[0].outputs }, (_, unit) => unitLine(net, unit, label)) : [],
    soleLine: hiddenLayers(net).length || !areCoordinates(net.features) ? null : unitLine(net, 0, label),
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
      const map = tintedMap(canvas, nodeValues(net, this.gridValues, { kind, layer, unit }), side, colours);
      painted.set(key, map);
      return map;
    },
  };
}

/**
 * What a node's map shows, from -1 to 1: an input itself, a unit's activity, how sure the output is.
 * @param {Net} net
 * @param {NetValues} values
 * @param {NetNode} node
 */
function nodeValues(net, values, { kind, layer, unit }) {
  if (kind === "output") return values.sure;
  if (kind === "input") {
    const own = unitColumn(values.inputs, net.widths[0], unit);
    const most = own.reduce((far, value) => Math.max(far, Math.abs(value)), 1e-9);
    return own.map((value) => (0.7 * value) / most);
  }
  return unitColumn(values.layers[layer].h, values.layers[layer].units, unit).map(activationOf(net.activation).shown);
}

/**
 * Forward-Forward with each point's own label: evaluate for points of which some carry 0, some 1.
 * @param {Net} net
 * @param {Float32Array} places
 * @param {number[]} labels
 */
function evaluateLabelled(net, places, labels) {
  const [zero, one] = [0, 1].map((label) => evaluate(net, places, label));
  one.layers.forEach(({ units, z, h }, layer) => {
    labels.forEach((label, p) => {
      if (label) return;
      for (let u = p * units; u < (p + 1) * units; u += 1) {
        z[u] = zero.layers[layer].z[u];
        h[u] = zero.layers[layer].h[u];
      }
    });
  });
  return one;
}
