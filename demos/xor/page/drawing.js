// @ts-check
// What the canvases of this tab have in common: the page's colours, strokes, maps of the plane with their contours, marks.

import { cssColour, cssValue, contextOf, fitCanvas, mix, rgbOf } from "../../common/page/canvas.js";
import { typeSize } from "../../common/page/type_size.js";

/** @import { Rgb } from "../../common/page/canvas.js" */
/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {"ink" | "card" | "paper" | "line" | "muted" | "accent" | "bad" | "zero" | "one"} ColourName */
/**
 * The page's colours as CSS, those that are mixed also in numbers, and its two fonts. `rest` is that of all classes but one.
 * @typedef {Record<ColourName, string> & {
 *   classes: string[], rgb: { ink: Rgb, card: Rgb, zero: Rgb, one: Rgb, rest: Rgb, classes: Rgb[] }, sans: string, mono: string,
 *   font: (size: number, weight?: number) => string }} Colours
 */

export const MOST_CLASSES = 5; // as in demos/xor/data.py

/**
 * The colours as they are at an element; they change when the page turns from day to night.
 * @param {Element} element
 * @returns {Colours}
 */
export function readColours(element) {
  const read = (/** @type {string} */ name) => cssValue(element, name);
  const [ink, card] = [read("--ink"), read("--card")];
  const classes = Array.from({ length: MOST_CLASSES }, (_, label) => read(`--class-${label}`));
  const [zero, one] = classes;
  const ofClasses = classes.map(rgbOf);
  const rest = mix(rgbOf(card), rgbOf(ink), 0.4);
  const sans = getComputedStyle(element).fontFamily || "sans-serif";
  return {
    ink, card, zero, one, classes, sans,
    paper: read("--paper"),
    line: read("--line"),
    muted: read("--muted"),
    accent: read("--accent"),
    bad: read("--bad"),
    rgb: { ink: rgbOf(ink), card: rgbOf(card), zero: ofClasses[0], one: ofClasses[1], rest, classes: ofClasses },
    mono: read("--font-mono") || "monospace",
    font: (size, weight = 400) => `${weight} ${typeSize(size)}px ${sans}`,
  };
}

/**
 * A function that asks for a drawing: however often it is called before the next frame of the screen, `draw` runs once.
 * @param {() => void} draw
 */
export function oncePerFrame(draw) {
  let requested = false;
  return () => {
    if (requested) return;
    requested = true;
    requestAnimationFrame(() => { requested = false; draw(); });
  };
}

/**
 * A cleared canvas, sharp on this screen, that draws in CSS pixels with round ends.
 * @param {HTMLCanvasElement} canvas
 */
export function prepareCanvas(canvas) {
  const fitted = fitCanvas(canvas);
  fitted.context.lineCap = fitted.context.lineJoin = "round";
  return fitted;
}

/**
 * @param {Context} context
 * @param {string} style
 * @param {number} width
 * @param {number[]} dash
 * @param {(context: Context) => void} path draws it
 */
export function stroke(context, style, width, dash, path) {
  context.save();
  context.strokeStyle = style;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  path(context);
  context.stroke();
  context.restore();
}

/**
 * Values from -1 to 1 of (side × side) cells as a small image: the colour of `low` or `high`, the stronger the further
 * from zero, on the colour of the card.
 * @param {HTMLCanvasElement} canvas takes the image
 * @param {ArrayLike<number>} values
 * @param {number} side
 * @param {Colours} colours
 * @param {{ low?: Rgb, high?: Rgb, least?: number, most?: number }} [options] how strong the colour is, at least and more
 */
export function tintedMap(canvas, values, side, { rgb }, { low = rgb.zero, high = rgb.one, least = 0.06, most = 0.5 } = {}) {
  const tint = (/** @type {number} */ at) => (values[at] < 0 ? low : high);
  return paintedCells(canvas, side, rgb.card, tint, (at) => least + most * Math.min(1, Math.abs(values[at])));
}

/**
 * A net's decision regions: the colour of the class that is said in (side × side) cells, the stronger the surer.
 * @param {ArrayLike<number>} said
 * @param {ArrayLike<number>} sure from 0 to 1
 * @param {number} side
 * @param {Colours} colours
 */
export const decisionMap = (said, sure, side, { rgb }) =>
  paintedCells(document.createElement("canvas"), side, rgb.card, (at) => rgb.classes[said[at]], (at) => 0.05 + 0.37 * Math.min(1, sure[at]));

/**
 * A small image of (side × side) cells: in each a tint laid on the card's colour, the `part` of it from 0 to 1.
 * @param {HTMLCanvasElement} canvas
 * @param {number} side
 * @param {Rgb} card
 * @param {(at: number) => Rgb} tint
 * @param {(at: number) => number} part
 */
function paintedCells(canvas, side, card, tint, part) {
  if (canvas.width !== side || canvas.height !== side) canvas.width = canvas.height = side;
  const context = contextOf(canvas);
  const image = context.createImageData(side, side);
  for (let at = 0; at < side * side; at += 1) {
    const [colour, share] = [tint(at), part(at)];
    for (let k = 0; k < 3; k += 1) image.data[4 * at + k] = card[k] + share * (colour[k] - card[k]);
    image.data[4 * at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** @typedef {[from: number, to: number, along: number]} Crossing a place between two corners of a lattice, by their numbers */

/**
 * Where values on a (side × side) lattice cross zero, as pieces from one crossing to another (marching squares).
 * @param {ArrayLike<number>} values
 * @param {number} side
 * @returns {[Crossing, Crossing][]}
 */
export function latticeCrossings(values, side) {
  /** @type {[Crossing, Crossing][]} */
  const pieces = [];
  for (let row = 0; row + 1 < side; row += 1) {
    for (let column = 0; column + 1 < side; column += 1) {
      const first = row * side + column;
      const above = values[first] > 0;
      if (above === values[first + 1] > 0 && above === values[first + side] > 0 && above === values[first + side + 1] > 0) continue;
      const corners = [first, first + 1, first + side + 1, first + side];
      /** @type {Crossing[]} */
      const ends = [];
      for (let k = 0; k < 4; k += 1) {
        const [a, b] = [corners[k], corners[(k + 1) % 4]];
        if (values[a] > 0 !== values[b] > 0) ends.push([a, b, values[a] / (values[a] - values[b])]);
      }
      for (let k = 0; k + 1 < ends.length; k += 2) pieces.push([ends[k], ends[k + 1]]);
    }
  }
  return pieces;
}

/**
 * The path along which a map of (side × side) cells, stretched over width × height, crosses zero; the cells' values
 * stand at their centres. `dashed` leaves it out in every second cell.
 * @param {Context} context
 * @param {ArrayLike<number>} cells
 * @param {number} side
 * @param {number} width
 * @param {number} height
 * @param {boolean} [dashed]
 */
export function contour(context, cells, side, width, height, dashed = false) {
  /** @param {Crossing} crossing @returns {[number, number]} */
  const place = ([a, b, along]) => {
    const across = (a % side) + along * ((b % side) - (a % side));
    const down = Math.floor(a / side) + along * (Math.floor(b / side) - Math.floor(a / side));
    return [((across + 0.5) / side) * width, ((down + 0.5) / side) * height];
  };
  for (const [from, to] of latticeCrossings(cells, side)) {
    const first = Math.min(from[0], from[1], to[0], to[1]);
    if (dashed && ((first % side) + Math.floor(first / side)) % 2) continue;
    context.moveTo(...place(from));
    context.lineTo(...place(to));
  }
}

/** Corners of the marks of classes 2, 3 and 4 around their middle: a triangle, a diamond, a plus. @type {[number, number][][]} */
const MARKS = [
  [[0, -1.15], [1.08, 0.8], [-1.08, 0.8]],
  [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
  [[-0.4, -1.1], [0.4, -1.1], [0.4, -0.4], [1.1, -0.4], [1.1, 0.4], [0.4, 0.4], [0.4, 1.1], [-0.4, 1.1], [-0.4, 0.4], [-1.1, 0.4],
    [-1.1, -0.4], [-0.4, -0.4]],
];

/**
 * The colour of a class; of a value between 0 and 1 the nearer one's, the greyer the nearer it is to one half.
 * @param {number} classIndex
 * @param {Colours} colours
 */
export function classColour(classIndex, { classes, rgb }) {
  if (Number.isInteger(classIndex)) return classes[classIndex];
  return cssColour(mix(rgb.rest, classIndex < 0.5 ? rgb.zero : rgb.one, Math.abs(2 * classIndex - 1)));
}

/**
 * The path of a point's mark: a disc for class 0, a square for class 1, then those of MARKS; a disc for any value between.
 * @param {Context} context
 * @param {number} x
 * @param {number} y
 * @param {number} classIndex 0 to 4, or a value from 0 to 1
 * @param {number} radius
 */
export function markPath(context, x, y, classIndex, radius) {
  context.beginPath();
  if (classIndex === 0 || !Number.isInteger(classIndex)) context.arc(x, y, radius, 0, 7);
  else if (classIndex === 1) context.roundRect(x - 0.9 * radius, y - 0.9 * radius, 1.8 * radius, 1.8 * radius, radius / 4);
  else {
    linePath(context, MARKS[classIndex - 2].map(([across, down]) => [x + across * radius, y + down * radius]));
    context.closePath();
  }
}

/**
 * A path from place to place.
 * @param {Context} context
 * @param {(readonly number[])[]} places
 */
export function linePath(context, places) {
  places.forEach(([x, y], at) => { if (at) context.lineTo(x, y); else context.moveTo(x, y); });
}
