// @ts-check
// What a visitor has kept: each exercise with its week, goal and last sets; files to take away, and a way to delete it.

import { create, untilMountedAgain } from "../../../common/page/dom.js";
import { decimals } from "../../../common/page/numbers.js";
import { language } from "../../../common/page/words.js";
import { saveCsv, saveJson, today } from "./files.js";
import { askOwnRange, forget, onChange, personalRange, read, remove, setGoal } from "./history.js";
import { countOf } from "./message.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { Entry, History } from "./history.js" */

/** @typedef {Record<string, "down" | "up">} Directions of those exercises that are counted */

const DAYS = 14; // that the small columns show
const LATEST = 8; // sets of an exercise that are listed
const DAY = 86_400_000; // ms

/**
 * @param {string} partName of this part of the page
 * @param {Record<string, { en: string, ko: string }>} names of the exercises by slug
 * @param {Directions} directions of the exercises' angles by slug
 * @param {Record<string, string>} columns of the CSV
 * @param {Say} say
 */
export function historyPart(partName, names, directions, columns, say) {
  const part = create("details", "rep-history");
  const head = create("summary");
  const body = create("div");
  part.append(head, body);

  function show() {
    const history = read();
    const sets = history?.sets ?? [];
    part.hidden = history !== null && !sets.length && !Object.keys(history.goals).length;
    head.textContent = say("history", { sets: sets.length });
    const focused = focusable().indexOf(document.activeElement);
    body.replaceChildren(create("p", "rep-note", say(history ? "history_here" : "history_newer")));
    if (!history) {
      body.append(button("forget", "", forget));
      return;
    }
    const exercises = [...new Set(sets.map(({ set }) => set.exercise).reverse())];
    body.append(...exercises.map((exercise) => exercisePart(history, exercise)), filesOf(history));
    const again = focusable()[focused];
    if (again instanceof HTMLElement) again.focus(); // whoever uses the keyboard stays where they are
  }

  /** @returns {(Element | null)[]} */
  function focusable() {
    return [...body.querySelectorAll("button, input")];
  }

  /** @param {History} history @param {string} exercise */
  function exercisePart(history, exercise) {
    const sets = history.sets.filter(({ set }) => set.exercise === exercise);
    const held = sets.every(({ set }) => !set.repetitions.length && set.hold_seconds > 0);
    const amount = (/** @type {Entry} */ { set }) => (held ? set.hold_seconds : countOf(set));
    const box = create("section", "rep-past");
    const name = names[exercise]?.[language] ?? (/^own(-\d+)?$/.test(exercise) ? say("own_exercise") : exercise);
    const week = sets.filter(({ at }) => Date.now() - Date.parse(at) < 7 * DAY).reduce((sum, entry) => sum + amount(entry), 0);
    const goal = history.goals[exercise] ?? 0;
    const line = create("p", "rep-week", say(held ? "week_held" : "week", { number: held ? decimals(week, 0) : week }));
    if (goal && !held) line.append(` · ${say(week >= goal ? "goal_reached" : "goal_left", { goal, left: goal - week })}`);
    box.append(create("h4", "", name), line, columnsOf(sets, amount));
    if (!held) box.append(goalOf(exercise, goal, name), rangeOf(history, exercise));
    const list = create("ol", "rep-past-sets");
    for (const entry of sets.slice(-LATEST).reverse()) list.append(pastSet(entry, held));
    box.append(list);
    return box;
  }

  /** @param {Entry} entry @param {boolean} held */
  function pastSet(entry, held) {
    const item = create("li");
    const when = new Date(entry.at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
    const { set } = entry;
    const much = held ? say("seconds", { seconds: decimals(set.hold_seconds, 1) }) : say("times", { count: countOf(set) });
    const note = set.corrected_count === undefined ? "" : say("corrected_short", { count: set.count });
    const erase = button("erase", "rep-link", () => remove(entry.id));
    erase.setAttribute("aria-label", `${say("erase")}: ${when}`);
    item.append(create("span", "", when), create("b", "", much), create("span", "rep-note", note), erase);
    return item;
  }

  /** A column for each of the last days. @param {Entry[]} sets @param {(entry: Entry) => number} amount */
  function columnsOf(sets, amount) {
    const days = Array.from({ length: DAYS }, () => 0);
    const midnight = new Date().setHours(24, 0, 0, 0);
    for (const entry of sets) {
      const ago = Math.floor((midnight - Date.parse(entry.at)) / DAY);
      if (ago >= 0 && ago < DAYS) days[DAYS - 1 - ago] += amount(entry);
    }
    const most = Math.max(1, ...days);
    const box = create("div", "rep-days");
    box.setAttribute("aria-hidden", "true");
    for (const day of days) {
      const column = create("i");
      column.style.height = `${(100 * day) / most}%`;
      if (day) column.title = String(Math.round(day));
      box.append(column);
    }
    return box;
  }

  /** @param {string} exercise @param {number} goal @param {string} name */
  function goalOf(exercise, goal, name) {
    const label = create("label", "rep-goal", say("goal"));
    const field = create("input");
    Object.assign(field, { type: "number", min: "0", max: "10000", value: goal ? String(goal) : "", placeholder: "–" });
    field.setAttribute("aria-label", `${name}: ${say("goal")}`);
    field.addEventListener("change", () => setGoal(exercise, Number(field.value) || 0));
    label.append(field);
    return label;
  }

  /** How far the visitor goes, and whether no more is asked. @param {History} history @param {string} exercise */
  function rangeOf(history, exercise) {
    const range = personalRange(exercise, directions[exercise] ?? "down");
    if (range === null || !directions[exercise]) return "";
    const label = create("label", "rep-range");
    const box = create("input");
    box.type = "checkbox";
    box.checked = history.own_range.includes(exercise);
    box.addEventListener("change", () => askOwnRange(exercise, box.checked));
    label.append(box, say("ask_own_range", { degrees: Math.round(range) }));
    return label;
  }

  /** @param {History} history */
  function filesOf(history) {
    const bar = create("div", "rep-actions");
    const file = `${say("history_file")}-${today()}`;
    const sets = history.sets.map((entry) => ({ at: entry.at, ...entry.set }));
    bar.append(
      button("save_csv", "rep-button", () => saveCsv(file, sets, { at: "set.at", ...columns })),
      button("save_json", "rep-button", () => saveJson(file, { ...history })),
      button("forget", "rep-button rep-danger", () => { if (window.confirm(say("forget_sure"))) forget(); }),
    );
    return bar;
  }

  /** @param {string} name @param {string} kind @param {() => void} act */
  function button(name, kind, act) {
    const made = create("button", kind || "rep-button", say(name));
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  onChange(show, untilMountedAgain(`${partName}-history`));
  show();
  return part;
}
