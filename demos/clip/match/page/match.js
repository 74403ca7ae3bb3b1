// @ts-check
// Draws the stage of the CLIP tab from the server's answer. Bars that stay move to their new length; the rest is text.

import { create, find, findAll, targetOf } from "../../../common/page/dom.js";
import { decimals, probability } from "../../../common/page/numbers.js";
import { language } from "../../../common/page/words.js";

/**
 * @typedef {{ label: string, similarity: number, probability: number }} Bar
 * @typedef {{ name: string, key: string, thumbnail?: string, labels?: Bar[], error?: string }} Entry one image
 * @typedef {{ images: Entry[], notes: { title: string, text: string }[], cosine_name: string,
 *   waiting: string | Record<Language, string> }} Answer as demos/clip/match/look.py makes it
 */

/**
 * @param {HTMLElement} row
 * @param {Bar} bar
 * @param {boolean} best
 * @param {string} cosineName
 */
function drawRow(row, bar, best, cosineName) {
  row.className = best ? "match-row best" : "match-row";
  const label = find(row, ".match-label");
  label.textContent = label.title = bar.label;
  find(row, ".match-share").textContent = probability(bar.probability);
  find(row, ".match-cosine").textContent = `${cosineName} ${decimals(bar.similarity, 2)}`;
  requestAnimationFrame(() => { find(row, ".match-bar").style.width = `${100 * bar.probability}%`; });
}

function newRow() {
  const row = create("div", "match-row");
  const track = create("span", "match-track");
  track.append(create("div", "match-bar"));
  row.append(create("span", "match-label"), track, create("span", "match-share"), create("span", "match-cosine"));
  return row;
}

/** @param {Entry} entry */
function newCard(entry) {
  const card = create("figure", "match-card");
  card.dataset.key = entry.key;
  if (entry.thumbnail) {
    const image = create("img", "match-image");
    image.src = entry.thumbnail;
    image.alt = entry.name;
    card.append(image);
  } else {
    card.append(create("span", "match-name", entry.name));
  }
  card.append(create("figcaption", "match-answer"));
  return card;
}

/**
 * @param {HTMLElement} card
 * @param {Entry} entry
 * @param {string} cosineName
 */
function drawCard(card, entry, cosineName) {
  const answer = find(card, ".match-answer");
  if (entry.error) {
    answer.replaceChildren(create("p", "match-problem", entry.error));
    return;
  }
  if (answer.firstElementChild?.className !== "match-name") answer.replaceChildren(create("p", "match-name", entry.name));
  const bars = entry.labels ?? [];
  while (answer.children.length - 1 > bars.length) answer.lastElementChild?.remove();
  while (answer.children.length - 1 < bars.length) answer.append(newRow());
  findAll(answer, ".match-row").forEach((row, at) => drawRow(row, bars[at], at === 0, cosineName));
}

/**
 * @param {HTMLElement} root
 * @param {Answer} answer
 */
function draw(root, answer) {
  for (const old of findAll(root, ".match-note, .match-waiting")) old.remove();
  const left = new Map(findAll(root, ".match-card").map((card) => [card.dataset.key, card]));
  for (const entry of [...answer.images].reverse()) { // the newest first
    const card = left.get(entry.key) ?? newCard(entry);
    left.delete(entry.key);
    root.append(card);
    drawCard(card, entry, answer.cosine_name);
  }
  for (const card of left.values()) card.remove();
  const waiting = typeof answer.waiting === "string" ? answer.waiting : answer.waiting[language];
  if (waiting) root.append(create("p", "match-waiting", waiting));
  for (const { title, text } of answer.notes) {
    const note = create("p", "match-note", ` ${text}`);
    if (title) note.prepend(create("b", "", title));
    root.append(note);
  }
}

/**
 * Images may be dropped anywhere on the tab: they go to the file list as if they were dropped there.
 * @param {HTMLElement} tab
 * @param {HTMLElement} stage
 */
function acceptDrops(tab, stage) {
  const hasFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
  tab.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    stage.classList.add("dropping");
  });
  tab.addEventListener("dragleave", (event) => {
    if (!(event.relatedTarget instanceof Node && tab.contains(event.relatedTarget))) stage.classList.remove("dropping");
  });
  tab.addEventListener("drop", (event) => {
    stage.classList.remove("dropping");
    const input = tab.querySelector("#clip-files input[type=file]");
    if (!event.dataTransfer || !hasFiles(event) || !(input instanceof HTMLInputElement)) return;
    if (targetOf(event, "#clip-files")) return; // that place takes them itself
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

/** @param {MountContext} context */
export function mount({ element, props, watch }) {
  const root = find(element, ".match");
  const show = () => { if (props.value?.images) draw(root, props.value); };
  watch("value", show);
  show();
  acceptDrops(find(document, "#demo-clip"), element);
}
