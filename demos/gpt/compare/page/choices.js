// @ts-check
// What either model expected at one place: side by side where the vocabulary is one, else a list of each.

import { create, find } from "../../../common/page/dom.js";
import { decimals, probability } from "../../../common/page/numbers.js";
import { visible } from "../../page/token.js";
import { difference, piece } from "./compared.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { Compared, Part } from "./compared.js" */

const BEFORE = 16; // characters of the text before the place

/**
 * The end of the text before a place.
 * @param {Compared} compared
 * @param {number} place
 */
export function before({ segments }, place) {
  const whole = [...segments.slice(0, place).map(([text]) => text).join("")];
  return visible(`${whole.length > BEFORE ? "…" : ""}${whole.slice(-BEFORE).join("")}`);
}

/**
 * A row of a table of probabilities, the longest bar that of `most`.
 * @param {string} name
 * @param {[whose: string, p: number][]} values
 * @param {number} most
 * @param {boolean} isNext what really comes
 */
function rowOf(name, values, most, isNext) {
  const row = create("tr", isNext ? "next" : "");
  const head = create("th", "", piece(name));
  head.scope = "row";
  head.lang = "zxx";
  row.append(head, ...values.map(([whose, p]) => {
    const cell = create("td", whose);
    const bar = create("i");
    bar.style.width = `${(100 * p) / most}%`;
    cell.append(create("em", "", probability(p)), bar);
    return cell;
  }));
  return row;
}

/**
 * @param {string[]} headings
 * @param {HTMLElement[]} rows
 */
function tableOf(headings, rows) {
  const table = create("table");
  const head = create("thead");
  const line = create("tr");
  line.append(...headings.map((heading) => create("th", "", heading)));
  head.append(line);
  const body = create("tbody");
  body.append(...rows);
  table.append(head, body);
  return table;
}

/**
 * @param {HTMLElement} root
 * @param {Say} say
 * @returns {Part}
 */
export function mountChoices(root, say) {
  const place = find(root, ".gc-choices");

  /** @param {Compared} compared @param {number} at */
  function redraw(compared, at) {
    const name = find(root, ".gc-place-name");
    name.textContent = at ? say("after", { text: before(compared, at) }) : say("at_start");
    const expected = compared.places[at];
    const next = compared.segments[at]?.[0];
    if (!expected) {
      place.replaceChildren(create("p", "gc-say", say("nothing_before")));
    } else if (expected.divergence !== null) {
      const most = Math.max(...expected.choices.flatMap(([, a, b]) => [a, b]), 1e-9);
      place.replaceChildren(tableOf([say("token"), "A", "B"], expected.choices.map(([text, a, b]) => (
        rowOf(text, [["a", a], ["b", b]], most, text === next)
      ))));
    } else {
      const most = Math.max(...[...expected.a, ...expected.b].map(([, p]) => p), 1e-9);
      const lists = create("div", "gc-lists");
      lists.append(
        tableOf([say("token"), "A"], expected.a.map(([text, p]) => rowOf(text, [["a", p]], most, text === next))),
        tableOf([say("token"), "B"], expected.b.map(([text, p]) => rowOf(text, [["b", p]], most, text === next))),
      );
      place.replaceChildren(lists);
    }
  }
  return { redraw };
}

/**
 * The places where the two are furthest apart; press one to look there.
 * @param {HTMLElement} root
 * @param {Say} say
 * @param {(place: number) => void} look
 * @returns {Part}
 */
export function mountMost(root, say, look) {
  const list = find(root, ".gc-most");
  return {
    begin(compared) {
      const { most_different: most, segments, same_vocabulary: one } = compared;
      find(root, ".gc-most-say").textContent = say(most.length === 0 ? "most_none" : one ? "most_divergence" : "most_difference");
      list.replaceChildren(...most.map((s) => {
        const line = create("li");
        const button = create("button");
        button.type = "button";
        const text = create("span");
        text.lang = "zxx";
        text.append(before(compared, s), create("b", "", piece(segments[s][0])));
        button.append(text, create("em", "", decimals(difference(compared, s), 2)));
        button.addEventListener("click", () => look(s));
        line.append(button);
        return line;
      }));
    },
  };
}
