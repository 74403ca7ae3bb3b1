// @ts-check
// When an image is worth sending: one is looked at, one more may be on its way or wait its turn, so that the server need
// not wait for it; and that one is as new as can be. Moments and lengths of time are in milliseconds.

const MOST = 2; // under way at once (AT_ONCE in demos/posture/live/endpoint.py)
const SHARE = 0.2; // of the newest one in what is usual
const LONGEST = 250; // between two images: what takes longer was a pause

/** @param {number} usual NaN if it is not known yet @param {number} newest */
const blended = (usual, newest) => (Number.isNaN(usual) ? newest : usual + SHARE * (newest - usual));

export class Pace {
  /** @type {{ at: number, alone: boolean }[]} when those under way were sent, the oldest first; if none was before them */
  #underWay = [];
  #answered = 0;
  #work = NaN; // that the server takes for an image
  #way = NaN; // there and back, without the work
  #shown = 0;
  #between = 33;

  /**
   * The camera shows its next image.
   * @param {number} now
   */
  show(now) {
    const between = now - this.#shown;
    if (between < LONGEST) this.#between = blended(this.#between, between);
    this.#shown = now;
  }

  /** Whether to send the image that is shown: not if the next one will be there in time for its turn. */
  get isTime() {
    if (!this.#underWay.length) return true;
    if (this.#underWay.length >= MOST || Number.isNaN(this.#way)) return false;
    const due = Math.max(this.#underWay[0].at + this.#way, this.#answered) + this.#work;
    return this.#shown + this.#between > due - this.#way;
  }

  /** @param {number} now */
  send(now) {
    this.#underWay.push({ at: now, alone: !this.#underWay.length });
  }

  /**
   * The oldest one under way is answered.
   * @param {number} now
   * @param {number} work that the server says it took
   */
  answer(now, work) {
    const { at, alone } = this.#underWay[0];
    this.#work = blended(this.#work, work);
    if (alone) this.#way = blended(this.#way, Math.max(0, now - at - work));
    this.fail(now);
  }

  /**
   * It will not be answered.
   * @param {number} now
   */
  fail(now) {
    this.#underWay.shift();
    this.#answered = now;
  }
}
