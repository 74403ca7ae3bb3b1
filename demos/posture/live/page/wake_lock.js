// @ts-check
// Keeps the screen awake while the camera is on: nobody touches the machine while doing push-ups (W3C Screen Wake Lock).

export class WakeLock {
  #wanted = false;
  /** @type {WakeLockSentinel | null} */
  #lock = null;

  /** @param {boolean} wanted */
  async keep(wanted) {
    this.#wanted = wanted;
    if (!wanted) {
      await this.#lock?.release();
      this.#lock = null;
      return;
    }
    await this.again();
  }

  /** A page that was hidden has lost its lock; ask for it anew. */
  async again() {
    if (!this.#wanted || document.hidden || (this.#lock && !this.#lock.released)) return;
    try {
      this.#lock = (await navigator.wakeLock?.request("screen")) ?? null;
      if (!this.#wanted) await this.keep(false);
    } catch { /* low battery, or a browser that has none: the screen may go dark */ }
  }
}
