// @ts-check
// The points as text, one a line: to read, to change, to open from a file and to keep.

import { find, saveFile } from "../../../common/page/dom.js";
import { count } from "../../../common/page/numbers.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { PointEditor } from "./points.js" */

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
    try {
      text.value = new TextDecoder("utf-8", { fatal: true }).decode(await chosen.arrayBuffer());
    } catch {
      fail(say("csv_no_text", { name: chosen.name }));
      return;
    }
    send(text.value);
  });
  root.addEventListener("toggle", () => { if (root.open) text.value = csv(); });
  return { refresh() { if (root.open && document.activeElement !== text) text.value = csv(); } };
}
