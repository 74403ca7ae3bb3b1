// @ts-check
// Draws the map: images and words in a plane. The image under the pointer comes forward, as does the one that the arrow
// keys have reached; a click and Enter open it.

import { floatsOf } from "../../../common/page/base64.js";
import { cssValue, fitCanvas } from "../../../common/page/canvas.js";
import { find, parseMessage, setText } from "../../../common/page/dom.js";
import { clamp } from "../../../common/page/numbers.js";
import { typeSize } from "../../../common/page/type_size.js";
import { fillWords, sayFrom } from "../../../common/page/words.js";
import { know, listen, pictures, state, tell } from "./store.js";

/**
 * @typedef {{ items: { number: number, name: string, thumbnail: string }[], points: string, words: string[],
 *   word_points: string }} Message as look.laid_out makes it
 * @typedef {{ x: number, y: number }} Place in CSS pixels
 */

const MARGIN = 46; // pixels around the outermost places
const STEPS = /** @type {Record<string, [x: number, y: number]>} */ ({
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
});

/**
 * Where everything stands on a canvas of this size: one scale for both directions would leave most of it empty, so each
 * direction has its own.
 * @param {Float32Array} points
 * @param {Float32Array} wordPoints
 * @param {number} width
 * @param {number} height
 */
function placesOf(points, wordPoints, width, height) {
  const all = [...points, ...wordPoints];
  const range = (/** @type {number} */ axis) => {
    const values = all.filter((_, at) => at % 2 === axis);
    return [Math.min(...values), Math.max(...values)];
  };
  const [[left, right], [low, high]] = [range(0), range(1)];
  const place = (/** @type {number} */ x, /** @type {number} */ y) => ({
    x: MARGIN + (width - 2 * MARGIN) * (right > left ? (x - left) / (right - left) : 0.5),
    y: MARGIN + (height - 2 * MARGIN) * (high > low ? 1 - (y - low) / (high - low) : 0.5),
  });
  const each = (/** @type {Float32Array} */ pairs) =>
    Array.from({ length: pairs.length / 2 }, (_, at) => place(pairs[2 * at], pairs[2 * at + 1]));
  return { images: each(points), words: each(wordPoints) };
}

/**
 * The nearest place in a direction, where what lies aside counts double; the same place if there is none.
 * @param {Place[]} places
 * @param {number} from which of them
 * @param {[x: number, y: number]} step of length 1
 */
function next(places, from, [right, down]) {
  let [found, least] = [from, Infinity];
  places.forEach(({ x, y }, at) => {
    const [across, along] = [x - places[from].x, y - places[from].y];
    const [ahead, aside] = [across * right + along * down, Math.abs(across * down) + Math.abs(along * right)];
    const away = ahead + 2 * aside;
    if (at !== from && ahead > 0 && away < least) [found, least] = [at, away];
  });
  return found;
}

/**
 * An image cut to a square around a place.
 * @param {CanvasRenderingContext2D} context
 * @param {HTMLImageElement} image
 * @param {Place} place
 * @param {number} side
 */
function drawSquare(context, image, { x, y }, side) {
  if (!image.naturalWidth) return;
  const cut = Math.min(image.naturalWidth, image.naturalHeight);
  context.drawImage(
    image, (image.naturalWidth - cut) / 2, (image.naturalHeight - cut) / 2, cut, cut, x - side / 2, y - side / 2, side, side,
  );
}

/**
 * @param {MountContext} context
 * @param {{ words: Words }} constants
 */
export function mount({ element, props, watch }, { words }) {
  const say = sayFrom(words);
  const root = find(element, ".gallery-plane");
  const canvas = find(root, "canvas", HTMLCanvasElement);
  /** @type {Message | null} */
  let message = null;
  /** @type {Map<number, HTMLImageElement>} */
  const loaded = new Map();
  /** @type {Place[]} */
  let places = [];
  let under = -1;
  let asked = 0;
  fillWords(root, say);

  const draw = () => {
    asked = 0;
    if (!message || root.hidden) return;
    const { context, width, height } = fitCanvas(canvas);
    const laid = placesOf(floatsOf(message.points), floatsOf(message.word_points), width, height);
    places = laid.images;
    const side = clamp(Math.sqrt((width * height) / (message.items.length + 1)) * 0.55, 14, 74);
    message.items.forEach((item, at) => drawSquare(context, imageOf(item.number), places[at], side));
    context.font = `600 ${typeSize(17)}px ${getComputedStyle(canvas).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    message.words.forEach((word, at) => {
      const [half, high] = [context.measureText(word).width / 2 + 7, typeSize(13)];
      const [x, y] = [clamp(laid.words[at].x, half, width - half), clamp(laid.words[at].y, high + 1, height - high - 1)];
      context.fillStyle = cssValue(canvas, "--card");
      context.globalAlpha = 0.88;
      context.fillRect(x - half, y - high, 2 * half, 2 * high);
      context.globalAlpha = 1;
      context.fillStyle = cssValue(canvas, "--accent");
      context.fillText(word, x, y);
    });
    if (under >= 0 && places[under]) {
      const large = Math.max(2 * side, 120);
      const place = {
        x: clamp(places[under].x, large / 2, width - large / 2), y: clamp(places[under].y, large / 2, height - large / 2),
      };
      drawSquare(context, imageOf(message.items[under].number), place, large);
      context.strokeStyle = cssValue(canvas, "--accent");
      context.lineWidth = 3;
      context.strokeRect(place.x - large / 2, place.y - large / 2, large, large);
    }
  };
  const redraw = () => { asked ||= requestAnimationFrame(draw); };
  const imageOf = (/** @type {number} */ number) => {
    const known = loaded.get(number);
    const url = pictures.get(number)?.url ?? "";
    if (known?.src === url || (known && !url)) return known;
    const image = new Image();
    image.addEventListener("load", redraw);
    if (url) image.src = url;
    loaded.set(number, image);
    return image;
  };
  const nearest = (/** @type {MouseEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let [found, least] = [-1, 60];
    places.forEach((place, at) => {
      const away = Math.hypot(place.x - x, place.y - y);
      if (away < least) [found, least] = [at, away];
    });
    return found;
  };
  const show = () => {
    /** @type {Message | null} */
    const received = parseMessage(props.value);
    if (received) {
      for (const item of received.items) know(item);
      message = received;
      canvas.ariaLabel = say("map_label", { count: received.items.length, words: received.words.join(", ") });
    }
    root.hidden = state.view !== "map";
    comeForward(-1);
    redraw();
  };
  /** @param {number} at which image; −1 for none */
  const comeForward = (at) => {
    setText(find(root, ".gallery-hint"), message?.items[at]?.name ?? say("map_info"));
    if (at === under) return;
    under = at;
    redraw();
  };
  const openIt = (/** @type {number} */ at) => { if (message?.items[at]) tell("open", message.items[at].number); };
  canvas.addEventListener("pointermove", (event) => {
    comeForward(nearest(event));
  });
  canvas.addEventListener("pointerleave", () => comeForward(-1));
  canvas.addEventListener("click", (event) => openIt(nearest(event)));
  canvas.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey || !places.length) return;
    if (!step && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (step) comeForward(under < 0 ? 0 : next(places, under, step));
    else openIt(under);
  });
  new ResizeObserver(redraw).observe(canvas);
  listen(element, "view", show);
  watch("value", show);
  show();
}
