// @ts-check
// The slope of the loss in every weight, for all points learned from: the chain rule of demos/xor/backprop.py, written for
// one net, and the local losses of forward_forward.py; with the penalty that an MLP's training adds. A test holds them
// against torch's autograd.
// Shapes as in net.js: P points in one flat list; a layer of U units gives (P × U), row by row.

import { activationsOf } from "./activations.js";
import { inputsOf } from "./features.js";
import { lossSlopes } from "./losses.js";
import { classCount, directions, goodnesses, labelled, predicted, scores, SHARPNESS, sums, THRESHOLD } from "./net.js";
import { addPenaltySlopes } from "./penalty.js";

/** @import { Layer, Net } from "./net.js" */

/**
 * A layer's part of the gradient: its weight's (inputs × outputs), then its bias's, from the slopes `delta` in its sums.
 * @param {Layer} layer
 * @param {Float32Array} seen
 * @param {Float32Array} delta
 */
function ofLayer({ inputs, outputs }, seen, delta) {
  const found = new Float32Array((inputs + 1) * outputs);
  for (let p = 0; p < delta.length / outputs; p += 1) {
    for (let k = 0; k < outputs; k += 1) {
      const push = delta[p * outputs + k];
      for (let i = 0; i < inputs; i += 1) found[i * outputs + k] += seen[p * inputs + i] * push;
      found[inputs * outputs + k] += push;
    }
  }
  return found;
}

/**
 * What a layer's deltas send back through its weights to the units before it, (P × inputs).
 * @param {Layer} layer
 * @param {Float32Array} delta
 */
function sentBack({ inputs, outputs, weight }, delta) {
  const count = delta.length / outputs;
  const sent = new Float32Array(count * inputs);
  for (let p = 0; p < count; p += 1) {
    for (let i = 0; i < inputs; i += 1) {
      for (let k = 0; k < outputs; k += 1) sent[p * inputs + i] += weight[i * outputs + k] * delta[p * outputs + k];
    }
  }
  return sent;
}

/**
 * @param {Net} net
 * @param {Float32Array} places
 * @param {Float32Array} slope of the loss in each logit, (P) or (P × C)
 */
function backwards(net, places, slope) {
  const activations = activationsOf(net);
  const inputs = inputsOf(places, net.features);
  const memory = [{ z: inputs, h: inputs }];
  for (const layer of net.layers.slice(0, -1)) {
    const z = sums(layer, memory[memory.length - 1].h);
    memory.push({ z, h: z.map(activations[memory.length - 1].value) });
  }
  /** @type {Float32Array[]} */
  const found = [];
  let delta = slope;
  for (let l = net.layers.length - 1; l >= 0; l -= 1) {
    const { z, h } = memory[l];
    found.unshift(ofLayer(net.layers[l], h, delta));
    if (l > 0) delta = sentBack(net.layers[l], delta).map((sent, k) => sent * activations[l - 1].slope(z[k], h[k]));
  }
  return found;
}

/**
 * Each layer's own loss only: with the right label, and in the mean over the wrong ones.
 * @param {Net} net
 * @param {Float32Array} places
 * @param {number[]} classes
 */
function locally(net, places, classes) {
  const activations = activationsOf(net);
  const count = classes.length;
  /** @type {Float32Array[]} */
  const found = net.layers.map(({ inputs, outputs }) => new Float32Array((inputs + 1) * outputs));
  const labels = classCount(net);
  const told = Array.from({ length: labels }, (_, label) => labelled(places, label, labels));
  for (let further = 0; further < labels; further += 1) { // 0: the right label
    const [positive, share] = further ? [-1, 1 / (labels - 1)] : [1, 1];
    let seen = told[0].map((_, at) => told[(classes[Math.floor(at / (2 + labels))] + further) % labels][at]);
    net.layers.forEach((layer, l) => {
      const { outputs } = layer;
      const z = sums(layer, seen);
      const h = z.map(activations[l].value);
      const good = goodnesses(h, outputs);
      const delta = z.map((sum, at) => {
        const missed = positive * SHARPNESS * (THRESHOLD - good[Math.floor(at / outputs)]);
        const push = (-positive * SHARPNESS) / (1 + Math.exp(-missed));
        return share * (push / count) * ((2 * h[at]) / outputs) * activations[l].slope(sum, h[at]);
      });
      ofLayer(layer, seen, delta).forEach((part, at) => { found[l][at] += part; });
      seen = directions(h, outputs);
    });
  }
  return found;
}

/**
 * In the order of net.numbers. A perceptron's loss is the perceptron criterion, the mean |w·x + b| of misplaced points.
 * @param {Net} net
 * @param {Float32Array} places (P × 2)
 * @param {number[]} classes
 */
export function gradient(net, places, classes) {
  const parts = net.model === "forward-forward" ? locally(net, places, classes) : backwards(net, places, slopes());
  const found = Float32Array.from(parts.flatMap((part) => Array.from(part)));
  addPenaltySlopes(net, found);
  return found;

  function slopes() {
    const score = scores(net, places);
    if (net.model === "mlp") return lossSlopes(net, score, classes);
    const outputs = score.length / classes.length;
    const said = predicted(net, score);
    if (outputs === 1) return score.map((_, p) => (said[p] === classes[p] ? 0 : (classes[p] ? -1 : 1) / classes.length));
    return score.map((_, at) => {
      const [p, label] = [Math.floor(at / outputs), at % outputs];
      return (Number(label === said[p]) - Number(label === classes[p])) / classes.length;
    });
  }
}
