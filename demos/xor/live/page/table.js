// @ts-check
// The points as text, one a line: to read, to change, to open from a file and to keep.

import { find, saveFile } from "../../../common/page/dom.js";
import { count } from "../../../common/page/numbers.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { PointEditor } from "./points.js" */

const ENCODINGS = ["utf-8", "euc-kr"]; // a browser's euc-kr is cp949, of Korean Windows; as csv_table.py has them

/**
 * The text of a file; null if it is none.
 * @param {ArrayBuffer} content
 */
function decoded(content) {
  for (const encoding of ENCODINGS) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(content);
    } catch {
      // the next one
    }
  }
  return null;
}

/**
 * @param {HTMLDetailsElement} root
 * @param {PointEditor} editor
 * @param {{ send: (text: string) => void, fail: (words: string) => void, say: Say, mostPoints: number, largestTable: number }} with
 */
export function makeTable(root, editor, { send, fail, say, mostPoints, largestTable }) {
  const text = find(root, "textarea", HTMLTextAreaElement);
  const file = find(root, "input[type=file]", HTMLInputElement);
  const csv = () => ["x,y,label", ...editor.listed().map((point) => point.join(","))].join("\n");

  /**
   * @param {string} name
   * @param {() => void} act
   */
  function on(name, act) {
    find(root, `[data-do='${name}']`).addEventListener("click", act);
  }

  on("use-table", () => send(text.value));
  on("open-table", () => file.click());
  on("save-table", () => saveFile("points.csv", [`${csv()}\n`], "text/csv"));
  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    file.value = "";
    if (!chosen) return;
    if (chosen.size > largestTable) {
      fail(say("csv_too_long", { most: count(mostPoints) }));
      return;
    }
    const content = decoded(await chosen.arrayBuffer());
    if (content === null) {
      fail(say("csv_no_text", { name: chosen.name }));
      return;
    }
    text.value = content;
    send(content);
  });
  root.addEventListener("toggle", () => { if (root.open) text.value = csv(); });
  return { refresh() { if (root.open && document.activeElement !== text) text.value = csv(); } };
}
