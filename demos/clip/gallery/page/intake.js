// @ts-check
// What happens to the images that are chosen: made smaller, sent batch by batch, the next one made ready meanwhile.

import { base64Of, shrink } from "./shrink.js";
import { chosen, know, pictures, state } from "./store.js";

/** @import { Found } from "./shrink.js" */
/** @import { Say } from "../../../common/page/words.js" */
/**
 * @typedef {{ batch: number, items: { number: number, name: string, thumbnail: string }[],
 *   failed: { number: number, name: string, sentence: string }[], refused?: string }} Reply as look.received makes it
 * @typedef {{ batch: number, place: string }} Waiting what comes before it, while the batch stands in line
 * @typedef {{ number: number, name: string, identity: string, blob: Blob, shown: boolean }} Ready an image as it will be
 *   sent
 */

const PATIENCE = 180_000; // milliseconds until an answer is given up
const REFRESH_EVERY = 10; // batches after which what is there is shown

/** What was sent of each image, for another model. @type {Map<number, Blob>} */
export const sent = new Map();

/** @param {Found} found */
const identityOf = ({ file, path }) => `${path} ${file.size} ${file.lastModified}`;

/**
 * What did not get into the gallery may be chosen again.
 * @param {Ready} image
 */
function drop({ number, identity }) {
  pictures.delete(number);
  sent.delete(number);
  chosen.delete(identity);
}

/** What happens to the images that are chosen, one after the other. */
export class Intake {
  /**
   * @param {{ words: Words, suffixes: string[], side: number, most_bytes: number, batch_size: number }} constants
   * @param {Say} say
   * @param {MountContext["trigger"]} trigger
   * @param {() => void} changed
   */
  constructor(constants, say, trigger, changed) {
    this.constants = constants;
    this.suffixes = new Set(constants.suffixes);
    this.say = say;
    this.trigger = trigger;
    this.changed = changed;
    /** @type {Found[]} */
    this.waiting = [];
    /** @type {Ready[]} images of this page that a new model has not seen */
    this.again = [];
    /** @type {Map<number, (reply: Reply | Waiting | null) => void>} who waits for the answer to a batch */
    this.asked = new Map();
    this.place = ""; // in line
    /** @type {(() => void) | null} what waits until nothing is under way */
    this.afterwards = null;
    this.running = false;
    this.stopped = false;
    this.resending = false;
    this.batches = 0;
    this.done = 0;
    this.total = 0;
    this.added = 0;
    this.known = 0;
    this.left = 0;
    /** @type {string[]} */
    this.failed = [];
  }

  begin() {
    this.stopped = this.resending = false;
    this.done = this.total = this.added = this.known = this.left = 0;
    this.failed = [];
  }

  /** @param {Found[]} found */
  take(found) {
    if (!found.length) return;
    if (!this.running) this.begin();
    this.waiting.push(...found);
    this.total += found.length;
    this.run();
  }

  /** @param {Ready[]} images */
  resend(images) {
    if (!images.length || this.running) return;
    this.begin();
    this.resending = true;
    this.again.push(...images);
    this.total = images.length;
    this.run();
  }

  /** @param {() => void} [then] once nothing is under way any more */
  stop(then) {
    this.stopped = true;
    if (this.running) this.trigger("stop");
    if (this.running && then) this.afterwards = then;
    else then?.();
    this.changed();
  }

  /** @param {Reply | Waiting} reply */
  answered(reply) {
    this.asked.get(reply.batch)?.(reply);
  }

  /** Batch after batch; the next one is made ready while the one before is under way. */
  async run() {
    if (this.running) return;
    this.running = true;
    this.changed();
    /** @type {Promise<void> | null} */
    let underWay = null;
    while ((this.waiting.length || this.again.length) && !this.stopped) {
      const batch = await this.prepare();
      await underWay;
      underWay = null;
      if (this.stopped) {
        this.left += batch.length;
        batch.forEach(drop);
      } else if (batch.length) {
        underWay = this.send(batch);
      }
      if (this.batches % REFRESH_EVERY === 1) this.trigger("refresh");
      this.changed();
    }
    await underWay;
    this.left += this.waiting.length + this.again.length;
    this.waiting.length = this.again.length = 0;
    this.running = false;
    this.changed();
    if (this.afterwards) this.afterwards();
    else this.trigger("refresh");
    this.afterwards = null;
  }

  /** The next images that can be sent. */
  async prepare() {
    /** @type {Ready[]} */
    const batch = this.again.splice(0, this.constants.batch_size);
    this.done += batch.length;
    while (batch.length < this.constants.batch_size && this.waiting.length && !this.stopped) {
      const found = this.waiting.shift();
      if (!found) break;
      this.done += 1;
      const ready = await this.ready(found);
      if (ready) batch.push(ready);
      this.changed();
    }
    return batch;
  }

  /**
   * @param {Found} found
   * @returns {Promise<Ready | null>} null for what is here already or cannot be sent
   */
  async ready(found) {
    const { file, path } = found;
    if (chosen.has(identityOf(found))) {
      this.known += 1;
      return null;
    }
    const suffix = /\.[^./]+$/.exec(file.name.toLowerCase())?.[0] ?? "";
    if (!this.suffixes.has(suffix) && !file.type.startsWith("image/")) {
      this.failed.push(this.say("no_image", { name: path }));
      return null;
    }
    const small = await shrink(file, this.constants.side);
    if (!small && file.size > this.constants.most_bytes) {
      this.failed.push(this.say("too_large", { name: path }));
      return null;
    }
    const number = state.next++;
    chosen.add(identityOf(found));
    const blob = small ?? file;
    pictures.set(number, { name: path, url: small ? URL.createObjectURL(small) : "", file: small ? file : null });
    sent.set(number, blob);
    return { number, name: path, identity: identityOf(found), blob, shown: Boolean(small) };
  }

  /** @param {Ready[]} batch */
  async send(batch) {
    const number = ++this.batches;
    const images = await Promise.all(batch.map(async ({ number: image, name, blob, shown }) => ({
      number: image, name, shown, data: await base64Of(blob).catch(() => ""),
    })));
    const reply = await new Promise((/** @type {(reply: Reply | null) => void} */ resolve) => {
      let patience = setTimeout(resolve, PATIENCE, null);
      this.asked.set(number, (answer) => {
        clearTimeout(patience);
        this.place = answer && "place" in answer ? answer.place : "";
        if (answer && "place" in answer) patience = setTimeout(resolve, PATIENCE, null);
        else resolve(answer);
        this.changed();
      });
      this.trigger("batch", { batch: number, images });
    });
    this.asked.delete(number);
    this.place = "";
    for (const item of reply?.items ?? []) know(item);
    this.added += reply?.items.length ?? 0;
    this.failed.push(...(reply?.failed ?? []).map(({ sentence }) => sentence));
    if (reply?.refused) this.failed.push(reply.refused);
    if (!reply) this.failed.push(...batch.map(({ name }) => this.say("unanswered", { name })));
    const there = new Set(reply?.items.map((item) => item.number));
    batch.filter((each) => !there.has(each.number)).forEach(drop);
    if (this.stopped) this.left += batch.length - there.size - (reply?.failed.length ?? 0);
    this.changed();
  }
}
