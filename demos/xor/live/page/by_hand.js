// @ts-check
// Weights changed by hand at one frame of the run: all versions, to be taken back and made again.

import { find, setText } from "../../../common/page/dom.js";

/** @import { Say } from "../../../common/page/words.js" */

/** @typedef {(Float32Array | null)[]} Version the numbers of each learner, null where they are the frame's own */

/**
 * @param {HTMLElement} row which says that there are such weights, with its buttons
 * @param {{ redraw: () => void, say: Say }} stage
 */
export function makeByHand(row, { redraw, say }) {
  let index = -1; // of the frame
  /** @type {Version[]} */
  let versions = [];
  /** @type {Version[]} */
  let undone = [];

  /**
   * One version back, or forward again.
   * @param {Version[]} from
   * @param {Version[]} to
   */
  function go(from, to) {
    const version = from.pop();
    if (version) to.push(version);
    redraw();
  }
  find(row, "[data-do='undo-hand']").addEventListener("click", () => go(versions, undone));
  find(row, "[data-do='redo-hand']").addEventListener("click", () => go(undone, versions));

  return {
    /**
     * A learner's numbers at a frame; null if they were not changed.
     * @param {number} frame
     * @param {number} at
     */
    numbersOf: (frame, at) => (frame === index ? versions.at(-1)?.[at] ?? null : null),
    /**
     * A new version at a frame, or, if the change `goesOn`, the last one in its place: one drag of a slider is taken
     * back as one. Changes at another frame are gone.
     * @param {number} frame
     * @param {number} count of learners
     * @param {number} at
     * @param {ArrayLike<number>} numbers
     * @param {boolean} goesOn
     */
    edit(frame, count, at, numbers, goesOn) {
      if (frame !== index) versions = [];
      index = frame;
      undone = [];
      const before = versions.at(-1) ?? Array.from({ length: count }, () => null);
      if (goesOn) versions.pop();
      versions.push(before.map((its, k) => (k === at ? Float32Array.from(numbers) : its)));
    },
    clear() { [versions, undone] = [[], []]; },
    /** @param {number} frame the one on the screen */
    show(frame) {
      row.hidden = frame !== index || !(versions.length || undone.length);
      setText(find(row, "span"), say(versions.length ? "by_hand" : "by_hand_undone"));
      for (const [name, list] of /** @type {[string, Version[]][]} */ ([["train-on", versions], ["undo-hand", versions], ["redo-hand", undone]])) {
        find(row, `[data-do='${name}']`, HTMLButtonElement).disabled = !list.length;
      }
    },
  };
}
