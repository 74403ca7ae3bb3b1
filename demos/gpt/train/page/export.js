// @ts-check
// The model's file comes in parts, one asked for after the other, and is put together here: to be downloaded, or to be
// kept in this browser while it learns.

import { bytesOf } from "../../../common/page/base64.js";
import { find, saveFile, untilMountedAgain } from "../../../common/page/dom.js";
import { keep } from "./kept.js";

/** @typedef {{ wish: number, part: number, parts: number, name: string, content: string }} FilePart base64; a number of
 *   `parts`, of the file that was wished for */

const EVERY = 45_000; // milliseconds between two checkpoints that are kept while it learns
const PATIENCE = 60_000; // milliseconds after which a part that never came is lost, and the file asked for anew
const TRIES = 3; // of one file
const PAUSE = 1500; // milliseconds until one can be asked for again

/** @param {MountContext} context */
export function mount({ element, props, trigger, watch }) {
  const button = find(element, "button", HTMLButtonElement);
  let wish = Date.now(); // the number of the file that is wished for; none from before the part was mounted again
  /** @type {Uint8Array<ArrayBuffer>[]} */
  let parts = [];
  /** @type {{ toBeKept: boolean, tries: number } | null} the file that is asked for, to be kept or downloaded */
  let underWay = null;
  let lost = 0; // the timer of the part that is asked for
  const mounted = untilMountedAgain("gpt-export");
  let kept = { at: 0, stamp: "" }; // the last one that was asked for to be kept
  let newest = { state: "", stamp: "" }; // what the training is at

  /**
   * @param {boolean} toBeKept
   * @param {number} [tries]
   */
  function ask(toBeKept, tries = TRIES) {
    wish += 1;
    parts = [];
    underWay = { toBeKept, tries };
    askForPart();
  }

  function askForPart() {
    clearTimeout(lost);
    lost = setTimeout(askAgain, PATIENCE);
    trigger("wanted", { wish, part: parts.length });
  }

  /** The whole file: the server forgets the former's parts once it has sent the last. */
  function askAgain() {
    if (!underWay) return;
    const { toBeKept, tries } = underWay;
    underWay = null;
    if (tries > 1) ask(toBeKept, tries - 1);
    else keepNewest();
  }

  function keepNewest() {
    const { state, stamp } = newest;
    const now = Date.now();
    if (!stamp || stamp === kept.stamp || state === "waiting" || state === "failed") return;
    if (state === "training" && now - kept.at < EVERY) return;
    if (underWay) return;
    kept = { at: now, stamp };
    ask(true);
  }

  window.addEventListener("gpt:trained", (event) => { // training.js
    if (!(event instanceof CustomEvent)) return;
    newest = event.detail;
    keepNewest();
  }, mounted);
  mounted.signal.addEventListener("abort", () => clearTimeout(lost));
  window.dispatchEvent(new Event("gpt:export")); // what the training is at, if it was told before

  button.addEventListener("click", () => {
    button.disabled = true;
    setTimeout(() => { button.disabled = false; }, PAUSE);
    ask(false); // and what is under way to be kept is given up
  });

  watch("value", () => {
    /** @type {FilePart | null} */
    const given = props.value;
    if (!underWay || !given || given.wish !== wish || given.part !== parts.length) return;
    parts.push(bytesOf(given.content));
    if (parts.length < given.parts) {
      askForPart();
      return;
    }
    clearTimeout(lost);
    if (underWay.toBeKept) keep(given.name, parts);
    else {
      saveFile(given.name, parts, "application/octet-stream");
      window.dispatchEvent(new Event("gpt:saved"));
    }
    parts = [];
    wish += 1;
    underWay = null;
    keepNewest(); // a training that ended meanwhile says nothing more
  });
}
