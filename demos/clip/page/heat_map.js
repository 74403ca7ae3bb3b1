// @ts-check
// A map of numbers over an image: blue where they are above zero, orange where below.

import { contextOf, cssValue, fitCanvas, rgbOf } from "../../common/page/canvas.js";

/** @import { Rgb } from "../../common/page/canvas.js" */
/** @typedef {{ rows: number, columns: number, values: Float32Array }} HeatMap row by row; NaN where nothing is known */

/**
 * The largest value above zero and the one furthest below it, both as sizes.
 * @param {HeatMap} map
 */
export function extent({ values }) {
  let [above, below] = [0, 0];
  for (const value of values) {
    if (value > above) above = value;
    if (-value > below) below = -value;
  }
  return { above, below };
}

/**
 * The two colours, as they are where an element stands.
 * @param {Element} place
 */
export function coloursAt(place) {
  const [below, above] = ["--class-0", "--class-1"].map((name) => rgbOf(cssValue(place, name)));
  return { below, above };
}

/**
 * Make the canvas as large as the map, one pixel a cell: the further from zero, the less is seen through it.
 * @param {HTMLCanvasElement} canvas
 * @param {HeatMap} map
 * @param {{ below: Rgb, above: Rgb }} colours
 */
export function paintCells(canvas, map, { below, above }) {
  const most = Math.max(...Object.values(extent(map)), 1e-9);
  [canvas.width, canvas.height] = [map.columns, map.rows];
  const context = contextOf(canvas);
  const cells = context.createImageData(map.columns, map.rows);
  map.values.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    cells.data.set(value < 0 ? below : above, 4 * at);
    cells.data[4 * at + 3] = Math.round((255 * Math.abs(value)) / most);
  });
  context.putImageData(cells, 0, 0);
}

/**
 * Draw the map on its canvas, stretched to its size: smoothly, or so that each cell is seen.
 * @param {HTMLCanvasElement} canvas
 * @param {HeatMap | null} map
 * @param {boolean} [smoothly]
 */
export function drawHeatMap(canvas, map, smoothly = true) {
  const { context, width, height } = fitCanvas(canvas);
  if (!map || !width) return;
  const small = document.createElement("canvas");
  paintCells(small, map, coloursAt(canvas));
  context.imageSmoothingEnabled = smoothly;
  context.imageSmoothingQuality = "high";
  context.drawImage(small, 0, 0, width, height);
}

/**
 * The number of the cell under the pointer, −1 outside.
 * @param {HTMLElement} place
 * @param {HeatMap} map
 * @param {{ clientX: number, clientY: number }} pointer
 */
export function cellAt(place, { rows, columns }, { clientX, clientY }) {
  const box = place.getBoundingClientRect();
  const column = Math.floor(((clientX - box.left) / box.width) * columns);
  const row = Math.floor(((clientY - box.top) / box.height) * rows);
  return column < 0 || column >= columns || row < 0 || row >= rows ? -1 : row * columns + column;
}
