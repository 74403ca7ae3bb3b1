// @ts-check
// One passage, or several side by side; each token tinted by what the model thought of it, and each a thing to click.

import { create, find, findAll, saveFile, targetOf } from "../../../common/page/dom.js";
import { clamp, decimals, probability } from "../../../common/page/numbers.js";
import { language } from "../../../common/page/words.js";
import { nats, tokenName } from "../../page/token.js";

/**
 * @typedef {{ title: Partial<Said>, settings: Partial<Said>, tokens: string, bytes: Record<string, string>, given: number,
 *   exchanged: number[], writing: boolean, status: Partial<Said> }} Passage `tokens` is "[piece, probability],"
 *   for each; `bytes` by place, of those that are a part of a character; `given` of them are the prompt, at the places
 *   `exchanged` the visitor put another one
 * @typedef {{ columns: Passage[], turn: number, facts: Partial<Said>, notes: Partial<Record<Language, string[]>> }} Message as look.py makes it
 * @typedef {Passage & { pieces: string[], probabilities: (number | null)[] }} Shown
 * @typedef {{ section: HTMLElement, head: HTMLElement, box: HTMLElement, text: HTMLElement, foot: HTMLElement,
 *   pieces: string[], probabilities: (number | null)[], bytes: Record<string, string>, given: number }} Column and what
 *   it shows
 */

const FULL = 6; // nats at which the tint is full: one chance in 400
const STRONGEST = 50; // percent of the colour: the token on it has a contrast of 4.5 or more, by day and by night
const FOLLOWED = 60; // pixels from its end, within which a box goes on with a text that grows

/**
 * @param {Passage} passage
 * @returns {Shown}
 */
function unpack(passage) {
  /** @type {[string, number | null][]} */
  const pairs = JSON.parse(`[${passage.tokens}]`);
  return { ...passage, pieces: pairs.map(([piece]) => piece), probabilities: pairs.map(([, p]) => p) };
}

/**
 * @param {Shown} shown
 * @param {number} place
 */
function createToken(shown, place) {
  const piece = shown.pieces[place];
  const token = create("span", "", piece);
  const bytes = shown.bytes[place];
  if (bytes) { // <EB> are the bytes of a character that an earlier token began, or a later one completes
    const [, first, whole, last] = bytes.match(/^((?:<[0-9A-F]{2}>)*)([^]*?)((?:<[0-9A-F]{2}>)*)$/) ?? [];
    Object.assign(token.dataset, { bytes, first, last: whole ? last : "" });
    token.classList.add("bytes");
  }
  token.classList.toggle("given", place < shown.given);
  token.classList.toggle("break", piece.startsWith("\n"));
  token.classList.toggle("exchanged", shown.exchanged.includes(place));
  const p = shown.probabilities[place];
  if (p !== null) {
    token.dataset.p = String(p);
    token.style.setProperty("--surprise", `${Math.round(Math.min(1, nats(p) / FULL) * STRONGEST)}%`);
    token.style.setProperty("--likely", `${Math.round(p * STRONGEST)}%`);
  }
  return token;
}

/**
 * Down to which token a column shows already what it is to show.
 * @param {Column} column
 * @param {Shown} shown
 */
function countSame(column, shown) {
  const least = Math.min(column.pieces.length, shown.pieces.length);
  let same = 0;
  while (same < least && column.pieces[same] === shown.pieces[same] &&
    column.probabilities[same] === shown.probabilities[same] && column.bytes[same] === shown.bytes[same] &&
    (same < column.given) === (same < shown.given)) same += 1;
  return same;
}

/**
 * What is the same stays in the page; from the first difference on, the column is written anew.
 * @param {Column} column
 * @param {Shown} shown
 */
function drawColumn(column, shown) {
  const { box, text } = column;
  const same = countSame(column, shown);
  const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < FOLLOWED;
  const follows = shown.writing && (isAtEnd || same < column.pieces.length);
  if (text.lastChild && same < text.childElementCount) {
    const rest = document.createRange();
    rest.setStart(text, same);
    rest.setEndAfter(text.lastChild);
    rest.deleteContents();
  }
  const more = document.createDocumentFragment();
  for (let place = same; place < shown.pieces.length; place += 1) more.append(createToken(shown, place));
  text.append(more);
  if (follows) box.scrollTop = box.scrollHeight;
  text.classList.toggle("writing", shown.writing);
  text.dataset.over = String(!shown.writing); // as the server says it; a press of Stop takes only the cursor away
  column.head.textContent = shown.title[language] ?? "";
  column.head.hidden = !shown.title[language];
  column.foot.textContent = shown.status[language] ?? "";
  const { pieces, probabilities, bytes, given } = shown;
  Object.assign(column, { pieces, probabilities, bytes, given });
}

/** @param {MountContext} context */
export function mount({ element, props, trigger, watch }) {
  const frame = find(element, ".gpt-frame");
  const places = find(element, ".gpt-columns");
  const tip = find(element, ".gpt-tip");
  /** @type {Column[]} */
  const columns = [];
  let turn = -1; // of the newest message that was drawn
  /** @type {HTMLElement | null} the token under the pointer or the arrow keys */
  let pointed = null;

  /** @param {number} at */
  function createColumn(at) {
    const section = create("section", "gpt-column");
    const head = create("button", "gpt-head");
    const box = create("div", "gpt-box");
    const text = create("p", "gpt-passage");
    const foot = create("p", "gpt-foot");
    box.tabIndex = 0;
    text.lang = "zxx";
    head.addEventListener("click", () => trigger("keep", { column: at }));
    box.addEventListener("scroll", () => { tip.hidden = true; });
    box.append(text);
    section.append(head, box, foot);
    places.append(section);
    return { section, head, box, text, foot, pieces: [], probabilities: [], bytes: {}, given: 0 };
  }

  function draw() {
    /** @type {Message | null} */
    const message = props.value || null;
    if (!message?.columns || message.turn < turn) return;
    if (message.turn !== turn) forgetChosen();
    turn = message.turn;
    while (columns.length > message.columns.length) columns.pop()?.section.remove();
    while (columns.length < message.columns.length) columns.push(createColumn(columns.length));
    frame.dataset.columns = String(columns.length);
    columns.forEach((column, at) => drawColumn(column, unpack(message.columns[at])));
    if (pointed && !pointed.isConnected) pointAt(null);
    find(element, ".gpt-status").textContent = columns.length === 1 ? message.columns[0].status[language] ?? "" : "";
    find(element, ".gpt-facts").textContent = message.facts[language] ?? "";
    find(element, ".gpt-notes").replaceChildren(...(message.notes[language] ?? []).map((note) => create("p", "", note)));
  }

  // --- the token under the pointer ---
  /** @param {HTMLElement | null} token */
  function pointAt(token) {
    pointed?.classList.remove("pointed");
    pointed = token;
    tip.hidden = !token;
    if (!token) return;
    token.classList.add("pointed");
    const p = token.dataset.p === undefined ? null : Number(token.dataset.p);
    find(tip, "b").textContent = token.dataset.bytes ?? tokenName(token.textContent ?? "");
    find(tip, ".p").textContent = p === null ? "" : probability(p);
    find(tip, ".nats").textContent = p === null ? "" : `${decimals(nats(p), 2)} nats`;
    const [at, around] = [token.getClientRects()[0], frame.getBoundingClientRect()];
    tip.hidden = !at;
    if (!at) return;
    tip.style.left = `${Math.min(Math.max(at.left - around.left + at.width / 2, 110), around.width - 110)}px`;
    tip.style.top = `${at.top - around.top}px`;
  }

  /** @param {Event} event */
  const tokenAt = (event) => targetOf(event, ".gpt-passage > span");

  /**
   * Look at the candidates for a token.
   * @param {HTMLElement} token
   */
  function open(token) {
    const column = columns.findIndex(({ text }) => text === token.parentElement);
    forgetChosen();
    token.classList.add("chosen");
    trigger("token", { column, place: [...columns[column].text.children].indexOf(token) });
  }

  function forgetChosen() {
    for (const token of findAll(element, ".chosen")) token.classList.remove("chosen");
  }

  places.addEventListener("pointerover", (event) => pointAt(tokenAt(event)));
  places.addEventListener("pointerleave", () => pointAt(null));
  places.addEventListener("click", (event) => {
    const token = tokenAt(event);
    if (token) open(token);
  });
  places.addEventListener("keydown", (event) => {
    const column = columns.find(({ box }) => box === event.target);
    const tokens = column ? findAll(column.text, "span") : [];
    if (!tokens.length) return;
    const last = tokens.length - 1;
    const here = pointed && tokens.includes(pointed) ? tokens.indexOf(pointed) : tokens.length;
    /** @type {Record<string, number>} */
    const moves = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: last };
    if (event.key in moves) {
      const token = tokens[clamp(moves[event.key], 0, last)];
      token.scrollIntoView({ block: "nearest" });
      pointAt(token);
    } else if (event.key === "Enter" && here <= last) open(tokens[here]);
    else return;
    event.preventDefault();
  });

  // --- to take a passage along: its text, what it was written with, and by which model ---
  function passageText() {
    /** @type {Message} */
    const message = props.value;
    const written = message.columns.map(unpack).map(({ title, pieces, settings }, at) => (
      [title[language] && `# ${title[language]}`, columnText(at) || pieces.join(""), settings[language]].filter(Boolean).join("\n\n")
    ));
    return `${[...written, message.facts[language]].join("\n\n")}\n`;
  }

  /** @param {number} at */
  const columnText = (at) => columns[at]?.text.textContent ?? "";

  const [copy, save] = findAll(element, ".gpt-take button");
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(passageText());
      copy.classList.add("done");
      setTimeout(() => copy.classList.remove("done"), 1500);
    } catch { // a page without https has no clipboard
      saveFile("glassbox-passage.txt", [passageText()], "text/plain");
    }
  });
  save.addEventListener("click", () => saveFile("glassbox-passage.txt", [passageText()], "text/plain"));

  // --- what the tint means: the visitor's choice stays in the browser ---
  const tints = findAll(element, ".gpt-legend button");
  /** @param {string | undefined} by "surprise" or "likely" */
  function tint(by) {
    element.dataset.tint = by;
    for (const button of tints) button.setAttribute("aria-pressed", String(button.dataset.by === by));
  }
  for (const button of tints) button.addEventListener("click", () => tint(button.dataset.by));
  tint("surprise");

  window.addEventListener("gpt:stopped", () => { // said by the button itself, before the server answers
    for (const { text } of columns) text.classList.remove("writing");
  });
  window.addEventListener("gpt:candidates-closed", forgetChosen);
  watch("value", draw);
  draw();
}
