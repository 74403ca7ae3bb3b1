// @ts-check
// The model's file comes in parts, one asked for after the other, and is put together here.

import { bytesOf } from "../../../common/page/base64.js";
import { find, saveFile } from "../../../common/page/dom.js";

/** @typedef {{ wish: number, part: number, parts: number, name: string, content: string }} FilePart base64; a number of
 *   `parts`, of the file that was wished for */

const PAUSE = 1500; // milliseconds until one can be asked for again

/** @param {MountContext} context */
export function mount({ element, props, trigger, watch }) {
  const button = find(element, "button", HTMLButtonElement);
  let wish = 0; // the number of the file that is wished for
  /** @type {Uint8Array<ArrayBuffer>[]} */
  let parts = [];

  button.addEventListener("click", () => {
    wish += 1;
    parts = [];
    button.disabled = true;
    setTimeout(() => { button.disabled = false; }, PAUSE);
    trigger("wanted", { wish, part: 0 });
  });

  watch("value", () => {
    /** @type {FilePart | null} */
    const given = props.value;
    if (!given || given.wish !== wish || given.part !== parts.length) return;
    parts.push(bytesOf(given.content));
    if (parts.length < given.parts) {
      trigger("wanted", { wish, part: parts.length });
      return;
    }
    saveFile(given.name, parts, "application/octet-stream");
    window.dispatchEvent(new Event("gpt:saved"));
    parts = [];
    wish += 1;
  });
}
