// @ts-check
// Outputs and losses on the page, by the names that they have in demos/xor/tables/losses.py; a test holds the two together.

/** @typedef {{ value: (logit: number) => number, slope: (guess: number) => number, low: number }} Output as in losses.py */
/**
 * One logit's part of a loss that is the sum of all logits' parts: from the logit, whether it is its class's (y = 1 or 0,
 * or a value between) and the number of points.
 * @typedef {(logit: number, y: number, output: Output, points: number) => number} Part
 */
/**
 * `slope` in the logit. `many` makes of a point's C > 2 logits what the loss judges in place of them, each by itself.
 * @typedef {{ value: Part, slope: Part, many?: { value: Part, slope: Part, of: (logits: Float32Array) => Float32Array } }} Loss
 */

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

/**
 * The logarithm of the softmax of a point's logits.
 * @param {Float32Array} logits
 */
function logSoftmax(logits) {
  const most = Math.max(...logits);
  const sum = logits.reduce((all, logit) => all + Math.exp(logit - most), 0);
  return logits.map((logit) => logit - most - Math.log(sum));
}

/** @type {Record<string, Loss>} */
const LOSSES = {
  cross_entropy: {
    value: (logit, y, _, points) => (y * softplus(-logit) + (1 - y) * softplus(logit)) / points,
    slope: (logit, y, _, points) => (sigmoid(logit) - y) / points,
    many: { // of the softmax
      of: logSoftmax,
      value: (log, y, _, points) => (y ? -log / points : 0),
      slope: (log, y, _, points) => (Math.exp(log) - y) / points,
    },
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
 * The output of that name; one that the page does not know is an error.
 * @param {{ loss?: string, output?: string }} names
 */
export const outputOf = (names) => lossOf(names)[1];

/**
 * The parts of a loss, or their slopes: one for each logit.
 * @param {"value" | "slope"} what
 * @param {{ loss?: string, output?: string }} names
 * @param {Float32Array} logits
 * @param {number[]} classes
 */
function partsOf(what, names, logits, classes) {
  const [loss, output] = lossOf(names);
  const [points, count] = [classes.length, logits.length / classes.length];
  if (count === 1) return logits.map((logit, p) => loss[what](logit, classes[p], output, points));
  const part = (loss.many ?? loss)[what];
  const judged = new Float32Array(logits.length);
  for (let p = 0; p < points; p += 1) {
    const own = logits.subarray(p * count, (p + 1) * count);
    judged.set(loss.many ? loss.many.of(own) : own, p * count);
  }
  return judged.map((value, at) => part(value, Number(at % count === classes[Math.floor(at / count)]), output, points));
}

/**
 * The slope of a loss in each point's logit, (P), or in all of its logits (P × C).
 * @param {{ loss?: string, output?: string }} names
 * @param {Float32Array} logits
 * @param {number[]} classes
 */
export const lossSlopes = (names, logits, classes) => partsOf("slope", names, logits, classes);

/**
 * The loss of all points.
 * @param {{ loss?: string, output?: string }} names
 * @param {Float32Array} logits
 * @param {number[]} classes
 */
export const lossValue = (names, logits, classes) => partsOf("value", names, logits, classes).reduce((sum, part) => sum + part, 0);

/**
 * The perceptron criterion: the mean over the points of |w·x + b| where it is misplaced; of C sums of how far the sum of
 * its own class is below the largest.
 * @param {Float32Array} sums (P) or (P × C)
 * @param {number[]} classes
 */
export function criterion(sums, classes) {
  const count = sums.length / classes.length;
  const far = classes.map((own, p) => {
    if (count === 1) return (sums[p] > 0) === (own === 1) ? 0 : Math.abs(sums[p]);
    return Math.max(...sums.subarray(p * count, (p + 1) * count)) - sums[p * count + own];
  });
  return far.reduce((sum, value) => sum + value, 0) / classes.length;
}
