// @ts-check
// Interventions: one head or a whole layer switched off, scaled, or put in from another text, and what comes next then.

import { create, find, findAll, setText } from "../../../common/page/dom.js";
import { decimals, probability, signed } from "../../../common/page/numbers.js";
import { shorten, visible } from "../../page/token.js";

/** @import { Part, View } from "./view.js" */

/**
 * @typedef {{ turn: number, number: number, layer: number, head: number, position: number, factor: number,
 *   other: string }} Wish head −1 is the whole layer; `other` is "" where nothing is put in
 * @typedef {{ turn: number, number: number, rows: [piece: string, before: number, after: number][] }} Changed
 */

const REST = 90; // milliseconds at one wish before it is asked for
const LONGEST = 12; // characters of a token

/**
 * @param {View} view
 * @param {(wish: Wish) => void} ask for the probabilities; they come to `receive`
 * @returns {Part & { receive: (changed: Changed | null) => void }}
 */
export function mountChange(view, ask) {
  const { say } = view;
  const root = find(view.root, ".gi-change");
  const slider = find(root, "#gi-factor", HTMLInputElement);
  const other = find(root, ".gi-other textarea", HTMLTextAreaElement);
  let whole = false;
  let number = 0; // of the latest wish
  let wanted = ""; // what was asked for last
  let waiting = 0;
  /** @type {Changed | null} */
  let received = null;

  const isChanged = () => Number(slider.value) !== 1 || other.value !== "";

  /** Ask for what the controls say, once they rest. */
  function wish() {
    const { layer, position } = view;
    const wished = {
      turn: view.seen.turn, layer, head: whole ? -1 : view.head, position, factor: Number(slider.value),
      other: other.value,
    };
    const key = JSON.stringify(wished);
    if (wanted === key) return;
    wanted = key;
    number += 1;
    clearTimeout(waiting);
    waiting = window.setTimeout(() => ask({ ...wished, number }), REST);
  }

  function redraw() {
    wish();
    const { shape, tokens } = view.seen;
    const [layer, head] = findAll(root, ".gi-stepper");
    head.hidden = whole;
    setText(find(layer, "b"), say("layer_of", { layer: view.layer + 1, layers: shape.layers }));
    setText(find(head, "b"), say("head_of", { head: view.head + 1, heads: shape.heads }));
    for (const button of findAll(root, "[data-whole]")) {
      button.setAttribute("aria-checked", String(button.dataset.whole === String(whole)));
    }
    setText(find(root, "output"), `× ${decimals(Number(slider.value), 1)}`);
    setText(find(root, ".gi-count"), say("change_count", { tokens: tokens.length }));
    find(root, ".gi-reset", HTMLButtonElement).disabled = !isChanged();
    setText(find(root, ".gi-changed-name"), say("change_at", { t: view.position + 1, token: view.token(view.position) }));
    draw();
  }

  function draw() {
    const isCurrent = received?.turn === view.seen.turn && received.number === number;
    find(root, ".gi-changed").classList.toggle("stale", !isCurrent);
    if (!received || !isCurrent) return;
    const most = Math.max(...received.rows.flatMap(([, before, after]) => [before, after]), 1e-9);
    /** @param {number} p @param {string} name */
    function bar(p, name) {
      const cell = create("td", name);
      const filled = create("i");
      filled.style.width = `${(100 * p) / most}%`;
      cell.append(create("em", "", probability(p)), filled);
      return cell;
    }
    find(root, ".gi-changed tbody").replaceChildren(...received.rows.map(([piece, before, after]) => {
      const row = create("tr");
      const name = create("th", "", shorten(visible(piece), LONGEST));
      name.scope = "row";
      name.lang = "zxx";
      row.append(name, bar(before, "before"), bar(after, "after"));
      row.append(create("td", "by", before === after ? "–" : signed(100 * (after - before), 1)));
      return row;
    }));
    setText(find(root, ".gi-fact"), isChanged() ? "" : say("change_none"));
  }

  for (const button of findAll(root, "[data-whole]")) {
    button.addEventListener("click", () => {
      whole = button.dataset.whole === "true";
      view.refresh();
    });
  }
  slider.addEventListener("input", () => view.refresh());
  other.addEventListener("change", () => view.refresh());
  other.addEventListener("keydown", (event) => { // Enter is a line break
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) view.refresh();
  });
  find(root, ".gi-off").addEventListener("click", () => {
    slider.value = "0";
    view.refresh();
  });
  find(root, ".gi-reset").addEventListener("click", () => {
    slider.value = "1";
    other.value = "";
    view.refresh();
  });
  return {
    redraw,
    receive(changed) {
      received = changed;
      if (view.inside && view.panel === "change") draw();
    },
  };
}
