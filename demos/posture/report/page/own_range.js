// @ts-check
// Tells the camera's coach how far the visitor goes, in the exercises in which they want to be asked for no more.

import { liveSession } from "../../live/page/live_session.js";
import { onChange, personalRange, read } from "./history.js";

/** @import { Directions } from "./history_view.js" */

/**
 * @param {Directions} directions
 * @param {AddEventListenerOptions} options
 */
export function tellRange(directions, options) {
  const tell = () => {
    const exercise = String(liveSession.settings.exercise);
    const direction = read()?.own_range.includes(exercise) ? directions[exercise] : undefined;
    const range = direction ? personalRange(exercise, direction) : null;
    liveSession.change({ range: range === null ? "" : String(range) });
  };
  liveSession.onChange((what) => { if (what === "settings") tell(); }, options);
  onChange(tell, options);
  tell();
}
