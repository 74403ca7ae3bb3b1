// @ts-check
// Query and key: why the chosen token of one head looks where it looks. Each row is a key, its products with the query
// channel by channel, their sum (the score) and the weight that softmax makes of it.

import { floatsOf } from "../../../common/page/base64.js";
import { create, find, findAll, setText, targetOf } from "../../../common/page/dom.js";
import { clamp, percent, signed, significant } from "../../../common/page/numbers.js";
import { shorten } from "../../page/token.js";

/** @import { Part, View } from "./view.js" */

/**
 * @typedef {{ turn: number, layer: number, head: number, position: number }} Wish
 * @typedef {Wish & { query: string, keys: string, scores: string, weights: string }} Message base64 of 32-bit floats:
 *   query (D,), keys (t + 1, D) row by row, scores and weights (t + 1,)
 * @typedef {{ query: Float32Array, keys: Float32Array, products: Float32Array, scores: Float32Array,
 *   weights: Float32Array }} QueryKey
 */

const REST = 90; // milliseconds at one place before it is asked for
const LONGEST = 9; // characters of a token
const NAMED = 3; // channels that add most
/** @type {Record<string, [row: number, channel: number]>} */
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * @param {View} view
 * @param {(wish: Wish) => void} ask for the numbers of a head and a token; they come to `receive`
 * @returns {Part & { receive: (message: Message | null) => void }}
 */
export function mountQueryKey(view, ask) {
  const { say } = view;
  const root = find(view.root, "[data-panel=query_key]");
  const box = find(root, ".gi-qk-box");
  const body = find(root, "tbody");
  let sorted = false;
  let wanted = ""; // what was asked for last
  let waiting = 0;
  /** @type {Message | null} */
  let received = null;
  /** @type {QueryKey | null} of what was received */
  let shown = null;
  /** @type {number[]} the tokens, as they stand below each other */
  let order = [];
  let spoken = 0; // the token whose key is spoken of
  /** @type {number | null} that is spoken of */
  let channel = null;

  /** Ask for this head and token, once the visitor rests there. */
  function wish() {
    const { layer, head, position } = view;
    const wished = { turn: view.seen.turn, layer, head, position };
    const key = JSON.stringify(wished);
    if (wanted === key) return;
    wanted = key;
    clearTimeout(waiting);
    waiting = window.setTimeout(() => ask(wished), REST);
  }

  function redraw() {
    wish();
    const { layers, heads } = view.seen.shape;
    const [layer, head] = findAll(root, ".gi-stepper");
    setText(find(layer, "b"), say("layer_of", { layer: view.layer + 1, layers }));
    setText(find(head, "b"), say("head_of", { head: view.head + 1, heads }));
    const token = { token: view.token(view.position), t: view.position + 1 };
    setText(find(root, ".gi-token-name"), say("of_token", token));
    for (const button of findAll(root, "[data-sorted]")) {
      button.setAttribute("aria-checked", String(button.dataset.sorted === String(sorted)));
    }
    draw();
  }

  function draw() {
    const { layer, head, position } = view;
    const isCurrent = received?.turn === view.seen.turn && received.layer === layer && received.head === head
      && received.position === position;
    box.classList.toggle("stale", !isCurrent);
    if (!shown || !isCurrent) return;
    const { query, keys, products, scores, weights } = shown;
    const size = query.length;
    const [mostKey, mostProduct] = [largest(keys, query), largest(products)];
    order = [...scores.keys()];
    if (sorted) order.sort((a, b) => weights[b] - weights[a]);
    paint(find(root, ".query canvas"), query, mostKey);
    const mostWeight = largest(weights);
    body.replaceChildren(...order.map((s) => {
      const line = create("tr");
      line.dataset.token = String(s);
      const name = create("th");
      name.scope = "row";
      const button = create("button", "", shorten(view.token(s), LONGEST));
      button.type = "button";
      button.lang = "zxx";
      name.append(button);
      const weight = create("td", "weight", percent(weights[s]));
      const filled = create("i");
      filled.style.width = `${(45 * weights[s]) / mostWeight}%`;
      weight.append(filled);
      const cells = [strip("key", keys.subarray(s * size, (s + 1) * size), mostKey),
        strip("product", products.subarray(s * size, (s + 1) * size), mostProduct)];
      line.append(name, ...cells, create("td", "score", signed(scores[s], 2)), weight);
      return line;
    }));
    speak();
  }

  /** @param {string} name @param {Float32Array} numbers @param {number} most */
  function strip(name, numbers, most) {
    const cell = create("td", name);
    const canvas = create("canvas");
    paint(canvas, numbers, most);
    cell.append(canvas);
    return cell;
  }

  /**
   * Numbers as a row of pixels: orange below zero, blue above.
   * @param {HTMLElement} element a canvas
   * @param {Float32Array} numbers
   * @param {number} most what is drawn in full colour
   */
  function paint(element, numbers, most) {
    const canvas = /** @type {HTMLCanvasElement} */ (element);
    [canvas.width, canvas.height] = [numbers.length, 1];
    const context = canvas.getContext("2d");
    if (!context) return;
    const image = context.createImageData(numbers.length, 1);
    const [below, above] = [view.rgb("--class-0"), view.rgb("--class-1")];
    numbers.forEach((x, i) => image.data.set([...(x < 0 ? below : above), (255 * Math.abs(x)) / most], 4 * i));
    context.putImageData(image, 0, 0);
  }

  /** One key, or one channel of it, in words. */
  function speak() {
    if (!shown) return;
    const { query, keys, products, scores, weights } = shown;
    const [s, size] = [spoken, query.length];
    for (const line of findAll(body, "tr")) line.classList.toggle("marked", line.dataset.token === String(s));
    const token = view.token(s);
    if (channel !== null) {
      const at = s * size + channel;
      setText(find(root, ".gi-told"), say("channel", {
        channel, query: significant(query[channel]), token, key: significant(keys[at]), product: signed(products[at], 3),
        score: signed(scores[s], 2),
      }));
      return;
    }
    const own = products.subarray(s * size, (s + 1) * size);
    const best = [...own.keys()].sort((a, b) => own[b] - own[a]).slice(0, NAMED);
    const channels = best.map((i) => `${i} (${signed(own[i], 2)})`).join(", ");
    setText(find(root, ".gi-told"), say("score", {
      from: view.token(view.position), to: token, p: percent(weights[s]), score: signed(scores[s], 2), channels,
    }));
  }

  /** @param {PointerEvent} event */
  function point(event) {
    const line = targetOf(event, "tbody tr");
    if (!line || !shown) return;
    const canvas = targetOf(event, "canvas");
    const bounds = canvas?.getBoundingClientRect();
    spoken = Number(line.dataset.token);
    channel = bounds
      ? clamp(Math.floor(((event.clientX - bounds.left) / bounds.width) * shown.query.length), 0, shown.query.length - 1)
      : null;
    speak();
  }

  box.addEventListener("pointermove", point);
  box.addEventListener("pointerdown", point);
  box.addEventListener("keydown", (event) => {
    if (!(event.key in MOVES) || !shown || event.target !== box) return;
    event.preventDefault();
    const [rows, channels] = MOVES[event.key];
    const row = clamp(order.indexOf(spoken) + rows, 0, order.length - 1);
    spoken = order[row];
    if (channels) channel = channel === null ? 0 : clamp(channel + channels, 0, shown.query.length - 1);
    speak();
    findAll(body, "tr")[row].scrollIntoView({ block: "nearest" });
  });
  body.addEventListener("click", (event) => {
    if (targetOf(event, "button")) view.lookFrom(Number(targetOf(event, "tr")?.dataset.token));
  });
  for (const button of findAll(root, "[data-sorted]")) {
    button.addEventListener("click", () => {
      sorted = button.dataset.sorted === "true";
      view.refresh();
    });
  }
  return {
    redraw,
    receive(message) {
      received = message;
      shown = message && decode(message);
      channel = null;
      if (shown) spoken = shown.weights.indexOf(largest(shown.weights));
      if (view.inside && view.panel === "query_key") draw();
    },
  };
}

/** @param {Float32Array[]} arrays */
function largest(...arrays) {
  return Math.max(1e-12, ...arrays.map((numbers) => numbers.reduce((top, x) => Math.max(top, Math.abs(x)), 0)));
}

/**
 * The numbers, and what each channel adds to the score.
 * @param {Message} message
 * @returns {QueryKey}
 */
function decode(message) {
  const [query, keys, scores, weights] = [message.query, message.keys, message.scores, message.weights].map(floatsOf);
  const products = keys.map((k, i) => (k * query[i % query.length]) / Math.sqrt(query.length));
  return { query, keys, products, scores, weights };
}
