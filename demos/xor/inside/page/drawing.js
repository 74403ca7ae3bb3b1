// @ts-check
// What the views of "Look inside" draw with: maps with their lines, the points' marks, words over anything.

import { typeSize } from "../../../common/page/type_size.js";
import { classColour, linePath, contour, markPath, stroke } from "../../page/drawing.js";

/** @import { Colours, Context } from "../../page/drawing.js" */
/** @import { Line, Place, View } from "../../page/net.js" */

/** @typedef {ReturnType<typeof planeFrame>} PlaneFrame */

/**
 * The square view of the input plane, on a square of the canvas: where a place lies, and which place lies there.
 * @param {View} view
 * @param {number} left
 * @param {number} top
 * @param {number} size
 */
export function planeFrame([low, high], left, top, size) {
  const scale = size / (high - low);
  return {
    left, top, size, low, high,
    across: (/** @type {number} */ x) => left + (x - low) * scale,
    down: (/** @type {number} */ y) => top + (high - y) * scale,
    placeAt: (/** @type {number} */ x, /** @type {number} */ y) => /** @type {Place} */ ([low + (x - left) / scale, high - (y - top) / scale]),
    holds: (/** @type {number} */ x, /** @type {number} */ y) => x >= left && x <= left + size && y >= top && y <= top + size,
  };
}

/**
 * w₁x₁ + w₂x₂ + b = 0 from edge to edge of a frame: two ends, or null where it does not pass.
 * @param {Line} line
 * @param {{ low: number, high: number }} frame
 */
export function lineEnds([w1, w2, b], { low, high }) {
  /** @type {Place[]} */
  const ends = [];
  const add = (/** @type {number} */ x, /** @type {number} */ y) => {
    if (x < low - 1e-6 || x > high + 1e-6 || y < low - 1e-6 || y > high + 1e-6) return;
    if (!ends.some(([p, q]) => Math.hypot(p - x, q - y) < 1e-6)) ends.push([x, y]);
  };
  if (Math.abs(w2) > 1e-9) for (const x of [low, high]) add(x, -(w1 * x + b) / w2);
  if (Math.abs(w1) > 1e-9) for (const y of [low, high]) add(-(w2 * y + b) / w1, y);
  return ends.length > 1 ? ends.slice(0, 2) : null;
}

/**
 * A map with its border: the map stretched over the frame, then the line, straight where it is one.
 * @param {Context} context
 * @param {PlaneFrame} frame
 * @param {HTMLCanvasElement} map
 * @param {{ line?: Line | null, cells?: Float32Array | null, side?: number, style: string, width?: number }} options
 */
export function drawUnitMap(context, frame, map, { line = null, cells = null, side = 0, style, width = 2 }) {
  const { left, top, size } = frame;
  context.imageSmoothingEnabled = true;
  context.drawImage(map, left, top, size, size);
  const ends = line && lineEnds(line, frame);
  context.save();
  context.beginPath();
  context.rect(left, top, size, size);
  context.clip();
  if (ends) {
    stroke(context, style, width, [], (path) => linePath(path, ends.map(([x, y]) => [frame.across(x), frame.down(y)])));
  } else if (!line && cells) {
    context.translate(left, top);
    stroke(context, style, width, [], () => contour(context, cells, side, size, size));
  }
  context.restore();
}

/**
 * A point's mark, by its class; hollow for a point shown with the wrong label.
 * @param {Context} context
 * @param {number} x
 * @param {number} y
 * @param {number} classIndex
 * @param {number} radius
 * @param {Colours} colours
 * @param {boolean} [hollow]
 */
export function drawMark(context, x, y, classIndex, radius, colours, hollow = false) {
  markPath(context, x, y, classIndex, radius + (radius > 6 ? 2.5 : 1.2));
  context.fillStyle = colours.card;
  context.fill();
  markPath(context, x, y, classIndex, radius);
  context.fillStyle = context.strokeStyle = classColour(classIndex, colours);
  if (!hollow) context.fill();
  context.lineWidth = 2;
  if (hollow) context.stroke();
}

/**
 * @param {number} count
 * @param {number} width
 */
export const markRadius = (count, width) => (count <= 16 ? Math.max(8, width / 48) : Math.max(3, width / 130));

/**
 * The place under the pointer, the same ring in every view.
 * @param {Context} context
 * @param {number} x
 * @param {number} y
 * @param {Colours} colours
 */
export function drawProbe(context, x, y, colours) {
  stroke(context, colours.card, 6, [], (path) => path.arc(x, y, 9, 0, 7));
  stroke(context, colours.ink, 2.5, [], (path) => path.arc(x, y, 9, 0, 7));
}

/**
 * Words on a card of their own, so that they can be read over anything.
 * @param {Context} context
 * @param {string} words
 * @param {number} x
 * @param {number} y
 * @param {Colours} colours
 * @param {number} [size]
 */
export function drawTag(context, words, x, y, colours, size = 16) {
  context.font = colours.font(size, 600);
  context.textAlign = "center";
  context.textBaseline = "middle";
  const wide = context.measureText(words).width + typeSize(14);
  context.fillStyle = colours.card;
  context.strokeStyle = colours.ink;
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(x - wide / 2, y - typeSize(14), wide, typeSize(28), 4);
  context.fill();
  context.stroke();
  context.fillStyle = colours.ink;
  context.fillText(words, x, y + 1);
  context.textBaseline = "alphabetic";
}

/**
 * Words with a rim in the card's colour.
 * @param {Context} context
 * @param {string} words
 * @param {number} x
 * @param {number} y
 * @param {Colours} colours
 * @param {{ size?: number, weight?: number, align?: CanvasTextAlign, style?: string }} [options]
 */
export function drawRimmed(context, words, x, y, colours, { size = 15, weight = 500, align = "left", style = colours.ink } = {}) {
  context.font = colours.font(size, weight);
  context.textAlign = align;
  context.lineWidth = 4;
  context.strokeStyle = colours.card;
  context.strokeText(words, x, y);
  context.fillStyle = style;
  context.fillText(words, x, y);
}
