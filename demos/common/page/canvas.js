// @ts-check
// Drawing on a canvas in the page's colours.

/** @typedef {[red: number, green: number, blue: number]} Rgb 0 to 255 each */

/**
 * What a CSS variable holds at an element.
 * @param {Element} element
 * @param {string} name "--ink"
 */
export function cssValue(element, name) {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

/**
 * Any CSS colour in numbers.
 * @param {string} colour
 * @returns {Rgb}
 */
export function rgbOf(colour) {
  const context = contextOf(document.createElement("canvas"), { willReadFrequently: true });
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** @param {ArrayLike<number>} rgb */
export function cssColour(rgb) {
  return `rgb(${rgb[0]},${rgb[1]},${rgb[2]})`;
}

/**
 * Between two colours: `from` at 0, `to` at 1.
 * @param {Rgb} from
 * @param {Rgb} to
 * @param {number} part
 * @returns {Rgb}
 */
export function mix(from, to, part) {
  const channel = (/** @type {0 | 1 | 2} */ at) => Math.round(from[at] + part * (to[at] - from[at]));
  return [channel(0), channel(1), channel(2)];
}

/**
 * A canvas's 2-D context.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export function contextOf(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("This browser draws no canvas.");
  return context;
}

/**
 * Clear a canvas and make it sharp on this screen. What is drawn on the context is measured in CSS pixels.
 * @param {HTMLCanvasElement} canvas
 * @param {number} [width] as it stands in the page, if it is not given
 * @param {number} [height]
 */
export function fitCanvas(canvas, width, height) {
  const box = width === undefined || height === undefined ? canvas.getBoundingClientRect() : null;
  const [wide, high] = [width ?? box?.width ?? 0, height ?? box?.height ?? 0];
  const ratio = window.devicePixelRatio || 1;
  const [columns, rows] = [Math.round(wide * ratio), Math.round(high * ratio)];
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  const context = contextOf(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, wide, high);
  return { context, width: wide, height: high };
}
