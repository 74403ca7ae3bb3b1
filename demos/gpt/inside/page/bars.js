// @ts-check
// Bars of probabilities, the longest as long as there is room.

import { create } from "../../../common/page/dom.js";
import { probability } from "../../../common/page/numbers.js";

/**
 * @param {HTMLElement} place
 * @param {{ name: string, p: number, aside?: string, mark?: boolean }[]} rows `aside` stands in place of the
 *   probability, a marked bar stands out
 */
export function drawBars(place, rows) {
  const most = Math.max(...rows.map((row) => row.p), 1e-9);
  place.replaceChildren(...rows.map(({ name, p, aside, mark }) => {
    const row = create("div", mark ? "gi-bar marked" : "gi-bar");
    row.title = name; // a long one is cut
    const track = create("span");
    const filled = create("i");
    filled.style.width = `${(100 * p) / most}%`;
    track.append(filled);
    row.append(create("b", "", name), track, create("em", "", aside ?? probability(p)));
    return row;
  }));
}
