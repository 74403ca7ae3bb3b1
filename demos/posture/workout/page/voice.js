// @ts-check
// The coach's voice: one of the browser's own that speaks on this machine (W3C Web Speech API, `localService`), in the
// page's language. No text leaves it. Where there is none, tones take its place.
//
// A number is said the moment it is counted: a sentence under way breaks off. A sentence interrupts nothing.

import { language } from "../../../common/page/words.js";
import { countWord } from "./numerals.js";
import { Sounds } from "./sounds.js";

/** @import { Sound } from "./sounds.js" */

/** @typedef {"guidance" | "cue" | "praise"} Kind of a sentence (demos/posture/workout/announcer.py) */
/** @typedef {{ on: boolean, count: boolean, cue: boolean, praise: boolean }} Heard what the visitor wants to hear */

const REMEMBERED = "glassbox-posture-voice";
const GAP = 3000; // ms from the beginning of one sentence to that of the next, at least
const WAITS = 1500; // ms for which a sentence may wait until a number has been said
const LONGEST = 8000; // ms after which an utterance is over, though the browser has not said so

export class Voice {
  /** @type {Heard} */
  heard = { on: true, count: true, cue: true, praise: true, ...remembered() };
  #sounds = new Sounds();
  /** @type {SpeechSynthesisUtterance | null} what is being said */
  #said = null;
  #begun = -LONGEST; // when, in ms
  #sentenceAt = -GAP;
  #waiting = 0; // the timer of a sentence that waits

  /** @param {() => void} changed is called when the machine's voices become known */
  constructor(changed = () => {}) {
    this.#speech?.addEventListener?.("voiceschanged", changed);
  }

  /** @returns {SpeechSynthesis | undefined} not every browser speaks */
  get #speech() {
    return window.speechSynthesis;
  }

  /** Whether a voice of this machine speaks the page's language; if not, there are tones. */
  get speaks() {
    return this.#voice() !== null;
  }

  /** To be called from a click: browsers are silent before one. */
  unlock() {
    if (this.heard.on) this.#sounds.unlock();
  }

  /** @param {Partial<Heard>} wanted */
  hear(wanted) {
    Object.assign(this.heard, wanted);
    try { localStorage.setItem(REMEMBERED, JSON.stringify(this.heard)); } catch { /* a private window */ }
    if (!this.heard.on) this.hush();
    this.unlock();
  }

  /** Break off what is being said, and forget what waits. */
  hush() {
    clearTimeout(this.#waiting);
    if (this.#said) this.#speech?.cancel();
    this.#said = null;
  }

  /** @param {number} count of repetitions */
  sayCount(count) {
    this.sayNow(countWord(count), count % 5 ? "count" : "mark");
  }

  /**
   * A number or a word that must not come late.
   * @param {string} words
   * @param {Sound} sound in their place
   */
  sayNow(words, sound) {
    if (!this.heard.on || !this.heard.count) return;
    if (this.#said) this.#speech?.cancel();
    this.#say(words, sound, 1.2);
  }

  /** @param {Kind} kind @param {string} sentence */
  saySentence(kind, sentence) {
    if (!this.heard.on || (kind !== "guidance" && !this.heard[kind])) return;
    clearTimeout(this.#waiting);
    const asked = performance.now();
    const attempt = () => {
      const now = performance.now();
      if (now - asked > WAITS) return;
      if (this.#speaking(now) || now - this.#sentenceAt < GAP) {
        this.#waiting = window.setTimeout(attempt, 50);
        return;
      }
      this.#sentenceAt = now;
      this.#say(sentence, kind, 1);
    };
    attempt();
  }

  /** @param {number} now in ms */
  #speaking(now) {
    return this.#said !== null && now - this.#begun < LONGEST;
  }

  /** @param {string} words @param {Sound} sound @param {number} rate */
  #say(words, sound, rate) {
    const voice = this.#voice();
    if (!voice || !this.#speech) {
      this.#sounds.play(sound);
      return;
    }
    const utterance = new SpeechSynthesisUtterance(words);
    Object.assign(utterance, { voice, lang: voice.lang, rate });
    const over = () => { if (this.#said === utterance) this.#said = null; };
    utterance.onend = over;
    utterance.onerror = over;
    [this.#said, this.#begun] = [utterance, performance.now()];
    this.#speech.speak(utterance);
  }

  /** @returns {SpeechSynthesisVoice | null} one that speaks on this machine, never one of a service */
  #voice() {
    const voices = this.#speech?.getVoices() ?? [];
    const own = voices.filter((each) => each.localService && each.lang.toLowerCase().startsWith(language));
    return own.find((each) => each.default) ?? own[0] ?? null;
  }
}

/** @returns {Partial<Heard>} */
function remembered() {
  try { return JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}"); } catch { return {}; }
}
