// @ts-check
// Tells the coaches how far the visitor goes, in the exercises in which they want to be asked for no more.

import { liveSession } from "../../live/page/live_session.js";
import { onChange, personalRange, read } from "./history.js";

/** @import { Directions } from "./history_view.js" */

/**
 * Tell the camera's.
 * @param {Directions} directions
 * @param {AddEventListenerOptions} options
 */
export function tellRange(directions, options) {
  const tell = () => {
    const range = wantedRange(String(liveSession.settings.exercise), directions);
    liveSession.change({ range: range === null ? "" : String(range) });
  };
  liveSession.onChange((what) => { if (what === "settings") tell(); }, options);
  onChange(tell, options);
  tell();
}

/**
 * Tell those of videos, now and whenever one changes.
 * @param {Directions} directions
 * @param {(ranges: Record<string, number>) => void} told of the exercises by their slugs, in degrees
 * @param {AddEventListenerOptions} options
 */
export function tellRanges(directions, told, options) {
  let before = "{}";
  const tell = () => {
    /** @type {Record<string, number>} */
    const ranges = {};
    for (const exercise of Object.keys(directions)) {
      const range = wantedRange(exercise, directions);
      if (range !== null) ranges[exercise] = range;
    }
    if (JSON.stringify(ranges) === before) return;
    before = JSON.stringify(ranges);
    told(ranges);
  };
  onChange(tell, options);
  tell();
}

/**
 * Where the visitor's range ends in an exercise, if they want to be asked for no more.
 * @param {string} exercise
 * @param {Directions} directions
 */
function wantedRange(exercise, directions) {
  const direction = read()?.own_range.includes(exercise) ? directions[exercise] : undefined;
  return direction ? personalRange(exercise, direction) : null;
}
