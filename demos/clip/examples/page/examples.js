// @ts-check
// The page of labels by example: the cards, the mix with its curve, and what the labels make of the images.

import { floatsOf } from "../../../common/page/base64.js";
import { create, find, parseMessage, setText, targetOf } from "../../../common/page/dom.js";
import { percent } from "../../../common/page/numbers.js";
import { fillWords, sayFrom } from "../../../common/page/words.js";
import { drawCards } from "./cards.js";
import { drawCurve } from "./curve.js";
import { drawImages } from "./images.js";
import { mix, onMix, seen, setMix } from "./store.js";

/** @import { Constants } from "./cards.js" */

/**
 * @typedef {{ number: number, name: string, words: string, known: boolean,
 *   examples: { key: string, name: string, thumbnail: string }[] }} Label
 * @typedef {{ number: number, key: string, name: string, thumbnail?: string, of?: number[], error?: string }} ExampleImage
 * @typedef {{ labels: Label[], mixes: number[], images: ExampleImage[], columns: number[], similarities: string,
 *   probabilities: string, none_of_these: string, right: number[], judged: number, examples: number, shares: boolean,
 *   with_none: boolean, notes: string[], waiting: string }} Message as demos/clip/examples/look.py makes it
 * @typedef {{ labels: Label[], images: ExampleImage[], columns: Label[], count: number, similarities: Float32Array,
 *   probabilities: Float32Array, none: Float32Array, shares: boolean, with_none: boolean,
 *   waiting: string }} Drawn `columns` are the labels
 *   that are compared; the tables hold, for each mix, `count` images, each with a number for each column
 */

/**
 * @param {Message} message
 * @returns {Drawn}
 */
function read(message) {
  const { labels, images, shares, with_none, waiting } = message;
  const columns = message.columns.flatMap((number) => labels.find((label) => label.number === number) ?? []);
  return {
    labels, images, columns, shares, with_none, waiting,
    count: images.filter(({ error }) => !error).length,
    similarities: floatsOf(message.similarities), probabilities: floatsOf(message.probabilities),
    none: floatsOf(message.none_of_these),
  };
}

/**
 * @param {MountContext} context
 * @param {Constants} constants
 */
export function mount({ element, props, trigger, watch }, constants) {
  const say = sayFrom(constants.words);
  const root = find(element, ".examples");
  const slider = find(root, "#clip-examples-mix", HTMLInputElement);
  const curve = find(root, ".examples-curve", SVGSVGElement);
  /** @type {Message | null} */
  let message = null;
  /** @type {Drawn | null} */
  let drawn = null;
  fillWords(root, (key) => say(key));

  /** What changes with the mix. */
  function drawMix() {
    const at = Math.round(mix() * Number(slider.max));
    slider.value = String(at);
    const value = at === 0 ? say("mix_words") : at === Number(slider.max) ? say("mix_images") : say("mix_value", { share: percent(mix()) });
    setText(find(root, "output"), value);
    slider.setAttribute("aria-valuetext", value);
    if (!message || !drawn) return;
    const { right, judged, examples } = message;
    find(root, ".examples-plot").hidden = !judged;
    let said = say("curve_none");
    if (judged) {
      drawCurve(curve, right, judged, at);
      setText(find(root, ".examples-most"), String(judged));
      curve.setAttribute("aria-label", say("curve_said", { values: right.join(", "), judged }));
      said = say("curve", { right: right[at], judged });
      if (examples > judged) said += ` ${say("curve_unjudged", { count: examples - judged })}`;
    }
    setText(find(root, ".examples-said"), said);
    drawImages(find(root, ".examples-images"), drawn, at, say);
  }

  function show() {
    /** @type {Message | null} */
    const received = parseMessage(props.value);
    root.classList.toggle("empty", !received && !message);
    if (!received) return;
    message = received;
    drawn = read(received);
    seen(JSON.stringify(received.labels.map(({ name, words, examples }) => [name, words, ...examples.map(({ key }) => key)])));
    drawCards(find(root, ".examples-cards"), received.labels, constants, say, trigger);
    find(root, ".examples-notes").replaceChildren(...received.notes.map((note) => create("p", "examples-note", note)));
    drawMix();
  }

  slider.addEventListener("input", () => setMix(Number(slider.value) / Number(slider.max)));
  onMix(drawMix);
  root.addEventListener("click", (event) => {
    const teach = targetOf(event, ".examples-teach");
    const figure = teach && targetOf(event, ".examples-image");
    if (!teach || !figure) return;
    const what = teach.ariaPressed === "true" ? "remove" : "add";
    trigger("change_example", { what, number: Number(teach.dataset.number), key: figure.dataset.key });
  });
  watch("value", show);
  show();
}
