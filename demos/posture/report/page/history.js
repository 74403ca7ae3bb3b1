// @ts-check
// The history of a visitor's training: sets, goals and how far they go. It is kept in this browser and nowhere else.

/** @import { ReportSet } from "./message.js" */

const PLACE = "glassbox.posture.history";
const VERSION = 1;
const MOST = 500; // sets; the oldest make room
const SESSIONS = 10; // sets, the latest, from which a personal range is learned
const DEEPEST = 3; // repetitions that must have gone so far

/**
 * @typedef {{ id: string, at: string, source: "video" | "camera" | "sample", set: ReportSet }} Entry `at` is an ISO date
 * @typedef {{ version: number, sets: Entry[], goals: Record<string, number>, own_range: string[] }} History `goals`: repetitions
 * a week; `own_range`: the exercises in which no more is asked than the visitor's own range
 */

const changed = new EventTarget();

/** @returns {History} */
const empty = () => ({ version: VERSION, sets: [], goals: {}, own_range: [] });

/** What is kept; null where a newer version of this page wrote it, which is left alone. @returns {History | null} */
export function read() {
  try {
    const found = JSON.parse(localStorage.getItem(PLACE) ?? "null");
    if (!found || !Array.isArray(found.sets)) return empty();
    return found.version > VERSION ? null : { ...empty(), ...found };
  } catch {
    return empty(); // a private window, or what nobody can read
  }
}

/** @param {(history: History) => void} change @returns {boolean} whether it could be kept */
function write(change) {
  const history = read();
  if (!history) return false;
  change(history);
  history.sets = history.sets.slice(-MOST);
  try {
    localStorage.setItem(PLACE, JSON.stringify(history));
  } catch {
    return false; // a private window, or no room
  }
  changed.dispatchEvent(new Event("change"));
  return true;
}

/**
 * @param {() => void} listener
 * @param {AddEventListenerOptions} options
 */
export function onChange(listener, options) {
  changed.addEventListener("change", listener, options);
  window.addEventListener("storage", (event) => { if (event.key === PLACE) listener(); }, options); // another tab
}

/** @param {Entry} entry a set that is new, or takes the place of the one with its id */
export function keep(entry) {
  return write((history) => {
    const at = history.sets.findIndex(({ id }) => id === entry.id);
    if (at < 0) history.sets.push(entry);
    else history.sets[at] = { ...entry, at: history.sets[at].at };
  });
}

/** @param {string} id */
export function isKept(id) {
  return !!read()?.sets.some((entry) => entry.id === id);
}

/** @param {string} id */
export function remove(id) {
  return write((history) => { history.sets = history.sets.filter((entry) => entry.id !== id); });
}

/** Everything is forgotten, goals as well, whatever version wrote it. */
export function forget() {
  try {
    localStorage.removeItem(PLACE);
  } catch { /* a private window keeps nothing */ }
  changed.dispatchEvent(new Event("change"));
}

/** @param {string} exercise @param {number} goal repetitions a week; 0 for none */
export function setGoal(exercise, goal) {
  return write(({ goals }) => {
    if (goal > 0) goals[exercise] = Math.min(10_000, Math.round(goal));
    else delete goals[exercise];
  });
}

/** @param {string} exercise @param {boolean} own whether no more is asked in it than the visitor's own range */
export function askOwnRange(exercise, own) {
  return write((history) => {
    history.own_range = history.own_range.filter((each) => each !== exercise);
    if (own) history.own_range.push(exercise);
  });
}

/**
 * How far somebody goes in an exercise, in degrees: what so many repetitions of the latest sets have reached. Null for
 * too few.
 * @param {string} exercise
 * @param {"down" | "up"} direction of its angle
 */
export function personalRange(exercise, direction) {
  const sets = read()?.sets.filter(({ set }) => set.exercise === exercise).slice(-SESSIONS) ?? [];
  const depths = sets.flatMap(({ set }) => set.repetitions.filter(({ counted }) => counted).map((one) => one.depth_degrees));
  depths.sort((a, b) => (direction === "up" ? b - a : a - b));
  return depths.length < DEEPEST ? null : depths[DEEPEST - 1];
}
