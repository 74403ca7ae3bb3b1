// @ts-check
// Self-test: the button, how far it is, three numbers, and a row for each film.

import { create, find, parseMessage, setText } from "../../../common/page/dom.js";
import { fillWords, language, sayFrom } from "../../../common/page/words.js";

/**
 * As `demos.posture.self_test.look.message` sends it; null is not known yet.
 * @typedef {object} Message
 * @property {{ name: Said, true: string, counted: string | null, exact: boolean | null, error: number | null, fps: number | null }[]} rows
 * @property {{ name: Said, number: number, of: number, share: number, count: number } | null} now
 * @property {{ exact: number, films: number, error: number | null, fps: number } | null} summary
 * @property {Said | null} waiting the place in line, while others have their turn
 * @property {boolean} stopped
 */

const COLUMNS = ["name", "true", "counted", "error", "fps"];

/**
 * @param {MountContext} context
 * @param {{ words: Words }} constants
 */
export function mount({ element, props, watch, trigger }, { words }) {
  const say = sayFrom(words);
  const part = (/** @type {string} */ name) => find(element, `[data-part="${name}"]`);
  fillWords(element, say);

  function show() {
    /** @type {Message | null} */
    const message = parseMessage(props.value);
    const { now, summary, waiting } = message ?? { now: null, summary: null, waiting: null };
    const busy = Boolean(now ?? waiting);
    setText(part("begin"), say(summary && !busy ? "again" : "begin"));
    part("begin").hidden = busy;
    part("stop").hidden = part("bar").hidden = !busy;
    if (waiting) setText(part("now"), waiting[language]);
    else setText(part("now"), now ? say("now", { ...now, name: now.name[language] }) : message?.stopped ? say("stopped") : "");
    find(part("bar"), "i").style.width = `${100 * (now?.share ?? 0)}%`;
    part("summary").hidden = !summary;
    if (summary) {
      setText(part("exact"), `${summary.exact} / ${summary.films}`);
      setText(part("error"), degrees(summary.error));
      setText(part("fps"), String(summary.fps));
    }
    part("table").replaceChildren(...(message ? [tableOf(message)] : []));
  }

  /** @param {Message} message */
  function tableOf({ rows }) {
    const table = create("table");
    table.createTHead().insertRow().append(...COLUMNS.map((name) => create("th", "", say(`column_${name}`))));
    const body = table.createTBody();
    for (const { name, true: done, counted, exact, error, fps } of rows) {
      const row = body.insertRow();
      const cells = [name[language], done, counted ?? "–", degrees(error), fps === null ? "–" : String(fps)].map((text) => create("td", "", text));
      if (exact === null) for (const cell of cells.slice(2)) cell.className = "open";
      else cells[2].append(create("span", "verdict", say(exact ? "right" : "wrong")));
      if (exact === false) row.className = "differs";
      row.append(...cells);
    }
    return table;
  }

  watch("value", show);
  show();
  part("begin").addEventListener("click", () => trigger("begin"));
  part("stop").addEventListener("click", () => trigger("stop"));
}

/** @param {number | null} number */
function degrees(number) {
  return number === null ? "–" : `${number.toFixed(1)}°`;
}
