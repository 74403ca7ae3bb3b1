// @ts-check
// The pictures of a live session: the page keeps some of the images that it sent, in memory, and gives them to the report.

import { liveSession } from "../../live/page/live_session.js";

/** @import { Message, Points } from "./message.js" */

const EVERY = 0.18; // seconds between two that are kept
const MOST = 1500; // images: the last five minutes, some 30 MB
const NEAR = 0.3; // seconds that a picture may be off

/** @type {Message | null} of the session that ended last: a part that is mounted anew shows it again */
let latest = null;

/**
 * Call `show` with the report of each session once the camera is off, and with null when it is turned on.
 * @param {(report: Message | null) => void} show
 * @param {AddEventListenerOptions} options
 */
export function followCamera(show, options) {
  /** @type {{ t: number, image: Blob, points: Points | null }[]} */
  let kept = [];
  /** @type {string[]} addresses that the report on the page shows */
  let shown = [];

  if (latest) show(latest);
  liveSession.onState((state) => {
    if (state !== "asking") return;
    kept = [];
    show((latest = null));
  }, options);
  liveSession.onFrame(({ frame, image }) => {
    if (frame.t - (kept.at(-1)?.t ?? -1) < EVERY) return;
    kept.push({ t: frame.t, image, points: frame.points });
    if (kept.length > MOST) kept.shift();
  }, options);
  liveSession.onReport((report) => {
    for (const address of shown) URL.revokeObjectURL(address);
    shown = [];
    for (const { report: set, rows } of report?.sets ?? []) {
      for (const [at, row] of rows.entries()) {
        const second = set.repetitions[at].worst_s;
        const nearest = kept.reduce((best, one) => (Math.abs(one.t - second) < Math.abs(best.t - second) ? one : best), kept[0]);
        if (!nearest || Math.abs(nearest.t - second) > NEAR) continue;
        const address = URL.createObjectURL(nearest.image);
        shown.push(address);
        report?.pictures.push([second, address]);
        row.points = nearest.points ?? row.points;
      }
    }
    kept = [];
    show((latest = report));
  }, options);
}
