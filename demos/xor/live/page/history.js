// @ts-check
// The run's frames so far, kept in the browser: what the time line goes back and forth through.

import { floatsOf } from "../../../common/page/base64.js";
import { makeNet } from "../../page/net.js";

/** @import { Line, Net, Place, Spec, View } from "../../page/net.js" */
/** @import { Proof } from "../../proof/page/proof.js" */

/**
 * A learner at one step, as `look.py` tells it; what is not known or no number is missing or null.
 * @typedef {{ step: number, epoch: number, corrections?: number, loss: number | null, accuracy: number,
 *   solved_at?: number, test_loss?: number, test_accuracy?: number, positive?: (number | null)[],
 *   negative?: (number | null)[], weights: string }} Snapshot
 */
/** @typedef {{ index: number, learners: Snapshot[], nets: Net[] }} Frame all learners at one moment of the run */
/** @typedef {{ step: number, period: number, errors: number[], lines: Line[] }} Cycle */
/** @typedef {{ mean: Place, std: Place }} Scale of coordinates on which nets hardly learn */
/**
 * A run and its newest frames; its points do not come with every message.
 * @typedef {{ run: number, version: number, running: boolean, over: boolean, arrived: boolean, after: number | null,
 *   fps: number, speed: number, stop: boolean, view: View, own: boolean, inside: string, hide: boolean,
 *   discretise: boolean, points?: Place[], classes?: number[],
 *   test_points?: Place[], test_classes?: number[], limits: { steps: number, patience: number, epochs: number },
 *   standardised: boolean, scale: Scale | null,
 *   line: { gamma: number, radius: number, bound: number } | null, goes_on: boolean, proof: Proof | null, cycle: Cycle | null, learners: (Spec & { lr?: number })[],
 *   frames: { index: number, learners: Snapshot[] }[] }} RunMessage
 */
/** @typedef {ReturnType<typeof makeHistory>} History */

const MOST_FRAMES = 2400; // a longer history loses every second one of its older half

export function makeHistory() {
  /** @type {RunMessage | null} */
  let head = null;
  /** @type {Frame[]} */
  let frames = [];

  // What the newest message said of the run. An error before the first one.
  function present() {
    if (!head) throw new Error("No message has come yet.");
    return head;
  }

  /**
   * The net of a learner in a frame, unpacked once.
   * @param {Frame} frame
   * @param {number} at
   */
  function netOf(frame, at) {
    frame.nets[at] ||= makeNet(present().learners[at], floatsOf(frame.learners[at].weights));
    return frame.nets[at];
  }

  function thin() {
    const half = frames.length >> 1;
    frames = frames.filter((_, at) => at === 0 || at >= half || at % 2 === 0);
  }

  // How many frames are not after number `index`.
  const countUntil = (/** @type {number} */ index) => frames.filter((frame) => frame.index <= index).length;

  return {
    get head() { return present(); },
    get isEmpty() { return !frames.length; },
    get frames() { return frames; },
    get first() { return frames[0]; },
    get last() { return frames[frames.length - 1]; },
    netOf,

    /**
     * True if the message begins another run. A run that goes on from a frame of the one before keeps those up to it.
     * @param {RunMessage} message
     */
    add(message) {
      const another = !head || head.run !== message.run;
      if (another) frames = message.after === null ? [] : frames.slice(0, countUntil(message.after));
      head = message;
      const newest = frames.length ? frames[frames.length - 1].index : -1;
      frames.push(...message.frames.filter(({ index }) => index > newest).map((frame) => ({ ...frame, nets: [] })));
      if (frames.length > MOST_FRAMES) thin();
      return another;
    },

    /**
     * The place in `frames` of the last one that is not after number `index`.
     * @param {number} index
     */
    find(index) {
      let [low, high] = [0, frames.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (frames[middle].index <= index) low = middle;
        else high = middle - 1;
      }
      return low;
    },
  };
}
