// @ts-check
// The activations on the page, by the names that they have in demos/xor/tables/activations.py; a test holds the two together.

/**
 * An activation: its value h; its slope dh / dz, from z and h; how a map shows that, from -1 to 1
 * with 0 where the unit changes its mind; the range of the values, where they have one; whether a unit of the first
 * layer changes its mind along one line; whether its maps have corners, which only small cells show.
 * @typedef {{ value: (z: number) => number, slope: (z: number, h: number) => number, shown: (h: number) => number, range: [number, number] | null,
 *   hasLine: boolean, hasCorners: boolean }} Activation
 */

/** @type {Record<string, Activation>} */
const ACTIVATIONS = {
  tanh: { value: Math.tanh, slope: (z, h) => 1 - h * h, shown: (h) => h, range: [-1, 1], hasLine: true, hasCorners: false },
  relu: { value: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0), shown: (h) => h / (h + 0.5), range: null, hasLine: true, hasCorners: true },
  sigmoid: { value: (z) => 1 / (1 + Math.exp(-z)), slope: (z, h) => h * (1 - h), shown: (h) => 2 * h - 1, range: [0, 1], hasLine: true, hasCorners: false },
  sine: { value: Math.sin, slope: (z) => Math.cos(z), shown: (h) => h, range: [-1, 1], hasLine: false, hasCorners: false },
  linear: { value: (z) => z, slope: () => 1, shown: (h) => h / (Math.abs(h) + 0.5), range: null, hasLine: true, hasCorners: false },
};

/**
 * The activation of that name. One that the page does not know is an error, never another one in its place.
 * @param {string} name
 */
export function activationOf(name) {
  if (!Object.hasOwn(ACTIVATIONS, name)) throw new Error(`demos/xor/page/activations.js knows no activation “${name}”.`);
  return ACTIVATIONS[name];
}

/**
 * The activation of each hidden layer of a net: one name for all of them, or one for each, with commas between.
 * @param {{ model: string, activation: string, widths: number[] }} net
 */
export function activationsOf({ model, activation, widths }) {
  const names = activation.split(",");
  const layers = widths.length - (model === "forward-forward" ? 1 : 2);
  return Array.from({ length: layers }, (_, layer) => activationOf(names.length > 1 ? names[layer] : names[0]));
}
