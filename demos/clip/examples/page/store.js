// @ts-check
// What the stage and the buttons of the file share: the mix, and whether the labels were changed since they were saved.

import { untilMountedAgain } from "../../../common/page/dom.js";

const bus = new EventTarget();

/** @type {{ mix: number, now: string, kept: string | null }} `mix` 0 to 1; `now` stands for the labels as they are, `kept` for
 *   those that are lost to nobody, null if the next ones are */
const state = { mix: 0.5, now: "", kept: null };

export const mix = () => state.mix;

/** @param {number} value 0 to 1 */
export function setMix(value) {
  state.mix = value;
  bus.dispatchEvent(new Event("mix"));
}

/**
 * Be told of another mix, until the part is mounted again.
 * @param {() => void} heard
 */
export const onMix = (heard) => bus.addEventListener("mix", heard, untilMountedAgain("clip/examples/mix"));

const say = () => window.glassbox.unsaved("clip-examples", changed());

/** Whether labels would be lost that are saved nowhere. */
export const changed = () => state.kept !== null && state.now !== state.kept;

/** @param {string} labels what stands for them */
export function seen(labels) {
  state.now = labels;
  state.kept ??= labels;
  say();
}

/** The labels as they are now are saved. */
export function saved() {
  state.kept = state.now;
  say();
}

/** The labels that come next are saved elsewhere. */
export function replaced() {
  state.kept = null;
  say();
}
