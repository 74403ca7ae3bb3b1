// @ts-check
// What the canvases of this tab have in common: the page's colours, strokes, maps of the plane with their contours, marks.

import { cssValue, contextOf, fitCanvas, rgbOf } from "../../common/page/canvas.js";

/** @import { Rgb } from "../../common/page/canvas.js" */
/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {"ink" | "card" | "paper" | "line" | "muted" | "accent" | "bad" | "zero" | "one"} ColourName */
/**
 * The page's colours as CSS, those that are mixed also in numbers, and its two fonts.
 * @typedef {Record<ColourName, string> & {
 *   rgb: { ink: Rgb, card: Rgb, zero: Rgb, one: Rgb }, sans: string, mono: string,
 *   font: (size: number, weight?: number) => string }} Colours
 */

/**
 * The colours as they are at an element; they change when the page turns from day to night.
 * @param {Element} element
 * @returns {Colours}
 */
export function readColours(element) {
  const read = (/** @type {string} */ name) => cssValue(element, name);
  const [ink, card, zero, one] = [read("--ink"), read("--card"), read("--class-0"), read("--class-1")];
  const sans = getComputedStyle(element).fontFamily || "sans-serif";
  return {
    ink, card, zero, one, sans,
    paper: read("--paper"),
    line: read("--line"),
    muted: read("--muted"),
    accent: read("--accent"),
    bad: read("--bad"),
    rgb: { ink: rgbOf(ink), card: rgbOf(card), zero: rgbOf(zero), one: rgbOf(one) },
    mono: read("--font-mono") || "monospace",
    font: (size, weight = 400) => `${weight} ${size}px ${sans}`,
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
  if (canvas.width !== side || canvas.height !== side) canvas.width = canvas.height = side;
  const context = contextOf(canvas);
  const image = context.createImageData(side, side);
  for (let at = 0; at < values.length; at += 1) {
    const tint = values[at] < 0 ? low : high;
    const part = least + most * Math.min(1, Math.abs(values[at]));
    for (let k = 0; k < 3; k += 1) image.data[4 * at + k] = rgb.card[k] + part * (tint[k] - rgb.card[k]);
    image.data[4 * at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/**
 * A net's decision regions: the class's colour in (side × side) cells, the stronger the surer.
 * @param {ArrayLike<number>} cells from -1 to 1
 * @param {number} side
 * @param {Colours} colours
 */
export const decisionMap = (cells, side, colours) =>
  tintedMap(document.createElement("canvas"), cells, side, colours, { least: 0.05, most: 0.37 });

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

/**
 * The path of a point's mark: a disc for class 0, a square for class 1.
 * @param {Context} context
 * @param {number} x
 * @param {number} y
 * @param {number} classIndex 0 or 1
 * @param {number} radius
 */
export function markPath(context, x, y, classIndex, radius) {
  context.beginPath();
  if (classIndex) context.roundRect(x - 0.9 * radius, y - 0.9 * radius, 1.8 * radius, 1.8 * radius, radius / 4);
  else context.arc(x, y, radius, 0, 7);
}

/**
 * A path from place to place.
 * @param {Context} context
 * @param {(readonly number[])[]} places
 */
export function linePath(context, places) {
  places.forEach(([x, y], at) => { if (at) context.lineTo(x, y); else context.moveTo(x, y); });
}
