// @ts-check
// The nets on the page, computed from their weights as demos/xor/model.py and forward_forward.py do: a test compares them.
// Shapes: P places, each x₁ and x₂, in one flat list; C classes; `weight` is (inputs × outputs) row by row, as in torch.

import { activationsOf } from "./activations.js";
import { COORDINATES, inputsOf } from "./features.js";
import { outputOf } from "./losses.js";

/** @import { Penalty } from "./penalty.js" */

/** @typedef {"perceptron" | "mlp" | "forward-forward"} Model */
/**
 * What a net is, but for its numbers. A perceptron is [2, 1]; a Forward-Forward net has no output layer and sees the
 * label: [4, …]. Of C > 2 classes each has an output, [2, C], and a place in the label, [2 + C, …]. An MLP that is trained
 * has a loss and an output, by their names in losses.js, and its inputs by theirs in features.js; without them they are
 * the coordinates. Its training may add a penalty to the loss. With `values` it says one from 0 to 1 in place of a class.
 * @typedef {{ model: Model, activation: string, widths: number[], loss?: string, output?: string, features?: string[],
 *   penalty?: Penalty, values?: boolean }} Spec
 */
/** @typedef {{ inputs: number, outputs: number, weight: Float32Array, bias: Float32Array }} Layer weight (inputs × outputs) */
/** @typedef {Spec & { features: string[], layers: Layer[], numbers: Float32Array }} Net */
/** @typedef {[x: number, y: number]} Place */
/** @typedef {[low: number, high: number]} View the square part of the plane that is shown: both axes */
/** @typedef {[w1: number, w2: number, b: number]} Line w₁x₁ + w₂x₂ + b = 0 */

export const SHARPNESS = 128; // both of forward_forward.py
export const THRESHOLD = 0.5;

/**
 * A net of its numbers: for each layer its weight, then its bias.
 * @param {Spec} spec
 * @param {Float32Array} numbers
 * @returns {Net}
 */
export function makeNet({ model, activation, widths, loss, output, penalty, values, features = COORDINATES }, numbers) {
  const layers = [];
  let at = 0;
  for (let l = 0; l + 1 < widths.length; l += 1) {
    const [inputs, outputs] = [widths[l], widths[l + 1]];
    const weight = numbers.subarray(at, at + inputs * outputs);
    const bias = numbers.subarray(at + inputs * outputs, at + (inputs + 1) * outputs);
    layers.push({ inputs, outputs, weight, bias });
    at += (inputs + 1) * outputs;
  }
  return { model, activation, widths, loss, output, penalty, values, features, layers, numbers };
}

/**
 * How many classes a net tells apart.
 * @param {Spec} spec
 */
export function classCount({ model, widths }) {
  return model === "forward-forward" ? widths[0] - 2 : Math.max(2, widths[widths.length - 1]);
}

/**
 * One layer's sums: seen (P × inputs) → z (P × outputs).
 * @param {Layer} layer
 * @param {Float32Array} seen
 */
export function sums({ inputs, outputs, weight, bias }, seen) {
  const count = seen.length / inputs;
  const z = new Float32Array(count * outputs);
  for (let p = 0; p < count; p += 1) {
    for (let k = 0; k < outputs; k += 1) {
      let sum = bias[k];
      for (let i = 0; i < inputs; i += 1) sum += seen[p * inputs + i] * weight[i * outputs + k];
      z[p * outputs + k] = sum;
    }
  }
  return z;
}

/**
 * The activities of each hidden layer, [(P × units), …]. A Forward-Forward net is asked how it sees them with `label`.
 * @param {Net} net
 * @param {Float32Array} places
 * @param {number} [label]
 */
export function activities(net, places, label = 1) {
  const local = net.model === "forward-forward";
  const activations = activationsOf(net);
  /** @type {Float32Array[]} */
  const found = [];
  let seen = local ? labelled(places, label, classCount(net)) : inputsOf(places, net.features);
  for (const layer of local ? net.layers : net.layers.slice(0, -1)) {
    const h = sums(layer, seen).map(activations[found.length].value);
    found.push(h);
    seen = local ? directions(h, layer.outputs) : h;
  }
  return found;
}

/**
 * Beside the coordinates the label: 1 at its place and −1 elsewhere, (P × (2 + C)).
 * @param {Float32Array} places
 * @param {number} label
 * @param {number} classes
 */
export function labelled(places, label, classes) {
  const [width, count] = [2 + classes, places.length / 2];
  const seen = new Float32Array(count * width).fill(-1);
  for (let p = 0; p < count; p += 1) {
    seen.set([places[2 * p], places[2 * p + 1]], width * p);
    seen[width * p + 2 + label] = 1;
  }
  return seen;
}

/**
 * Only the direction of a layer's activities goes on: else the next could read off how good they were.
 * @param {Float32Array} h
 * @param {number} units
 */
export function directions(h, units) {
  const seen = new Float32Array(h.length);
  const good = goodnesses(h, units);
  for (let at = 0; at < h.length; at += 1) seen[at] = h[at] / (Math.sqrt(good[Math.floor(at / units)]) + 1e-4);
  return seen;
}

/**
 * Activities (P × units) → goodness (P): the mean of the squares.
 * @param {Float32Array} h
 * @param {number} units
 */
export function goodnesses(h, units) {
  const found = new Float32Array(h.length / units);
  for (let p = 0; p < found.length; p += 1) {
    let sum = 0;
    for (let at = p * units; at < (p + 1) * units; at += 1) sum += h[at] * h[at];
    found[p] = sum / units;
  }
  return found;
}

/**
 * [w₁, w₂, b] of a unit of the first layer that sees nothing but coordinates.
 * @param {Net} net
 * @param {number} unit
 * @returns {Line}
 */
export function unitLine({ features, layers: [{ outputs, weight, bias }] }, unit) {
  const [w1, w2] = COORDINATES.map((name) => (features.includes(name) ? weight[features.indexOf(name) * outputs + unit] : 0));
  return [w1, w2, bias[unit]];
}

/**
 * What decides, (P): class 1 where it is positive. The logit, the perceptron's sum, or by how much the net finds the
 * place better with label 1 than with label 0. Of C > 2 classes (P × C), the largest says which: logits, sums, or how
 * good the net finds the place with each label.
 * @param {Net} net
 * @param {Float32Array} places
 */
export function scores(net, places) {
  if (net.model !== "forward-forward") {
    const hidden = activities(net, places);
    return sums(net.layers[net.layers.length - 1], hidden.length ? hidden[hidden.length - 1] : inputsOf(places, net.features));
  }
  const classes = classCount(net);
  const found = new Float32Array((places.length / 2) * (classes === 2 ? 1 : classes));
  for (let label = 0; label < classes; label += 1) {
    activities(net, places, label).forEach((h, l) => {
      goodnesses(h, net.layers[l].outputs).forEach((good, p) => {
        if (classes === 2) found[p] += label ? good : -good;
        else found[p * classes + label] += good;
      });
    });
  }
  return found;
}

/** How sharply a score is turned into a probability. @param {Net} net */
const sharpnessOf = (net) => (net.model === "forward-forward" ? SHARPNESS / 4 : 1);

/**
 * The class that the scores say of each place, (P).
 * @param {Net} net
 * @param {Float32Array} score
 */
export function predicted(net, score) {
  const classes = classCount(net);
  if (classes === 2) return Uint8Array.from(score, (value) => Number(value > 0));
  return Uint8Array.from({ length: score.length / classes }, (_, p) => {
    let best = 0;
    for (let label = 1; label < classes; label += 1) if (score[p * classes + label] > score[p * classes + best]) best = label;
    return best;
  });
}

/**
 * Of scores (P × C) by how much one label's is above the largest of the others, (P): positive where it is said.
 * @param {Float32Array} score
 * @param {number} classes
 * @param {number} label
 */
export function leadOf(score, classes, label) {
  const lead = new Float32Array(score.length / classes);
  for (let p = 0; p < lead.length; p += 1) {
    let most = -Infinity;
    for (let other = 0; other < classes; other += 1) if (other !== label) most = Math.max(most, score[p * classes + other]);
    lead[p] = score[p * classes + label] - most;
  }
  return lead;
}

/**
 * One class against all others, as a score of two classes (P): its logit, positive where it is likelier than not.
 * @param {Net} net
 * @param {Float32Array} score (P × C)
 * @param {number} label
 */
export function againstRest(net, score, label) {
  const [classes, sharp] = [classCount(net), sharpnessOf(net)];
  const lead = leadOf(score, classes, label);
  if (net.model === "perceptron") return lead;
  return lead.map((ahead, p) => {
    const most = score[p * classes + label] - ahead; // of the others
    let sum = 0;
    for (let other = 0; other < classes; other += 1) if (other !== label) sum += Math.exp(sharp * (score[p * classes + other] - most));
    return ahead - Math.log(sum) / sharp;
  });
}

/**
 * How far the class that is said is ahead of the next one in probability, (P) from 0 to 1; a perceptron has no doubt.
 * @param {Net} net
 * @param {Float32Array} score
 */
export function aheadOf(net, score) {
  const classes = classCount(net);
  if (classes === 2) return sureness(net, score).map(Math.abs);
  if (net.model === "perceptron") return new Float32Array(score.length / classes).fill(1);
  const sharp = sharpnessOf(net);
  return new Float32Array(score.length / classes).map((_, p) => {
    const own = Array.from(score.subarray(p * classes, (p + 1) * classes)).sort((one, other) => other - one);
    const shares = own.map((value) => Math.exp(sharp * (value - own[0])));
    return (1 - shares[1]) / shares.reduce((sum, share) => sum + share, 0);
  });
}

/**
 * How sure the net is, from -1 (class 0) to 1 (class 1), from its scores of two classes (P): 2 p - 1.
 * @param {Net} net
 * @param {Float32Array} score
 */
export function sureness(net, score) {
  if (net.model === "perceptron") return score.map((value) => (value > 0 ? 1 : -1));
  if (net.values) return valuesOf(net, score).map((value) => Math.min(1, Math.max(-1, 2 * value - 1)));
  const sharp = sharpnessOf(net);
  return score.map((value) => Math.tanh((sharp * value) / 2));
}

export const TOLERANCE = 0.05; // as in demos/xor/learn.py

/**
 * The values that the scores say, from 0 to 1 where they are among those that were learned, (P).
 * @param {Net} net
 * @param {Float32Array} score
 */
export function valuesOf(net, score) {
  const output = outputOf(net);
  return score.map((logit) => (output.value(logit) - output.low) / (1 - output.low));
}

/**
 * Which points are right, as demos/xor/learn.py says.
 * @param {Net} net
 * @param {Float32Array} score
 * @param {number[]} classes
 */
export function areRight(net, score, classes) {
  if (net.values) {
    const said = valuesOf(net, score);
    return classes.map((value, p) => Math.abs(said[p] - value) <= TOLERANCE);
  }
  const said = predicted(net, score);
  return classes.map((classIndex, p) => said[p] === classIndex);
}

/**
 * The centres of size × size cells of the square view, row by row from the top left: (size² × 2).
 * @param {View} view
 * @param {number} size
 */
export function gridPlaces([low, high], size) {
  const places = new Float32Array(2 * size * size);
  const cell = (high - low) / size;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const at = 2 * (row * size + column);
      places[at] = low + (column + 0.5) * cell;
      places[at + 1] = high - (row + 0.5) * cell;
    }
  }
  return places;
}
