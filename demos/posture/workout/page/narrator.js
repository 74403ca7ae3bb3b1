// @ts-check
// Makes of one frame after the other what is heard: counts and countdowns from their numbers, sentences as the server
// gives them. So nothing is said twice, and a frame that is lost loses no count.

/** @import { Frame } from "../../page/skeleton.js" */
/** @import { Say } from "../../../common/page/words.js" */
/** @import { Kind, Voice } from "./voice.js" */

/**
 * What demos/posture/workout/look.py says of a workout.
 * @typedef {object} Workout
 * @property {"positioning" | "ready" | "countdown" | "set" | "rest" | "done"} state
 * @property {number} set
 * @property {number} sets
 * @property {number} target
 * @property {boolean} by_time
 * @property {number | null} remaining whole seconds to the end of the state
 * @property {number} hand percent of the second for which a hand is up
 * @property {[left: number, top: number, right: number, bottom: number] | null} box where to be, in percent of the image
 * @property {[name: string, count: number, hold: number][]} done
 */

/** @typedef {Frame & { workout?: Workout | null, say?: [number: number, kind: Kind, sentence: string] | null }} LiveFrame */

const HELD = 10; // seconds of a position between two that are said
const LAST = 3; // seconds that are counted down

export class Narrator {
  #voice;
  #say;
  #count = 0;
  #held = 0;
  #state = "";
  /** @type {number | null} */
  #remaining = null;

  /** @param {Voice} voice @param {Say} say */
  constructor(voice, say) {
    this.#voice = voice;
    this.#say = say;
  }

  /** @param {LiveFrame} frame */
  hear(frame) {
    const workout = frame.workout ?? null;
    const state = workout?.state ?? "set";
    if (state !== this.#state) {
      if (this.#state === "set" && frame.count > this.#count) this.#voice.sayCount(frame.count); // it ended the set
      if (state === "set" && this.#state === "countdown") this.#voice.sayNow(this.#say("go"), "go");
      this.#count = state === "set" && !workout ? frame.count : 0;
      this.#held = this.#tens(frame);
      this.#remaining = null;
    }
    this.#state = state;
    if (state === "set") this.#hearSet(frame);
    if (workout && (state === "countdown" || state === "set")) this.#hearClock(workout.remaining);
    if (frame.say) this.#voice.saySentence(frame.say[1], frame.say[2]);
  }

  /** @param {LiveFrame} frame */
  #hearSet(frame) {
    if (frame.count > this.#count) this.#voice.sayCount(frame.count);
    this.#count = frame.count; // it falls when counting begins anew
    const held = this.#tens(frame);
    if (held > this.#held) this.#voice.sayNow(this.#say("seconds", { number: held * HELD }), "mark");
    this.#held = held;
  }

  /** @param {number | null} remaining */
  #hearClock(remaining) {
    if (remaining !== this.#remaining && remaining && remaining <= LAST) {
      this.#voice.sayNow(this.#say(`last_${remaining}`), "tick");
    }
    this.#remaining = remaining;
  }

  /** @param {LiveFrame} frame */
  #tens(frame) {
    return frame.kind === "hold" ? Math.floor(frame.hold / HELD) : 0;
  }
}
