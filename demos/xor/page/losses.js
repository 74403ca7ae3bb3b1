// @ts-check
// Outputs and losses on the page, by the names that they have in demos/xor/tables/losses.py; a test holds the two together.

/** @typedef {{ value: (logit: number) => number, slope: (guess: number) => number, low: number }} Output as in losses.py */
/**
 * One point's part of a loss that is the sum of all points' parts: from its logit, its class y and the number of points.
 * @typedef {(logit: number, y: number, output: Output, points: number) => number} Part
 */
/** @typedef {{ value: Part, slope: Part }} Loss `slope` in the logit */

const sigmoid = (/** @type {number} */ z) => 1 / (1 + Math.exp(-z));

/** @type {Record<string, Output>} */
const OUTPUTS = {
  sigmoid: { value: sigmoid, slope: (p) => p * (1 - p), low: 0 },
  tanh: { value: Math.tanh, slope: (t) => 1 - t * t, low: -1 },
  linear: { value: (z) => z, slope: () => 1, low: -1 },
};

/** @param {number} y @param {Output} output */
const target = (y, output) => output.low + (1 - output.low) * y;
const softplus = (/** @type {number} */ z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

/** @type {Record<string, Loss>} */
const LOSSES = {
  cross_entropy: {
    value: (logit, y, _, points) => softplus(y ? -logit : logit) / points,
    slope: (logit, y, _, points) => (sigmoid(logit) - y) / points,
  },
  squared: {
    value: (logit, y, output) => (output.value(logit) - target(y, output)) ** 2 / 2,
    slope(logit, y, output) {
      const guess = output.value(logit);
      return (guess - target(y, output)) * output.slope(guess);
    },
  },
};

/**
 * Names that the page does not know are an error.
 * @param {{ loss?: string, output?: string }} names
 * @returns {[Loss, Output]}
 */
function lossOf({ loss = "", output = "" }) {
  if (!Object.hasOwn(LOSSES, loss) || !Object.hasOwn(OUTPUTS, output)) {
    throw new Error(`demos/xor/page/losses.js knows no loss “${loss}” of an output “${output}”.`);
  }
  return [LOSSES[loss], OUTPUTS[output]];
}

/**
 * The slope of a loss in each point's logit, (P).
 * @param {{ loss?: string, output?: string }} names
 * @param {Float32Array} logits
 * @param {number[]} classes
 */
export function lossSlopes(names, logits, classes) {
  const [loss, output] = lossOf(names);
  return logits.map((logit, p) => loss.slope(logit, classes[p], output, logits.length));
}

/**
 * The loss of all points.
 * @param {{ loss?: string, output?: string }} names
 * @param {Float32Array} logits
 * @param {number[]} classes
 */
export function lossValue(names, logits, classes) {
  const [loss, output] = lossOf(names);
  return logits.reduce((sum, logit, p) => sum + loss.value(logit, classes[p], output, logits.length), 0);
}
