// @ts-check
// A heat map over the image that it explains: blue where a part speaks for the guess, orange where against it.

import { contextOf, cssValue, fitCanvas, rgbOf } from "../../../common/page/canvas.js";

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
 * Draw the map on its canvas, one pixel a cell, stretched smoothly.
 * @param {HTMLCanvasElement} canvas
 * @param {HeatMap | null} map
 */
export function drawHeatMap(canvas, map) {
  const { context, width, height } = fitCanvas(canvas);
  if (!map || !width) return;
  const { above, below } = extent(map);
  const most = Math.max(above, below, 1e-9);
  const [against, speaksFor] = ["--class-0", "--class-1"].map((name) => rgbOf(cssValue(canvas, name)));
  const small = document.createElement("canvas");
  [small.width, small.height] = [map.columns, map.rows];
  const smallContext = contextOf(small);
  const cells = smallContext.createImageData(map.columns, map.rows);
  map.values.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    const colour = value < 0 ? against : speaksFor;
    cells.data.set([...colour, Math.round((255 * Math.abs(value)) / most)], 4 * at);
  });
  smallContext.putImageData(cells, 0, 0);
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
