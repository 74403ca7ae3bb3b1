// @ts-check
// The loss as two of a net's numbers change and all others stay: on a square lattice, some cells at a time.
// Li et al. 2018, "Visualizing the Loss Landscape of Neural Nets", section 3, along two weights in place of directions.

import { criterion, lossValue } from "../../page/losses.js";
import { makeNet, scores } from "../../page/net.js";
import { penaltyOf } from "../../page/penalty.js";

/** @import { Net, Place } from "../../page/net.js" */

export const SIDE = 33; // cells along a side

/**
 * What is computed: the loss of `net` on the points, with its numbers `a` (across) and `b` (upwards) from low to high.
 * @typedef {{ net: Net, places: Float32Array, classes: number[], a: number, b: number, centre: Place, half: number }} LossQuestion
 */
/** @typedef {LossQuestion & { values: Float32Array, cells: number }} LossGrid `cells` of the (SIDE × SIDE) are there, row by row from the top */

/**
 * What training makes smaller: an MLP's loss with the penalty. A perceptron's is the perceptron criterion.
 * @param {Net} net
 * @param {Float32Array} places
 * @param {number[]} classes
 */
export function lossAt(net, places, classes) {
  const found = scores(net, places);
  return net.model === "mlp" ? lossValue(net, found, classes) + penaltyOf(net) : criterion(found, classes);
}

/**
 * @param {LossQuestion} question
 * @returns {LossGrid}
 */
export function beginGrid(question) {
  const own = makeNet(question.net, Float32Array.from(question.net.numbers)); // its numbers change from cell to cell
  return { ...question, net: own, values: new Float32Array(SIDE * SIDE), cells: 0 };
}

/**
 * Compute cells until `isLate`; at least one. True once all are there.
 * @param {LossGrid} grid
 * @param {() => boolean} isLate
 */
export function continueGrid(grid, isLate) {
  const { net, places, classes, a, b, centre, half } = grid;
  const away = (/** @type {number} */ at) => half * ((2 * (at + 0.5)) / SIDE - 1);
  while (grid.cells < SIDE * SIDE) {
    net.numbers[b] = centre[1] - away(Math.floor(grid.cells / SIDE));
    net.numbers[a] = centre[0] + away(grid.cells % SIDE);
    grid.values[grid.cells] = lossAt(net, places, classes);
    grid.cells += 1;
    if (isLate()) break;
  }
  return grid.cells === SIDE * SIDE;
}

/**
 * Whether a grid answers the question: the same points and square, and the same net but for the two numbers.
 * @param {LossGrid} grid
 * @param {LossQuestion} question
 */
export function answers(grid, { net, places, classes, a, b, centre, half }) {
  const sameSquare = grid.half === half && grid.centre[0] === centre[0] && grid.centre[1] === centre[1];
  if (!sameSquare || grid.a !== a || grid.b !== b || grid.classes !== classes || grid.places.length !== places.length) return false;
  return kindOf(grid.net) === kindOf(net)
    && grid.places.every((value, at) => value === places[at])
    && net.numbers.every((value, at) => at === a || at === b || Object.is(value, grid.net.numbers[at]));
}

/**
 * All that a net is but for its numbers.
 * @param {Net} net
 */
function kindOf(net) {
  return JSON.stringify({ ...net, layers: null, numbers: null });
}

/**
 * Where a place of the two numbers stands on a map of `size` pixels, from its left top corner.
 * @param {{ centre: Place, half: number }} square
 * @param {number} size
 * @returns {(place: Place) => Place}
 */
export function placeOnMap({ centre, half }, size) {
  return ([across, up]) => [(0.5 + (across - centre[0]) / (2 * half)) * size, (0.5 - (up - centre[1]) / (2 * half)) * size];
}

/**
 * The way down on the map, `long` pixels to the right and downwards, against the slopes in the two numbers; null where it is flat.
 * @param {number[]} slopes across and upwards
 * @param {number} long
 * @returns {Place | null}
 */
export function wayDown([across, up], long) {
  const steep = Math.hypot(across, up);
  return steep > 0 ? [(-long * across) / steep, (long * up) / steep] : null;
}

/**
 * A square that holds the whole path and the present place, and does not tremble as the path grows.
 * @param {Place[]} path with at least one place
 * @returns {{ centre: Place, half: number }}
 */
export function squareAround(path) {
  const [low, high] = [Math.min, Math.max].map((end) => [0, 1].map((k) => path.reduce((to, place) => end(to, place[k]), path[0][k])));
  const need = 0.65 * Math.max(high[0] - low[0], high[1] - low[1], 2);
  const half = 1.25 ** Math.ceil(Math.log(need) / Math.log(1.25));
  const centre = [0, 1].map((k) => (half / 5) * Math.round((low[k] + high[k]) / 2 / (half / 5)));
  return { centre: [centre[0], centre[1]], half };
}
