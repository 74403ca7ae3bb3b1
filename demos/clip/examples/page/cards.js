// @ts-check
// The labels, a card each: name, words, and the images that are its examples.

import { create, find, findAll, setText } from "../../../common/page/dom.js";
import { base64Of, filesDropped, filesOf, shrink } from "../../gallery/page/shrink.js";

/** @import { Found } from "../../gallery/page/shrink.js" */
/** @import { Say } from "../../../common/page/words.js" */
/** @import { Label } from "./examples.js" */

/**
 * @typedef {{ words: Words, suffixes: string[], side: number, most_bytes: number, batch_size: number }} Constants
 */

/**
 * @param {string} className
 * @param {string} text
 * @param {string} title
 */
function button(className, text, title) {
  const made = create("button", className, text);
  made.type = "button";
  made.title = made.ariaLabel = title;
  return made;
}

/**
 * Send images to a label, made smaller, some at a time.
 * @param {number} number
 * @param {Found[]} found
 * @param {Constants} constants
 * @param {Say} say
 * @param {MountContext["trigger"]} trigger
 * @param {(sentence: string) => void} refuse
 */
async function send(number, found, constants, say, trigger, refuse) {
  const images = [];
  for (const { file, path } of found) {
    const suffix = /\.[^./]+$/.exec(file.name.toLowerCase())?.[0] ?? "";
    const small = file.type.startsWith("image/") || constants.suffixes.includes(suffix) ? await shrink(file, constants.side) : null;
    if (!small && (file.size > constants.most_bytes || !constants.suffixes.includes(suffix))) {
      refuse(say("no_image", { name: path }));
      continue;
    }
    images.push({ number: images.length, name: path.split("/").pop() ?? path, shown: Boolean(small), data: await base64Of(small ?? file) });
  }
  for (let start = 0; start < images.length; start += constants.batch_size) {
    trigger("bring_images", { number, images: images.slice(start, start + constants.batch_size) });
  }
}

/**
 * @param {Label} label
 * @param {Constants} constants
 * @param {Say} say
 * @param {MountContext["trigger"]} trigger
 */
function newCard({ number }, constants, say, trigger) {
  const card = create("article", "examples-card");
  card.dataset.number = String(number);
  const change = (/** @type {string} */ what, value = "") => trigger("change_label", { number, what, value });
  const head = create("div", "examples-head");
  const name = create("input", "examples-name");
  name.maxLength = 200;
  name.ariaLabel = say("name");
  name.addEventListener("change", () => change("name", name.value));
  const remove = button("examples-remove", "×", "");
  remove.addEventListener("click", () => change("remove"));
  head.append(name, remove);
  const line = create("label", "examples-words-line");
  const words = create("input", "examples-words");
  words.maxLength = 300;
  words.placeholder = say("no_words");
  words.addEventListener("change", () => change("words", words.value));
  line.append(create("span", "", say("words_label")), words);
  for (const field of [name, words]) {
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") field.blur(); });
  }
  const thumbs = create("div", "examples-thumbs");
  const plus = create("label", "examples-plus", "+");
  const input = create("input", "examples-choose");
  [input.type, input.multiple, input.accept] = ["file", true, ["image/*", ...constants.suffixes].join(",")];
  plus.append(input);
  thumbs.append(plus);
  const count = create("p", "examples-count");
  card.append(head, line, thumbs, count);
  const take = (/** @type {Found[]} */ found) => {
    card.classList.add("busy");
    send(number, found, constants, say, trigger, (sentence) => { setText(count, sentence); card.classList.remove("busy"); });
  };
  input.addEventListener("change", () => { take(filesOf(input.files)); input.value = ""; });
  card.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    card.classList.add("dropping");
  });
  card.addEventListener("dragleave", (event) => {
    if (!(event.relatedTarget instanceof Node && card.contains(event.relatedTarget))) card.classList.remove("dropping");
  });
  card.addEventListener("drop", async (event) => {
    card.classList.remove("dropping");
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    take(await filesDropped(event.dataTransfer));
  });
  return card;
}

/**
 * What a card says of its label. A field that is being written in stays as it is.
 * @param {HTMLElement} card
 * @param {Label} label
 * @param {Say} say
 * @param {MountContext["trigger"]} trigger
 */
function fill(card, label, say, trigger) {
  const { number, name, words, known, examples } = label;
  card.classList.remove("busy");
  card.classList.toggle("unknown", !known);
  for (const [place, value] of [["name", name], ["words", words]]) {
    const field = find(card, `.examples-${place}`, HTMLInputElement);
    if (field !== document.activeElement) field.value = value;
    field.title = value;
  }
  find(card, ".examples-words").ariaLabel = say("words", { name });
  const remove = find(card, ".examples-remove");
  remove.title = remove.ariaLabel = say("remove_label", { name });
  const input = find(card, ".examples-choose");
  input.title = input.ariaLabel = say("add_images", { name });
  const thumbs = find(card, ".examples-thumbs");
  const left = new Map(findAll(thumbs, ".examples-thumb").map((each) => [each.dataset.key, each]));
  const plus = find(thumbs, ".examples-plus");
  for (const { key, name: image, thumbnail } of examples) {
    let thumb = left.get(key);
    left.delete(key);
    if (!thumb) {
      thumb = button("examples-thumb", "", "");
      thumb.dataset.key = key;
      const shown = create("img");
      [shown.src, shown.alt] = [thumbnail, image];
      thumb.append(shown);
      thumb.addEventListener("click", () => trigger("change_example", { what: "remove", number, key }));
    }
    thumb.title = thumb.ariaLabel = say("remove_example", { image, name });
    plus.before(thumb);
  }
  for (const gone of left.values()) gone.remove();
  const counted = say("count", { count: examples.length });
  setText(find(card, ".examples-count"), known ? (examples.length ? counted : say("count_words")) : say("empty"));
}

/**
 * @param {HTMLElement} place
 * @param {Label[]} labels
 * @param {Constants} constants
 * @param {Say} say
 * @param {MountContext["trigger"]} trigger
 */
export function drawCards(place, labels, constants, say, trigger) {
  const left = new Map(findAll(place, ".examples-card").map((card) => [card.dataset.number, card]));
  for (const label of labels) {
    let card = left.get(String(label.number));
    left.delete(String(label.number));
    if (!card) {
      card = newCard(label, constants, say, trigger);
      place.append(card);
    }
    fill(card, label, say, trigger);
  }
  for (const gone of left.values()) gone.remove();
}
