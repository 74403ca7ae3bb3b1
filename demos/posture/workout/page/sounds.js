// @ts-check
// Short tones for browsers that have no voice of their own in the page's language (Web Audio API).

/** @typedef {"count" | "mark" | "tick" | "go" | "guidance" | "cue" | "praise"} Sound */

/** Hertz, seconds after the beginning, and how long, of each tone. @type {Record<Sound, [number, number, number][]>} */
const TONES = {
  count: [[880, 0, 0.09]],
  mark: [[880, 0, 0.09], [1320, 0.11, 0.14]], // every fifth
  tick: [[587, 0, 0.12]],
  go: [[1175, 0, 0.4]],
  guidance: [[440, 0, 0.18], [440, 0.24, 0.18]],
  cue: [[659, 0, 0.16], [494, 0.18, 0.26]],
  praise: [[659, 0, 0.1], [784, 0.11, 0.1], [988, 0.22, 0.2]],
};
const LOUD = 0.25;

export class Sounds {
  /** @type {AudioContext | null} */
  #context = null;

  /** To be called from a click: browsers play nothing before one. */
  unlock() {
    if (!("AudioContext" in window)) return;
    this.#context ??= new AudioContext();
    void this.#context.resume();
  }

  /** @param {Sound} name */
  play(name) {
    this.unlock();
    const context = this.#context;
    if (!context) return;
    for (const [frequency, after, seconds] of TONES[name]) {
      const begin = context.currentTime + after;
      const [tone, volume] = [new OscillatorNode(context, { type: "triangle", frequency }), new GainNode(context)];
      volume.gain.setValueAtTime(0, begin);
      volume.gain.linearRampToValueAtTime(LOUD, begin + 0.01);
      volume.gain.exponentialRampToValueAtTime(0.001, begin + seconds);
      tone.connect(volume).connect(context.destination);
      tone.start(begin);
      tone.stop(begin + seconds);
    }
  }
}
