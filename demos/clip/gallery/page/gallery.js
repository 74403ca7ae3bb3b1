// @ts-check
// Draws what a query finds: the images, how near each one is, and one of them in large, from where one searches on.

import { create, find, findAll, parseMessage, setText, targetOf } from "../../../common/page/dom.js";
import { decimals } from "../../../common/page/numbers.js";
import { fillWords, sayFrom } from "../../../common/page/words.js";
import { know, listen, pictures, state, tell } from "./store.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { View } from "./store.js" */
/**
 * @typedef {{ number: number, name: string, thumbnail: string, similarity: number | null, fits: boolean | null,
 *   alike: number[] }} Hit
 * @typedef {{ query: string, hits: Hit[], others: { number: number, name: string, thumbnail: string }[], count: number, sentence: string, nothing_fits: boolean, unseen: number[],
 *   model: string }} Answer as look.found makes it
 */

const AT_ONCE = 48; // tiles until more are asked for
const TRIES = ["try_1", "try_2", "try_3", "try_4", "try_5"];

/**
 * @param {Hit} hit
 * @param {Say} say
 */
function newTile(hit, say) {
  const tile = create("button", "gallery-tile");
  tile.type = "button";
  tile.dataset.number = String(hit.number);
  tile.classList.toggle("pale", hit.fits === false);
  const image = create("img");
  image.src = pictures.get(hit.number)?.url ?? "";
  image.alt = tile.title = hit.name;
  image.loading = "lazy";
  const told = create("span", "gallery-told-of");
  if (hit.similarity !== null) told.append(create("span", "gallery-similarity", decimals(hit.similarity, 2)));
  if (hit.alike.length) told.append(create("span", "gallery-alike", say("alike", { count: hit.alike.length })));
  tile.append(image, told);
  const said = [hit.name];
  if (hit.similarity !== null) said.push(say("cosine", { value: decimals(hit.similarity, 2) }));
  if (hit.fits === false) said.push(say("pale"));
  if (hit.alike.length) said.push(say("alike", { count: hit.alike.length }));
  tile.ariaLabel = said.join(", ");
  return tile;
}

/**
 * One image in large.
 * @param {HTMLDialogElement} dialog
 * @param {number} number
 * @param {Hit | undefined} hit
 * @param {string} query
 * @param {Say} say
 * @param {{ search: (query: string) => void, remove: (number: number) => void }} act
 */
function enlarge(dialog, number, hit, query, say, act) {
  const picture = pictures.get(number);
  if (!picture) return;
  const image = create("img", "gallery-large-image");
  const whole = picture.file ? URL.createObjectURL(picture.file) : "";
  image.src = whole || picture.url;
  image.alt = picture.name;
  image.addEventListener("load", () => { if (whole) URL.revokeObjectURL(whole); }, { once: true });
  image.addEventListener("error", () => { image.src = picture.url; }, { once: true });
  const told = create("div", "gallery-large-told");
  told.append(create("p", "gallery-name", picture.name));
  const similarity = hit?.similarity ?? null;
  if (similarity !== null) told.append(create("p", "gallery-cosine", say("cosine", { value: decimals(similarity, 3) })));
  if (hit?.fits === false) told.append(create("p", "", say("pale")));
  const buttons = create("div", "gallery-buttons");
  const button = (/** @type {string} */ key, /** @type {() => void} */ click, primary = false) => {
    const made = create("button", primary ? "gallery-button primary" : "gallery-button", say(key));
    made.type = "button";
    made.addEventListener("click", () => { dialog.close(); click(); });
    buttons.append(made);
  };
  const term = `[${picture.name}]`;
  button("like", () => act.search(term), true);
  if (query && query !== term) {
    button("plus", () => act.search(`${query} + ${term}`));
    button("minus", () => act.search(`${query} - ${term}`));
  }
  button("remove", () => act.remove(number));
  button("close", () => {});
  told.append(buttons);
  if (hit?.alike.length) {
    const alike = create("div", "gallery-others");
    for (const other of hit.alike) {
      const small = create("img");
      small.src = pictures.get(other)?.url ?? "";
      small.alt = small.title = pictures.get(other)?.name ?? "";
      alike.append(small);
    }
    told.append(create("p", "", say("alike", { count: hit.alike.length })), alike);
  }
  dialog.replaceChildren(image, told);
  dialog.showModal();
}

/**
 * @param {MountContext} context
 * @param {{ words: Words }} constants
 */
export function mount({ element, props, trigger, watch }, { words }) {
  const say = sayFrom(words);
  const root = find(element, ".gallery");
  const grid = find(root, ".gallery-grid");
  const more = find(root, ".gallery-more");
  const dialog = find(root, ".gallery-large", HTMLDialogElement);
  /** @type {Answer | null} */
  let answer = null;
  let shown = AT_ONCE;

  const search = (/** @type {string} */ query) => trigger("wanted", { query });
  const remove = (/** @type {number} */ number) => trigger("remove", { number });
  const open = (/** @type {number} */ number) => {
    const hit = answer?.hits.find((each) => each.number === number);
    enlarge(dialog, number, hit, answer?.query ?? "", say, { search, remove });
  };
  const draw = () => {
    const hits = answer?.hits ?? [];
    grid.replaceChildren(...hits.slice(0, shown).map((hit) => newTile(hit, say)));
    more.hidden = shown >= hits.length;
  };
  const offer = (/** @type {Answer} */ { hits }) => { // what names an image is offered where that image is
    for (const button of findAll(root, ".gallery-try")) {
      const name = /\[(.+?)\]/.exec(button.textContent ?? "")?.[1];
      button.hidden = !hits.length || Boolean(name && !hits.some((hit) => hit.name === name));
    }
  };
  const look = () => {
    for (const button of findAll(root, "[data-view]")) button.ariaPressed = String(button.dataset.view === state.view);
    root.classList.toggle("on-map", state.view === "map");
  };
  const show = () => {
    /** @type {Answer | null} */
    const message = parseMessage(props.value);
    if (!message) return;
    for (const item of [...message.hits, ...message.others]) know(item);
    if (answer?.query !== message.query) shown = AT_ONCE;
    answer = message;
    const sentence = find(root, ".gallery-sentence");
    setText(sentence, message.sentence);
    sentence.classList.toggle("nothing", message.nothing_fits);
    draw();
    offer(message);
    if (state.view === "map") trigger("lay_out");
    if (message.unseen.length) tell("unseen", message.unseen);
  };

  for (const key of TRIES) {
    const button = create("button", "gallery-try");
    button.type = "button";
    button.dataset.say = key;
    button.addEventListener("click", () => search(say(key)));
    find(root, ".gallery-tries").append(button);
  }
  fillWords(root, say);
  for (const button of findAll(root, "[data-view]")) {
    button.addEventListener("click", () => {
      state.view = /** @type {View} */ (button.dataset.view);
      tell("view");
      if (state.view === "map") trigger("lay_out");
    });
  }
  listen(element, "view", look);
  listen(element, "open", open);
  more.addEventListener("click", () => { shown += AT_ONCE; draw(); });
  grid.addEventListener("click", (event) => {
    const tile = targetOf(event, ".gallery-tile");
    if (tile) open(Number(tile.dataset.number));
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  watch("value", show);
  look();
  show();
}
