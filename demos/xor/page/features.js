// @ts-check
// The MLP's inputs on the page, by the names that they have in demos/xor/tables/features.py; a test holds the two together.

/** @type {Record<string, (x1: number, x2: number) => number>} */
const FEATURES = {
  x1: (x1) => x1,
  x2: (x1, x2) => x2,
  x1_squared: (x1) => x1 * x1,
  x2_squared: (x1, x2) => x2 * x2,
  x1x2: (x1, x2) => x1 * x2,
  sin_x1: (x1) => Math.sin(x1),
  sin_x2: (x1, x2) => Math.sin(x2),
};
export const COORDINATES = ["x1", "x2"];

/**
 * Does a unit that sees only these draw a straight line in the plane?
 * @param {string[]} features
 */
export const areCoordinates = (features) => features.every((name) => COORDINATES.includes(name));

/**
 * Places (P × 2) → the inputs of a net (P × features). A feature that the page does not know is an error.
 * @param {Float32Array} places
 * @param {string[]} features
 */
export function inputsOf(places, features) {
  const unknown = features.find((name) => !Object.hasOwn(FEATURES, name));
  if (unknown) throw new Error(`demos/xor/page/features.js knows no feature “${unknown}”.`);
  if (String(features) === String(COORDINATES)) return places;
  const values = features.map((name) => FEATURES[name]);
  const found = new Float32Array((places.length / 2) * values.length);
  for (let p = 0; p < places.length / 2; p += 1) {
    values.forEach((value, k) => { found[p * values.length + k] = value(places[2 * p], places[2 * p + 1]); });
  }
  return found;
}
