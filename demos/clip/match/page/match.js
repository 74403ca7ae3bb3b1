// @ts-check
// Draws the stage of the CLIP tab from the server's answer. Bars that stay move to their new length; the rest is text.

import { create, find, findAll, parseMessage, targetOf } from "../../../common/page/dom.js";
import { decimals, probability } from "../../../common/page/numbers.js";
import { language, sayFrom } from "../../../common/page/words.js";
import { answered } from "./intake.js";
import { ENLARGE } from "./tools.js";

/** @import { Say } from "../../../common/page/words.js" */

/**
 * `crop` is the number of the box that fits best; `low` and `high` are what one wording alone would make of it.
 * @typedef {{ label: string, similarity: number, probability: number, low: number, high: number, crop: number }} Bar
 * @typedef {{ name: string, number: number, key: string, thumbnail?: string, seen?: string, boxes?: number[][],
 *   labels?: Bar[], none_of_these?: number, error?: string,
 *   second?: { probabilities: number[], none_of_these: number, best: string } }} Entry one image
 * @typedef {{ images: Entry[], notes: { title: string, text: string }[], cosine_name: string, side: number,
 *   model: string, second?: { model: string, shares: boolean }, shares: boolean, with_none: boolean, page: number, pages: number, count: number,
 *   waiting: string | Record<Language, string> }} Answer as demos/clip/match/look.py makes it
 */

const SURE = 0.5; // from here on "none of these" is the answer
const A_PAGE = 48; // images, as look.IMAGES_A_PAGE

/** What the last answer said of each image, for those who point at it. @type {WeakMap<HTMLElement, Entry>} */
const entries = new WeakMap();

function newRow(name = "match-row") {
  const row = create("div", name);
  const track = create("span", "match-track");
  track.append(create("div", "match-bar"), create("div", "match-range"));
  track.setAttribute("role", "meter");
  track.setAttribute("aria-valuemin", "0");
  track.setAttribute("aria-valuemax", "100");
  row.append(create("span", "match-label"), track, create("span", "match-share"), create("span", "match-cosine"));
  return row;
}

/**
 * @param {HTMLElement} row
 * @param {number} share 0 to 1
 * @param {string} label
 * @param {string} said what a screen reader says of the bar
 * @param {[number, number] | null} range
 */
function drawBar(row, share, label, said, range) {
  const name = find(row, ".match-label");
  name.textContent = name.title = label;
  find(row, ".match-share").textContent = probability(share);
  const track = find(row, ".match-track");
  track.setAttribute("aria-valuenow", (100 * share).toFixed(1));
  track.setAttribute("aria-label", label);
  track.setAttribute("aria-valuetext", said);
  track.title = said;
  const line = find(row, ".match-range");
  line.hidden = !range || range[1] - range[0] < 0.005;
  requestAnimationFrame(() => {
    find(row, ".match-bar").style.width = `${100 * share}%`;
    if (!range) return;
    line.style.left = `${100 * range[0]}%`;
    line.style.width = `${100 * (range[1] - range[0])}%`;
  });
}

/**
 * What a second model says of a label: a thinner bar below, and its share where the cosine stands otherwise.
 * @param {HTMLElement} row
 * @param {string} label
 * @param {number | undefined} share
 * @param {Answer} answer
 * @param {Say} say
 */
function drawSecond(row, label, share, { second }, say) {
  row.querySelector(".match-second")?.remove();
  row.classList.toggle("compared", share !== undefined);
  if (share === undefined || !second) return;
  const bar = create("div", "match-second");
  const said = `${label}, ${say("second", { model: second.model, share: probability(share) })}`;
  bar.title = said;
  bar.setAttribute("role", "img");
  bar.setAttribute("aria-label", said);
  bar.style.width = `${100 * share}%`;
  find(row, ".match-track").append(bar);
  const number = find(row, ".match-cosine");
  number.textContent = probability(share);
  number.title = said;
}

/** @param {Entry} entry */
function newCard(entry) {
  const card = create("figure", "match-card");
  card.dataset.key = entry.key;
  const place = create("div", "match-place");
  if (entry.thumbnail) {
    const button = create("button", "match-enlarge");
    button.type = "button";
    const image = create("img", "match-image");
    image.src = entry.thumbnail;
    image.alt = entry.name;
    const box = create("span", "match-box");
    button.append(image, box);
    place.append(button);
  }
  const head = create("div", "match-head");
  const remove = create("button", "match-remove", "×");
  remove.type = "button";
  const name = create("span", "match-name", entry.name);
  name.title = entry.name;
  head.append(name, create("span", "match-seen"), remove);
  const answer = create("figcaption", "match-answer");
  answer.append(head);
  card.append(place, answer);
  return card;
}

/**
 * Outline the part of the image that a guess fits best; nothing where the whole is seen.
 * @param {HTMLElement} card
 * @param {number[] | undefined} box left, top, right, bottom as fractions
 */
function outline(card, box) {
  const outlined = card.querySelector(".match-box");
  if (!(outlined instanceof HTMLElement)) return;
  const [left, top, right, bottom] = box ?? [0, 0, 1, 1];
  outlined.hidden = left <= 0.001 && top <= 0.001 && right >= 0.999 && bottom >= 0.999;
  Object.assign(outlined.style, {
    left: `${100 * left}%`, top: `${100 * top}%`, width: `${100 * (right - left)}%`, height: `${100 * (bottom - top)}%`,
  });
}

/**
 * @param {HTMLElement} card
 * @param {Entry} entry
 * @param {Answer} answer
 * @param {Say} say
 */
function drawCard(card, entry, answer, say) {
  entries.set(card, entry);
  card.classList.remove("leaving");
  const place = find(card, ".match-answer");
  for (const button of findAll(card, ".match-enlarge")) button.title = say("enlarge", { name: entry.name });
  const remove = find(card, ".match-remove");
  remove.title = say("remove", { name: entry.name });
  remove.setAttribute("aria-label", remove.title);
  for (const old of findAll(place, ".match-problem, .match-none")) old.remove();
  const bars = entry.labels ?? [];
  const rows = findAll(place, ".match-row");
  for (const row of rows.splice(bars.length)) row.remove();
  while (rows.length < bars.length) {
    rows.push(newRow());
    place.append(rows[rows.length - 1]);
  }
  if (entry.error) {
    place.append(create("p", "match-problem", entry.error));
    return;
  }
  const none = answer.with_none ? entry.none_of_these ?? 0 : 0;
  const left = answer.shares ? 1 - none : 1; // what the guesses share
  const noneOfSecond = answer.with_none ? entry.second?.none_of_these ?? 0 : 0;
  const seconds = answer.second?.shares ? 1 - noneOfSecond : 1;
  rows.forEach((row, at) => {
    const { label, similarity, probability: share, low, high } = bars[at];
    row.className = at === 0 ? "match-row best" : "match-row";
    drawSecond(row, label, entry.second && seconds * entry.second.probabilities[at], answer, say);
    row.classList.toggle("second-best", entry.second?.best === label);
    row.dataset.at = String(at);
    const said = say("bar", { label, share: probability(left * share), low: probability(left * low), high: probability(left * high) });
    drawBar(row, left * share, label, said, [left * low, left * high]);
    if (!entry.second) find(row, ".match-cosine").textContent = `${answer.cosine_name} ${decimals(similarity, 2)}`;
  });
  card.classList.toggle("unsure", none > SURE);
  if (answer.with_none) {
    const row = newRow("match-none");
    drawBar(row, none, say("none"), `${say("none")}: ${probability(none)}`, null);
    drawSecond(row, say("none"), entry.second && noneOfSecond, answer, say);
    if (none > SURE) place.insertBefore(row, rows[0] ?? null);
    else place.append(row);
  }
  const seen = find(card, ".match-seen");
  seen.replaceChildren();
  if (entry.seen) {
    const image = create("img");
    image.src = entry.seen;
    image.alt = seen.title = say("seen", { side: answer.side });
    seen.append(image, create("span", "match-size", `${answer.side} × ${answer.side}`));
  }
  outline(card, entry.boxes?.[bars[0]?.crop]);
}

/**
 * @param {Answer} answer
 * @param {Say} say
 * @returns {HTMLElement}
 */
function pager({ page, pages, count }, say) {
  const row = create("div", "match-pages");
  const last = Math.min(count, (page + 1) * A_PAGE);
  row.append(create("span", "", say("pages", { first: page * A_PAGE + 1, last, count })));
  for (const [key, to] of /** @type {[string, number][]} */ ([["newer", page - 1], ["older", page + 1]])) {
    const button = create("button", "", say(key));
    button.type = "button";
    button.disabled = to < 0 || to >= pages;
    button.dataset.page = String(to);
    row.append(button);
  }
  return row;
}

/**
 * @param {HTMLElement} root
 * @param {Answer} answer
 * @param {Say} say
 */
function draw(root, answer, say) {
  const open = root.querySelector("details")?.open ?? !window.matchMedia("(max-width: 820px)").matches;
  for (const old of findAll(root, ".match-about, .match-waiting, .match-pages, .match-legend")) old.remove();
  root.dataset.count = String(answer.count ?? 0);
  if (!root.querySelector(".match-cards")) root.append(create("div", "match-cards"));
  const cards = find(root, ".match-cards");
  if (answer.second) {
    const legend = create("p", "match-legend");
    legend.append(create("span", "match-of-first", answer.model), create("span", "match-of-second", answer.second.model));
    cards.before(legend);
  }
  const left = new Map(findAll(root, ".match-card").map((card) => [card.dataset.key, card]));
  for (const entry of [...answer.images].reverse()) { // the newest first
    const card = left.get(entry.key) ?? newCard(entry);
    left.delete(entry.key);
    cards.append(card);
    drawCard(card, entry, answer, say);
  }
  for (const card of left.values()) card.remove();
  const first = answer.images.at(-1)?.key ?? "";
  if (cards.dataset.first !== first) cards.scrollTo({ left: 0 }); // on a phone: what is new is seen
  cards.dataset.first = first;
  const waiting = typeof answer.waiting === "string" ? answer.waiting : answer.waiting[language];
  if (waiting) root.append(create("p", "match-waiting", waiting));
  if (answer.pages > 1) root.append(pager(answer, say));
  if (!answer.notes.length) return;
  const about = create("details", "match-about");
  about.open = open;
  about.append(create("summary", "", say("about")));
  for (const { title, text } of answer.notes) {
    const note = create("p", "match-note", ` ${text}`);
    if (title) note.prepend(create("b", "", title));
    about.append(note);
  }
  root.append(about);
}

/**
 * @param {MountContext} context
 * @param {{ words: Words }} constants
 */
export function mount({ element, props, trigger, watch }, { words }) {
  const say = sayFrom(words);
  const root = find(element, ".match");
  /** @type {{ at: number, key: string }[]} */
  let removing = []; // what the server has not taken away yet
  const show = () => {
    const told = parseMessage(props.value) ?? props.value; // an answer, or what the view opens with, by language
    /** @type {Answer | undefined} */
    const answer = told?.[language] ?? told;
    if (!answer?.images) return;
    const there = new Set(answer.images.map(({ key }) => key));
    removing = removing.filter(({ key }) => there.has(key));
    draw(root, answer, say);
    answered();
  };
  root.addEventListener("click", (event) => {
    const card = targetOf(event, ".match-card");
    const entry = card && entries.get(card);
    if (entry && targetOf(event, ".match-remove")) {
      removing.push({ at: entry.number, key: entry.key });
      card.classList.add("leaving");
      trigger("remove", { images: removing });
    } else if (entry && targetOf(event, ".match-enlarge")) {
      const { number: at, key, name, thumbnail } = entry;
      window.dispatchEvent(new CustomEvent(ENLARGE, { detail: { at, key, name, thumbnail } }));
    }
    const page = targetOf(event, "[data-page]")?.dataset.page;
    if (page) trigger("turn", { page: Number(page) });
  });
  for (const [kind, leaving] of /** @type {[string, boolean][]} */ ([["pointerover", false], ["pointerout", true]])) {
    root.addEventListener(kind, (event) => {
      const card = targetOf(event, ".match-card");
      const row = targetOf(event, ".match-row");
      const entry = card && entries.get(card);
      if (card && row && entry) outline(card, entry.boxes?.[entry.labels?.[leaving ? 0 : Number(row.dataset.at)]?.crop ?? 0]);
    });
  }
  watch("value", show);
  show();
}
