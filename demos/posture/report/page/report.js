// @ts-check
// After a set: how many, what the set was like, each repetition, the best one as a ghost, and what is kept of it.

import { create, find, findAll, parseMessage, untilMountedAgain } from "../../../common/page/dom.js";
import { decimals } from "../../../common/page/numbers.js";
import { sayFrom } from "../../../common/page/words.js";
import { anglesOf } from "./angles.js";
import { followCamera } from "./camera_pictures.js";
import { furthestFromBest } from "./curves.js";
import { saveCsv, saveJson, today } from "./files.js";
import { ghostOf } from "./ghost.js";
import { historyPart } from "./history_view.js";
import { isKept, keep, onChange, personalRange } from "./history.js";
import { countOf } from "./message.js";
import { tellRange, tellRanges } from "./own_range.js";
import { rowsOf, showPicture } from "./rows.js";

/** @import { Skeleton } from "../../page/skeleton.js" */
/** @import { Directions } from "./history_view.js" */
/** @import { Entry } from "./history.js" */
/** @import { Message, ShownSet } from "./message.js" */

/** @typedef {Record<string, { en: string, ko: string }>} Names of the exercises by slug */

/** What the player listens for: the second of the video to show. */
export const SEEK = "posture-seek";

/**
 * @param {MountContext} context
 * @param {{ part: string, camera: boolean, words: Words, skeleton: Skeleton, columns: Record<string, string>, names: Names,
 *   directions: Directions }} constants
 * `part` is the name of this part of the page, `camera` whether it shows live sessions
 */
export function mount({ element, props, watch, trigger }, { part, camera, words, skeleton, columns, names, directions }) {
  const place = find(element, '[data-part="report"]');
  const say = sayFrom(words);
  const history = historyPart(part, names, directions, columns, say);
  place.after(history);
  /** @type {Message | null} */
  let shown = null;

  /** @param {Message | null} next */
  function show(next) {
    if (next && next.id === shown?.id) {
      shown.pictures = next.pictures;
      for (const box of findAll(place, ".rep-picture")) showPicture(box, next.pictures);
      return;
    }
    shown = next;
    place.replaceChildren();
    if (!next) return;
    for (const [at, set] of next.sets.entries()) place.append(setPart(next, set, at));
    if (next.under_way) return;
    if (next.sets.length) place.append(actions(next));
    if (next.source === "camera" && !automatic.has(next.id)) keepAll(next);
    automatic.add(next.id);
  }

  /** @param {Message} message */
  function keepAll(message) {
    for (const at of message.sets.keys()) keep(entryOf(message, at));
  }

  /** @param {Message} message @param {ShownSet} set @param {number} at its place among the sets */
  function setPart(message, set, at) {
    const section = create("section", "rep-set");
    section.append(headOf(message, set, at), ...(message.under_way ? [] : [tipsOf(set)]));
    if (!set.rows.length) return section;
    const ghost = message.under_way ? null : ghostOf(set, message.aspect, skeleton, say);
    const choose = (/** @type {number} */ number) => {
      ghost?.choose(number);
      for (const row of findAll(section, ".rep")) row.toggleAttribute("data-chosen", row.dataset.number === String(number));
    };
    const select = (/** @type {number} */ number) => {
      choose(number);
      if (camera) return;
      document.dispatchEvent(new CustomEvent(SEEK, { detail: set.report.repetitions[number - 1].start_s }));
    };
    const range = personalRange(set.report.exercise, set.direction);
    const rows = rowsOf(set, message, skeleton, say, select, range);
    const shows = message.source === "camera" || set.angles.left !== null; // a video's chart shows the angle already
    section.append(rows, ...(shows ? [anglesOf(set, say, select)] : []), ...(ghost ? [ghost.part] : []));
    if (ghost) choose(furthestFromBest(set));
    return section;
  }

  /** @param {Message} message @param {ShownSet} set @param {number} at */
  function headOf(message, set, at) {
    const head = create("header", "rep-head");
    const { report } = set;
    if (set.kind === "hold") {
      const held = create("div", "rep-count");
      held.append(create("output", "rep-total", decimals(report.hold_seconds, 1)));
      head.append(held, titleOf(set, say("held_seconds")));
      return head;
    }
    const box = create("div", "rep-count");
    const number = create("output", "rep-total");
    const under = create("p", "rep-under");
    const undo = create("button", "rep-link", say("undo"));
    undo.type = "button";
    /** @param {number | undefined} count */
    const correct = (count) => {
      if (count === undefined || count === report.count) delete report.corrected_count;
      else report.corrected_count = Math.min(999, Math.max(0, count));
      if (isKept(entryId(message, at))) keep(entryOf(message, at));
      tell();
    };
    const tell = () => {
      number.textContent = String(countOf(report));
      const corrected = report.corrected_count !== undefined;
      head.toggleAttribute("data-corrected", corrected);
      const rejected = report.repetitions.filter(({ counted }) => !counted).length;
      const tried = rejected ? say("tried", { tried: report.repetitions.length, rejected }) : "";
      under.replaceChildren(corrected ? say("corrected", { count: report.count }) : tried, ...(corrected ? [" ", undo] : []));
    };
    const step = (/** @type {-1 | 1} */ by) => {
      const button = create("button", "rep-step", by < 0 ? "−" : "+");
      button.type = "button";
      button.title = say(by < 0 ? "one_less" : "one_more");
      button.setAttribute("aria-label", button.title);
      button.addEventListener("click", () => correct(countOf(report) + by));
      return button;
    };
    undo.addEventListener("click", () => correct(undefined));
    box.append(...(message.under_way ? [number] : [step(-1), number, step(1)]));
    const title = titleOf(set, "");
    title.append(under);
    head.append(box, title, factsOf(set));
    tell();
    return head;
  }

  /** @param {ShownSet} set @param {string} under */
  function titleOf(set, under) {
    const title = create("div", "rep-title");
    title.append(create("h3", "", set.name), ...(under ? [create("p", "rep-under", under)] : []));
    return title;
  }

  /** Depth and tempo of the whole set. @param {ShownSet} set */
  function factsOf(set) {
    const counted = set.report.repetitions.filter((one) => one.counted);
    const facts = create("dl", "rep-facts");
    if (!counted.length) return facts;
    const middle = (/** @type {number[]} */ values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
    const range = personalRange(set.report.exercise, set.direction);
    const asked = set.report.asked_degrees;
    const under = range !== null ? say("your_range", { degrees: Math.round(range) }) : asked === null ? "" : say("asked", { degrees: asked });
    const entries = [
      [set.measure, `${Math.round(middle(counted.map((one) => one.depth_degrees)))}°`, under],
      [say("fact_there"), `${decimals(middle(counted.map((one) => one.down_s)), 1)} s`, ""],
      [say("fact_back"), `${decimals(middle(counted.map((one) => one.up_s)), 1)} s`, ""],
    ];
    for (const [name, value, below] of entries) {
      const entry = create("div");
      entry.append(create("dt", "", name), create("dd", "", value), create("dd", "rep-below", below));
      facts.append(entry);
    }
    return facts;
  }

  /** @param {ShownSet} set */
  function tipsOf(set) {
    const list = create("ul", "rep-tips");
    list.append(...set.tips.map((tip) => create("li", "", tip)));
    return list;
  }

  /** @param {Message} message */
  function actions(message) {
    const bar = create("div", "rep-actions");
    const button = (/** @type {string} */ name, /** @type {() => void} */ act) => {
      const made = create("button", "rep-button", say(name));
      made.type = "button";
      made.addEventListener("click", act);
      bar.append(made);
      return made;
    };
    const reports = () => message.sets.map(({ report }) => report);
    const file = `${say("file_name")}-${today()}`;
    const kept = message.source === "sample" ? null : button("keep", () => keepAll(message));
    button("save_csv", () => saveCsv(file, reports(), columns));
    button("save_json", () => saveJson(file, { sets: reports() }));
    if (!kept) return bar;
    const tell = () => {
      const already = message.sets.every((_, at) => isKept(entryId(message, at)));
      kept.textContent = say(already ? "kept" : "keep");
      kept.disabled = already;
    };
    changes.add(tell);
    tell();
    return bar;
  }

  /** @type {Set<() => void>} what is drawn anew when the history changes */
  const changes = new Set();
  const mounted = untilMountedAgain(part);
  onChange(() => { for (const tell of changes) tell(); }, mounted);
  if (camera) {
    followCamera(show, mounted);
    tellRange(directions, mounted);
  } else {
    tellRanges(directions, (ranges) => trigger("ranges", { ranges }), mounted);
    watch("value", () => show(parseMessage(props.value)));
    show(parseMessage(props.value));
  }
}

/** @type {Set<string>} reports that were offered to the history: who deletes one of its sets has it deleted */
const automatic = new Set();

/** @param {Message} message @param {number} at */
function entryId(message, at) {
  return `${message.id}.${at}`;
}

/** @param {Message} message @param {number} at @returns {Entry} */
function entryOf(message, at) {
  return { id: entryId(message, at), at: new Date().toISOString(), source: message.source, set: message.sets[at].report };
}
