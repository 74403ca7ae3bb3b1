// @ts-check
// What the parts of the page that show a video tell each other: where it shall go on, and where it is.

import { untilMountedAgain } from "../../common/page/dom.js";

const SEEK = "posture-seek";
const TIME = "posture-time";

/**
 * Let the player go to this second.
 * @param {number} seconds
 */
export function seek(seconds) {
  document.dispatchEvent(new CustomEvent(SEEK, { detail: seconds }));
}

/**
 * Say at which second the player is.
 * @param {number} seconds
 */
export function tellTime(seconds) {
  document.dispatchEvent(new CustomEvent(TIME, { detail: seconds }));
}

/**
 * Call `changed` with the second that somebody wants to see.
 * @param {string} part the name of the part of the page that listens
 * @param {(seconds: number) => void} changed
 */
export function onSeek(part, changed) {
  listen(SEEK, part, changed);
}

/**
 * Call `changed` with the second at which the player is.
 * @param {string} part the name of the part of the page that listens
 * @param {(seconds: number) => void} changed
 */
export function onTime(part, changed) {
  listen(TIME, part, changed);
}

/**
 * @param {string} name
 * @param {string} part
 * @param {(seconds: number) => void} changed
 */
function listen(name, part, changed) {
  document.addEventListener(
    name,
    (event) => {
      if (event instanceof CustomEvent && Number.isFinite(event.detail)) changed(event.detail);
    },
    untilMountedAgain(`${part} ${name}`),
  );
}
