// @ts-check
// The text piece by piece: how likely it was to either model, what it cost either, and how far they are apart. Press a
// column, or use the arrow keys, to see what either expected there.

import { create, find, findAll, targetOf } from "../../../common/page/dom.js";
import { clamp, decimals, probability } from "../../../common/page/numbers.js";
import { difference, piece } from "./compared.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { Compared, Part } from "./compared.js" */

/** @type {Record<string, number>} */
const MOVES = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

/**
 * @param {HTMLElement} root
 * @param {Say} say
 * @param {(place: number) => void} look
 * @returns {Part}
 */
export function mountStrip(root, say, look) {
  const box = find(root, ".gc-scroll");
  const table = find(box, ".gc-strip");
  let chosen = 0;
  let last = 0; // the place at the end of the text

  /**
   * @param {string} name of the row
   * @param {string} heading
   * @param {(s: number) => [text: string, tint?: number]} cellOf of each place; the tint is 0 to 1
   */
  function row(name, heading, cellOf) {
    const made = create("tr", name);
    const head = create("th", "", heading);
    head.scope = "row";
    made.append(head);
    for (let s = 0; s <= last; s += 1) {
      const [text, tint = 0] = cellOf(s);
      const cell = create("td", "", text);
      cell.dataset.place = String(s);
      if (name === "text") cell.lang = "zxx";
      cell.style.setProperty("--tint", `${Math.round(50 * tint)}%`);
      made.append(cell);
    }
    return made;
  }

  /** @param {Compared} compared */
  function begin(compared) {
    const { segments, same_vocabulary: one } = compared;
    last = segments.length;
    const apart = Array.from({ length: last + 1 }, (_, s) => difference(compared, s));
    const most = Math.max(...apart.map((each) => each ?? 0), 1e-9);
    /** @param {number} s @param {1 | 2} whose */
    const loss = (s, whose) => (s < last ? segments[s][whose] : null);
    /** @param {1 | 2} whose @returns {(s: number) => [string, number?]} */
    const likely = (whose) => (s) => {
      const nats = loss(s, whose);
      return nats === null ? ["–"] : [probability(Math.exp(-nats)), Math.exp(-nats)];
    };
    /** @param {1 | 2} whose @returns {(s: number) => [string, number?]} */
    const cost = (whose) => (s) => [decimals(loss(s, whose), 2)];
    table.replaceChildren(
      row("text", say("text"), (s) => [s < last ? piece(segments[s][0]) : "…"]),
      row("p a", say("p_of", { model: "A" }), likely(1)),
      row("p b", say("p_of", { model: "B" }), likely(2)),
      row("loss a", say("loss_of", { model: "A" }), cost(1)),
      row("loss b", say("loss_of", { model: "B" }), cost(2)),
      row("apart", say(one ? "divergence" : "difference"), (s) => [decimals(apart[s], 2), (apart[s] ?? 0) / most]),
    );
    box.setAttribute("aria-label", say("text"));
  }

  /** @param {Compared} _ @param {number} place */
  function redraw(_, place) {
    chosen = place;
    for (const cell of findAll(table, "td")) cell.classList.toggle("chosen", cell.dataset.place === String(place));
    const cell = find(table, `.text [data-place="${place}"]`);
    const [left, right] = [cell.offsetLeft - find(table, "th").offsetWidth, cell.offsetLeft + cell.offsetWidth];
    if (left < box.scrollLeft || right > box.scrollLeft + box.clientWidth) {
      box.scrollLeft = (left + right - box.clientWidth) / 2;
    }
  }

  box.addEventListener("click", (event) => {
    const cell = targetOf(event, "[data-place]");
    if (cell) look(Number(cell.dataset.place));
  });
  box.addEventListener("keydown", (event) => {
    if (!(event.key in MOVES)) return;
    event.preventDefault();
    look(clamp(chosen + MOVES[event.key], 0, last));
  });
  return { begin, redraw };
}
