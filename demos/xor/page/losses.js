// @ts-check
// Outputs and losses on the page, by the names that they have in demos/xor/tables/losses.py; a test holds the two together.

/** @typedef {{ value: (logit: number) => number, slope: (guess: number) => number, low: number }} Output as in losses.py */
/** @typedef {(logit: number, y: number, output: Output, points: number) => number} LossSlope of the loss, in one point's logit */

const sigmoid = (/** @type {number} */ z) => 1 / (1 + Math.exp(-z));

/** @type {Record<string, Output>} */
const OUTPUTS = {
  sigmoid: { value: sigmoid, slope: (p) => p * (1 - p), low: 0 },
  tanh: { value: Math.tanh, slope: (t) => 1 - t * t, low: -1 },
  linear: { value: (z) => z, slope: () => 1, low: -1 },
};

/** @type {Record<string, LossSlope>} */
const LOSSES = {
  cross_entropy: (logit, y, _, points) => (sigmoid(logit) - y) / points,
  squared(logit, y, output) {
    const guess = output.value(logit);
    return (guess - (output.low + (1 - output.low) * y)) * output.slope(guess);
  },
};

/**
 * The slope of a loss in each point's logit, (P). Names that the page does not know are an error.
 * @param {{ loss?: string, output?: string }} names
 * @param {Float32Array} logits
 * @param {number[]} classes
 */
export function lossSlopes({ loss = "", output = "" }, logits, classes) {
  if (!Object.hasOwn(LOSSES, loss) || !Object.hasOwn(OUTPUTS, output)) {
    throw new Error(`demos/xor/page/losses.js knows no loss “${loss}” of an output “${output}”.`);
  }
  return logits.map((logit, p) => LOSSES[loss](logit, classes[p], OUTPUTS[output], logits.length));
}
