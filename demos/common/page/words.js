// @ts-check
// What a script says, from the strings of both languages (`demos.common.ui.words`).

import { findAll } from "./dom.js";

/** @typedef {ReturnType<typeof sayFrom>} Say */

/** The visitor's language, which may change: the words of `fillWords` and all that a part draws anew follow. */
export let language = window.glassbox.language;

/** @type {Set<{ place: WeakRef<ParentNode>, say: (key: string) => string }>} */
const filled = new Set();

window.addEventListener("glassbox:language", () => {
  language = window.glassbox.language;
  for (const each of filled) {
    const place = each.place.deref();
    if (place?.isConnected) fill(place, each.say);
    else filled.delete(each);
  }
});

/**
 * A sentence with its {placeholders} filled, and of {steps|step|steps} the word for one or for several.
 * @param {string} sentence
 * @param {Record<string, unknown>} values
 */
export function fillIn(sentence, values) {
  return sentence.replace(/\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g, (_, name, one, several) => {
    const value = String(values[name]);
    if (several === undefined) return value;
    return value === "1" ? one : several;
  });
}

/**
 * `say(key, values)` gives the string in the visitor's language. An unknown key is an error.
 * @param {Words} words
 * @returns {(key: string, values?: Record<string, unknown>) => string}
 */
export function sayFrom(words) {
  return (key, values = {}) => {
    if (!Object.hasOwn(words, key)) throw new Error(`There is no string “${key}”.`);
    return fillIn(words[key][language], values);
  };
}

/**
 * Fill the elements marked data-say="key", the titles of those marked data-title="key", and the names that are read
 * aloud of those marked data-label="key"; in another language, anew.
 * @param {ParentNode} root
 * @param {(key: string) => string} say
 */
export function fillWords(root, say) {
  fill(root, say);
  filled.add({ place: new WeakRef(root), say });
}

/**
 * @param {ParentNode} root
 * @param {(key: string) => string} say
 */
function fill(root, say) {
  for (const each of findAll(root, "[data-say]")) each.textContent = say(String(each.dataset.say));
  for (const each of findAll(root, "[data-title]")) each.title = say(String(each.dataset.title));
  for (const each of findAll(root, "[data-label]")) each.ariaLabel = say(String(each.dataset.label));
}
