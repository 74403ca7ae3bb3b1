// @ts-check
// What every unit of a net does with places of the plane: its sum z, its activity h, its line.
// Shapes as in net.js: P places in one flat list; a layer of U units gives (P × U), row by row.

import { activationsOf } from "../../page/activations.js";
import { inputsOf } from "../../page/features.js";
import { activities, againstRest, classCount, directions, goodnesses, labelled, scores, sums, sureness, unitLine as lineOfUnit } from "../../page/net.js";

/** @import { Line, Net, View } from "../../page/net.js" */

/** @typedef {{ units: number, z: Float32Array, h: Float32Array }} LayerValues a hidden layer at P places, both (P × U) */
/** @typedef {{ places: Float32Array, inputs: Float32Array, layers: LayerValues[], all: Float32Array, score: Float32Array, sure: Float32Array }} NetValues */
/** @typedef {{ layer: number, unit: number }} Unit */
/** @typedef {{ layer: number, from: number, to: number, at: number }} Weight `at` is its place in net.numbers; a bias comes from -1 */

/**
 * How the whole net sees `places`: its inputs (P × D); for each hidden layer { units, z, h }, both (P × U); all scores, (P)
 * or (P × C); the score (P) and how sure it is: of two classes, or of class `label` against all others.
 * @param {Net} net
 * @param {Float32Array} places
 * @param {number} label also what a Forward-Forward net is told
 * @returns {NetValues}
 */
export function evaluate(net, places, label) {
  const local = net.model === "forward-forward";
  const activations = activationsOf(net);
  /** @type {LayerValues[]} */
  const layers = [];
  const two = classCount(net) === 2;
  const inputs = local ? labelled(places, label, classCount(net)) : inputsOf(places, net.features);
  let seen = inputs;
  for (const layer of local ? net.layers : net.layers.slice(0, -1)) {
    const z = sums(layer, seen);
    const h = z.map(activations[layers.length].value);
    layers.push({ units: layer.outputs, z, h });
    seen = local ? directions(h, layer.outputs) : h;
  }
  const goodness = () => (two ? goodnessGap(net, places, label, layers) : scores(net, places));
  const all = local ? goodness() : sums(net.layers[net.layers.length - 1], seen);
  const score = two ? all : againstRest(net, all, label);
  return { places, inputs, layers, all, score, sure: sureness(net, score) };
}

/**
 * Forward-Forward's score as in net.js, where the activities with one of the labels are known already.
 * @param {Net} net
 * @param {Float32Array} places
 * @param {number} label
 * @param {LayerValues[]} layers
 */
function goodnessGap(net, places, label, layers) {
  const found = new Float32Array(places.length / 2);
  const add = (/** @type {Float32Array} */ h, /** @type {number} */ units, /** @type {number} */ sign) => goodnesses(h, units).forEach((good, p) => { found[p] += sign * good; });
  layers.forEach(({ h, units }) => add(h, units, label ? 1 : -1));
  activities(net, places, 1 - label).forEach((h, layer) => add(h, layers[layer].units, label ? -1 : 1));
  return found;
}

/**
 * One unit's values out of (P × U).
 * @param {Float32Array} values
 * @param {number} units
 * @param {number} unit
 */
export function unitColumn(values, units, unit) {
  const own = new Float32Array(values.length / units);
  for (let p = 0; p < own.length; p += 1) own[p] = values[p * units + unit];
  return own;
}

/**
 * [w₁, w₂, b]: a unit of the first layer changes its mind along w₁x₁ + w₂x₂ + b = 0. A label adds to the bias.
 * @param {Net} net
 * @param {number} unit
 * @param {number} label
 * @returns {Line}
 */
export function unitLine(net, unit, label) {
  const { outputs, weight } = net.layers[0];
  const [w1, w2, b] = lineOfUnit(net, unit);
  let fromLabel = 0;
  const labels = net.model === "forward-forward" ? classCount(net) : 0;
  for (let k = 0; k < labels; k += 1) fromLabel += (k === label ? 1 : -1) * weight[(2 + k) * outputs + unit];
  return [w1, w2, b + fromLabel];
}

/**
 * The layers whose units are hidden ones; a perceptron has none.
 * @param {Net} net
 */
export function hiddenLayers(net) {
  return net.model === "forward-forward" ? net.layers : net.layers.slice(0, -1);
}

/**
 * Every number of the net, in the order of net.numbers.
 * @param {Net} net
 */
export function netWeights(net) {
  /** @type {Weight[]} */
  const found = [];
  let at = 0;
  net.layers.forEach(({ inputs, outputs }, layer) => {
    for (let from = 0; from < inputs; from += 1) {
      for (let to = 0; to < outputs; to += 1) found.push({ layer, from, to, at: at + from * outputs + to });
    }
    for (let to = 0; to < outputs; to += 1) found.push({ layer, from: -1, to, at: at + inputs * outputs + to });
    at += (inputs + 1) * outputs;
  });
  return found;
}

const digitsAs = (/** @type {string} */ digits, /** @type {number} */ number) => [...String(number)].map((digit) => digits[Number(digit)]).join("");
/** @param {number} number */
export const belowLine = (number) => digitsAs("₀₁₂₃₄₅₆₇₈₉", number);
const aboveLine = (/** @type {number} */ number) => digitsAs("⁰¹²³⁴⁵⁶⁷⁸⁹", number);
/**
 * The lecture's names: h₂; with several layers h²₅, the layer above, the unit below.
 * @param {Net} net
 * @param {number} layer
 * @param {number} unit
 */
export function unitName(net, layer, unit) {
  return `h${hiddenLayers(net).length > 1 ? aboveLine(layer + 1) : ""}${belowLine(unit + 1)}`;
}

/**
 * The corners of a side × side lattice over the view, row by row from the top left: (side² × 2).
 * @param {View} view
 * @param {number} side
 */
export function latticePlaces([low, high], side) {
  const places = new Float32Array(2 * side * side);
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const at = 2 * (row * side + column);
      places[at] = low + ((high - low) * column) / (side - 1);
      places[at + 1] = high - ((high - low) * row) / (side - 1);
    }
  }
  return places;
}
