// @ts-check
// The model's file comes in parts, one asked for after the other, and is put together here: to be downloaded, or to be
// kept in this browser while it learns.

import { bytesOf } from "../../../common/page/base64.js";
import { find, saveFile, untilMountedAgain } from "../../../common/page/dom.js";
import { keep } from "./kept.js";

/** @typedef {{ wish: number, part: number, parts: number, name: string, content: string }} FilePart base64; a number of
 *   `parts`, of the file that was wished for */

const EVERY = 45_000; // milliseconds between two checkpoints that are kept while it learns
const PATIENCE = 60_000; // milliseconds after which a part that never came is waited for no longer
const PAUSE = 1500; // milliseconds until one can be asked for again

/** @param {MountContext} context */
export function mount({ element, props, trigger, watch }) {
  const button = find(element, "button", HTMLButtonElement);
  let wish = Date.now(); // the number of the file that is wished for; none from before the part was mounted again
  /** @type {Uint8Array<ArrayBuffer>[]} */
  let parts = [];
  let isToBeKept = false; // or downloaded
  let since = 0; // when the file under way was asked for; 0 if none is
  let kept = { at: 0, stamp: "" }; // the last one that was asked for to be kept
  let newest = { state: "", stamp: "" }; // what the training is at

  /** @param {boolean} toBeKept */
  function ask(toBeKept) {
    wish += 1;
    parts = [];
    isToBeKept = toBeKept;
    since = Date.now();
    trigger("wanted", { wish, part: 0 });
  }

  function keepNewest() {
    const { state, stamp } = newest;
    const now = Date.now();
    if (!stamp || stamp === kept.stamp || state === "waiting" || state === "failed") return;
    if (state === "training" && now - kept.at < EVERY) return;
    if (since && now - since < PATIENCE) return;
    kept = { at: now, stamp };
    ask(true);
  }

  window.addEventListener("gpt:trained", (event) => { // training.js
    if (!(event instanceof CustomEvent)) return;
    newest = event.detail;
    keepNewest();
  }, untilMountedAgain("gpt-export"));
  window.dispatchEvent(new Event("gpt:export")); // what the training is at, if it was told before

  button.addEventListener("click", () => {
    button.disabled = true;
    setTimeout(() => { button.disabled = false; }, PAUSE);
    ask(false); // and what is under way to be kept is given up
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
    if (isToBeKept) keep(given.name, parts);
    else {
      saveFile(given.name, parts, "application/octet-stream");
      window.dispatchEvent(new Event("gpt:saved"));
    }
    parts = [];
    wish += 1;
    since = 0;
    keepNewest(); // a training that ended meanwhile says nothing more
  });
}
