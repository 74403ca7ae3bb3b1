// @ts-check
// The large number, the exercise and the advice beside a video or the camera (readout.html).

import { find, setText } from "../../common/page/dom.js";
import { decimals } from "../../common/page/numbers.js";

/** @import { Frame } from "./skeleton.js" */

/**
 * Show what the coach knows at one frame.
 * @param {HTMLElement} element the part of the page that holds readout.html
 * @param {Frame | null} frame null while nothing is known
 * @param {number | null} total how many repetitions there are in all, if that is known
 */
export function showReadout(element, frame, total = null) {
  const holds = frame?.kind === "hold";
  const number = !frame ? "" : holds ? decimals(frame.hold, 1) : String(frame.count);
  const place = find(element, '[data-part="number"]');
  if (place.textContent !== number) {
    if (!holds && Number(number) > Number(place.textContent)) {
      place.classList.remove("posture-bump");
      void place.offsetWidth; // so that the animation begins anew
      place.classList.add("posture-bump");
    }
    place.textContent = number;
  }
  const unit = holds ? "s" : total === null ? "" : `/ ${total}`;
  setText(find(element, '[data-part="unit"]'), frame?.unit ?? unit);
  setText(find(element, '[data-part="exercise"]'), frame?.exercise ?? "");
  setText(find(element, '[data-part="advice"]'), frame?.advice ?? "");
  setText(find(element, '[data-part="opinion"]'), frame?.opinion ?? "");
}
