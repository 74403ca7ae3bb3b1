// @ts-check
// A heat map read by keys: the arrows go from cell to cell as a pointer would.

import { cssValue } from "../../common/page/canvas.js";
import { clamp } from "../../common/page/numbers.js";

/** @import { HeatMap } from "./heat_map.js" */

const STEPS = /** @type {Record<string, [column: number, row: number]>} */ ({
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
});

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{ map: () => HeatMap | null, draw: () => void, tell: (at: number) => void }} view `draw` draws the map, and
 *   the mark over it; `tell` says what the number of a cell is
 * @returns {() => void} outlines the cell that was reached
 */
export function cellsByKeys(canvas, { map, draw, tell }) {
  let [column, row] = [-1, -1];
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.addEventListener("keydown", (event) => {
    const shown = map();
    const step = STEPS[event.key];
    if (!shown || !step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (row < 0) [column, row] = [Math.floor(shown.columns / 2), Math.floor(shown.rows / 2)]; // the middle first
    else [column, row] = [clamp(column + step[0], 0, shown.columns - 1), clamp(row + step[1], 0, shown.rows - 1)];
    draw();
    tell(row * shown.columns + column);
  });
  canvas.addEventListener("blur", () => {
    [column, row] = [-1, -1];
    draw();
  });

  return () => {
    const shown = map();
    const context = canvas.getContext("2d");
    if (!context || !shown || row < 0 || row >= shown.rows || column >= shown.columns) return;
    const [width, height] = [canvas.clientWidth / shown.columns, canvas.clientHeight / shown.rows];
    const box = /** @type {const} */ ([column * width + 1, row * height + 1, width - 2, height - 2]);
    [context.lineWidth, context.strokeStyle] = [4, cssValue(canvas, "--paper")];
    context.strokeRect(...box);
    [context.lineWidth, context.strokeStyle] = [2, cssValue(canvas, "--ink")];
    context.strokeRect(...box);
  };
}
