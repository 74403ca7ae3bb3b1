// @ts-check
// What the penalties L1 and L2 add to an MLP's loss, as demos/xor/learn.py does: l1 Σ|w| + l2 ½Σw²; biases are free.

/** @import { Net } from "./net.js" */

/**
 * `std` are the inputs' standard deviations where these are learned standardised: a weight of the first layer is that many
 * times as large there.
 * @typedef {{ l1: number, l2: number, std?: number[] }} Penalty
 */

/**
 * Call `visit` for each weight with its place in net.numbers and how many times as large it is where it is learned.
 * @param {Net} net
 * @param {(at: number, times: number) => void} visit
 */
function eachWeight({ layers, penalty }, visit) {
  let first = 0;
  layers.forEach(({ inputs, outputs }, layer) => {
    for (let at = 0; at < inputs * outputs; at += 1) {
      visit(first + at, layer === 0 ? penalty?.std?.[Math.floor(at / outputs)] ?? 1 : 1);
    }
    first += (inputs + 1) * outputs;
  });
}

/**
 * The penalty that a net's training adds to the loss; 0 where it adds none.
 * @param {Net} net
 */
export function penaltyOf(net) {
  if (!net.penalty) return 0;
  const { l1, l2 } = net.penalty;
  let sum = 0;
  eachWeight(net, (at, times) => {
    const weight = times * net.numbers[at];
    sum += l1 * Math.abs(weight) + (l2 * weight * weight) / 2;
  });
  return sum;
}

/**
 * Add the penalty's slopes to those of the loss, both in the order of net.numbers.
 * @param {Net} net
 * @param {Float32Array} slopes
 */
export function addPenaltySlopes(net, slopes) {
  if (!net.penalty) return;
  const { l1, l2 } = net.penalty;
  eachWeight(net, (at, times) => {
    const weight = times * net.numbers[at];
    slopes[at] += times * (l1 * Math.sign(weight) + l2 * weight);
  });
}
