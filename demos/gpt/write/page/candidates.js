// @ts-check
// The candidates for one token: every candidate with the model's own probability, after temperature, and after the cuts.

import { create, find, findAll, scrolling } from "../../../common/page/dom.js";
import { clamp, probability } from "../../../common/page/numbers.js";
import { language } from "../../../common/page/words.js";
import { tokenName } from "../../page/token.js";

/**
 * @typedef {{ model: number, shaped: number, final: number }} Probabilities `final` is 0 if the token was cut
 * @typedef {Probabilities & { token: number, piece: string, rank: number, stands: boolean }} Candidate
 * @typedef {{ node: number, before: string, rows: Candidate[], rest: Probabilities & { label: Said },
 *   sentence: Said, shaped_by: Said, cut_by: Said }} Candidates as look.py makes it
 */

const STEPS = /** @type {const} */ (["model", "shaped", "final"]);
const NAMED_RANKS = 20; // up to here the order says the rank

/**
 * @param {number} p
 * @param {number} most the probability of the longest bar
 * @param {boolean} [cut]
 */
function createBar(p, most, cut = false) {
  const bar = create("span", cut ? "bar cut" : "bar");
  bar.style.setProperty("--share", `${(100 * p) / most}%`);
  bar.append(create("span", "number", cut ? "" : probability(p)));
  return bar;
}

/**
 * @param {Candidate} row
 * @param {number} most
 * @param {boolean} ranked its rank is written
 */
function createCandidate(row, most, ranked) {
  const button = create("button", "gpt-candidate");
  button.classList.toggle("stands", row.stands);
  button.classList.toggle("cut", row.final === 0);
  button.dataset.token = String(row.token);
  const name = create("span", "name");
  name.append(create("b", "", tokenName(row.piece)));
  if (ranked) name.append(create("small", "", `#${row.rank}`));
  const cut = row.final === 0 && row.shaped > 0;
  button.append(name, createBar(row.model, most), createBar(row.shaped, most), createBar(row.final, most, cut));
  return button;
}

/** @param {MountContext} context */
export function mount({ element, props, trigger, watch }) {
  const panel = find(element, ".gpt-candidates");

  function draw() {
    /** @type {Candidates | null} null while no token is looked at */
    const candidates = props.value || null;
    if (candidates && !candidates.rows) return; // Gradio's word for "as it was"
    const opens = panel.hidden && candidates;
    panel.hidden = !candidates;
    if (!candidates) return;
    const { rows, rest } = candidates;
    const most = Math.max(...rows.flatMap((row) => STEPS.map((step) => row[step])), 1e-9);
    const before = candidates.before.replace(/\n/g, "↵");
    find(panel, ".before").replaceChildren(before ? `…${before}` : "", create("b", "", "▮"));
    find(panel, ".sentence").textContent = candidates.sentence[language];
    find(panel, ".shaped").textContent = candidates.shaped_by[language];
    find(panel, ".final").textContent = candidates.cut_by[language];
    const list = find(panel, ".gpt-candidate-list");
    const at = list.scrollTop;
    list.replaceChildren(...rows.map((row) => {
      const button = createCandidate(row, most, row.rank > Math.min(rows.length, NAMED_RANKS));
      button.addEventListener("click", () => trigger("exchange", { node: candidates.node, token: row.token }));
      return button;
    }));
    const others = create("div", "gpt-candidate rest");
    others.append(create("span", "name", rest.label[language]), ...STEPS.map((step) => createBar(rest[step], most)));
    list.append(others);
    list.scrollTop = at;
    if (opens) panel.scrollIntoView({ behavior: scrolling(), block: "nearest" });
  }

  function close() {
    panel.hidden = true;
    window.dispatchEvent(new Event("gpt:candidates-closed"));
    trigger("closed");
  }

  find(panel, ".close").addEventListener("click", close);
  panel.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close();
    else if (step) {
      const rows = findAll(panel, "button.gpt-candidate");
      const here = rows.findIndex((row) => row === document.activeElement);
      rows[clamp(here + step, 0, rows.length - 1)]?.focus();
    } else return;
    event.preventDefault();
  });
  watch("value", draw);
  draw();
}
