// @ts-check
// The files of a report: the JSON of the command line, and the CSV that demos/posture/report/sets.py writes.

import { saveFile } from "../../../common/page/dom.js";

/** @import { ReportSet } from "./message.js" */

/** @param {string} name without its ending @param {object} report */
export function saveJson(name, report) {
  saveFile(`${name}.json`, [JSON.stringify(report, null, 2), "\n"], "application/json");
}

/** @param {string} name @param {ReportSet[]} sets @param {Record<string, string>} columns */
export function saveCsv(name, sets, columns) {
  saveFile(`${name}.csv`, [csvOf(sets, columns)], "text/csv;charset=utf-8");
}

/**
 * One line per repetition, or per position that is held; a BOM, for Excel to read Korean.
 * @param {ReportSet[]} sets
 * @param {Record<string, string>} columns where the value of each column stands, "symmetry.left_degrees"
 */
export function csvOf(sets, columns) {
  const lines = [Object.keys(columns)];
  for (const [at, set] of sets.entries()) {
    const held = { number: 1, counted: true, start_s: set.start_s, end_s: set.end_s, faults: set.faults };
    for (const row of set.repetitions.length ? set.repetitions : [held]) {
      const entries = { ...row, set: { number: at + 1, ...set } };
      lines.push(Object.values(columns).map((path) => cell(entries, path)));
    }
  }
  return `\ufeff${lines.map((line) => line.map(quoted).join(",")).join("\r\n")}\r\n`;
}

/** @param {object} entries @param {string} path */
function cell(entries, path) {
  /** @type {any} */
  let value = entries;
  for (const name of path.split(".")) value = value?.[name];
  if (Array.isArray(value)) return value.join(" ");
  if (typeof value === "boolean") return String(Number(value));
  return value === undefined || value === null ? "" : String(value);
}

/** @param {string} text */
function quoted(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Today as it stands in a file's name: "2026-11-27". */
export function today() {
  const now = new Date();
  return new Date(now.getTime() - 60_000 * now.getTimezoneOffset()).toISOString().slice(0, 10);
}
