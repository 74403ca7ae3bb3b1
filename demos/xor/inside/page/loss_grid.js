// @ts-check
// The loss as two of a net's numbers change and all others stay: on a square lattice, some rows at a time.
// Li et al. 2018, "Visualizing the Loss Landscape of Neural Nets", section 3, along two weights in place of directions.

import { criterion, lossValue } from "../../page/losses.js";
import { makeNet, scores } from "../../page/net.js";

/** @import { Net, Place } from "../../page/net.js" */

export const SIDE = 33; // cells along a side

/**
 * What is computed: the loss of `net` on the points, with its numbers `a` (across) and `b` (upwards) from low to high.
 * @typedef {{ net: Net, places: Float32Array, classes: number[], a: number, b: number, centre: Place, half: number }} LossQuestion
 */
/** @typedef {LossQuestion & { values: Float32Array, rows: number }} LossGrid `rows` of the (SIDE × SIDE) are there, from the top */

/**
 * A perceptron's loss is the perceptron criterion.
 * @param {Net} net
 * @param {Float32Array} places
 * @param {number[]} classes
 */
export function lossAt(net, places, classes) {
  const found = scores(net, places);
  return net.model === "mlp" ? lossValue(net, found, classes) : criterion(found, classes);
}

/**
 * @param {LossQuestion} question
 * @returns {LossGrid}
 */
export function beginGrid(question) {
  const own = makeNet(question.net, Float32Array.from(question.net.numbers)); // its numbers change from cell to cell
  return { ...question, net: own, values: new Float32Array(SIDE * SIDE), rows: 0 };
}

/**
 * Compute rows until `isLate`; at least one. True once all are there.
 * @param {LossGrid} grid
 * @param {() => boolean} isLate
 */
export function continueGrid(grid, isLate) {
  const { net, places, classes, a, b, centre, half } = grid;
  const away = (/** @type {number} */ at) => half * ((2 * (at + 0.5)) / SIDE - 1);
  while (grid.rows < SIDE) {
    net.numbers[b] = centre[1] - away(grid.rows);
    for (let column = 0; column < SIDE; column += 1) {
      net.numbers[a] = centre[0] + away(column);
      grid.values[grid.rows * SIDE + column] = lossAt(net, places, classes);
    }
    grid.rows += 1;
    if (isLate()) break;
  }
  return grid.rows === SIDE;
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
