// @ts-check
// Sends a video's frames to the server, always the newest: while one is looked at the next is on its way (pace.js), and
// what comes faster than that is dropped. So nothing waits in a queue.

import { contextOf } from "../../../common/page/canvas.js";
import { Pace } from "./pace.js";

/** @import { Message } from "../../report/page/message.js" */
/** @import { AnsweredFrame, Order } from "./live_session.js" */

const WIDTH = 480; // pixels of the image that is sent; the landmarker itself sees 256 × 256
const QUALITY = 0.8;
const AGAIN_AFTER = 1000; // ms, when the server does not answer
const PATIENCE = 15_000; // ms for one answer

/** What the server refuses with a sentence of its own. */
export class Refused extends Error {
  /** @param {number} status @param {string} sentence */
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

/**
 * @typedef {object} Listener
 * @property {(answered: AnsweredFrame) => void} onFrame
 * @property {(waiting: boolean) => void} onWaiting whether the server fails to answer
 * @property {(refused: Refused) => void} onRefused the stream has ended for good
 */

export class FrameStream {
  /** @type {string} */ #url;
  /** @type {string} */ #language;
  /** @type {Record<string, unknown>} */ #settings;
  #name = "";
  /** @type {Promise<void> | null} another stream is being opened */
  #opening = null;
  #ended = new AbortController();
  #canvas = document.createElement("canvas");
  /** @type {(report: Message | null) => void} told at the end what the sets were like */
  onReport = () => {};

  /**
   * @param {string} url of all streams
   * @param {Record<string, unknown>} settings as the server reads them; sent again whenever a stream is opened
   */
  constructor(url, settings) {
    this.#url = url;
    this.#settings = settings;
    this.#language = String(settings.language);
  }

  /** Ask the server for a stream. Throws Refused, or TypeError if the server cannot be reached. */
  async open() {
    // To its end, whatever happens meanwhile: only who knows the stream's name can say goodbye to it.
    const answer = await this.#ask("POST", "", JSON.stringify(this.#settings), AbortSignal.timeout(PATIENCE));
    this.#name = `/${(await answer.json()).stream}`;
    if (this.#ended.signal.aborted) this.#goodbye();
  }

  /** @param {Record<string, unknown>} settings */
  async change(settings) {
    this.#language = String(settings.language);
    this.#settings = settings;
    await this.#order("PUT", this.#name, JSON.stringify(settings));
  }

  /** @param {Order} what */
  async order(what) {
    await this.#order("POST", `${this.#name}/${what}`);
  }

  /**
   * Follow somebody else.
   * @param {number} x of the image, from 0 to 1
   * @param {number} y
   */
  async follow(x, y) {
    await this.#order("POST", `${this.#name}/person`, JSON.stringify({ x, y }));
  }

  /** Nothing is sent any more, and the server is told so, also from a page that is being left. */
  end() {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    this.#goodbye();
  }

  /**
   * Send what `video` shows until the stream ends.
   * @param {HTMLVideoElement} video
   * @param {Listener} listener
   */
  send(video, listener) {
    const { signal } = this.#ended;
    const pace = new Pace();
    let [fresh, waiting, paused] = [false, false, false];
    let inOrder = Promise.resolve();

    const consider = () => {
      if (!fresh || paused || signal.aborted || !pace.isTime) return;
      fresh = false;
      pace.send(performance.now());
      const answer = this.#lookAt(video);
      answer.catch(() => {}); // heard of when its turn comes
      inOrder = inOrder.then(() => answer).then(hear, fail).then(consider);
    };
    const hear = (/** @type {{ answered: AnsweredFrame, work: number }} */ { answered, work }) => {
      pace.answer(answered.answered, work);
      if (signal.aborted) return;
      if (waiting) listener.onWaiting((waiting = false));
      listener.onFrame(answered);
    };
    const fail = (/** @type {unknown} */ error) => {
      pace.fail(performance.now());
      if (signal.aborted) return;
      if (error instanceof Refused && error.status !== 409 && error.status < 500) {
        listener.onRefused(error);
        return;
      }
      if (!waiting) listener.onWaiting((waiting = true));
      paused = true;
      setTimeout(() => { paused = false; consider(); }, AGAIN_AFTER);
    };
    eachFrame(video, signal, () => {
      fresh = true;
      pace.show(performance.now());
      consider();
    });
  }

  /**
   * What is said of what `video` shows now, and the milliseconds of work that it was.
   * @param {HTMLVideoElement} video
   * @returns {Promise<{ answered: AnsweredFrame, work: number }>}
   */
  async #lookAt(video) {
    const taken = performance.now();
    const image = await this.#jpeg(video);
    const answer = await this.#post(image);
    const frame = await answer.json();
    return { answered: { frame, image, taken, answered: performance.now() }, work: workOf(answer) };
  }

  /**
   * The server closes a stream that falls silent; then a new one is opened.
   * @param {Blob} image
   */
  async #post(image) {
    const name = this.#name;
    try {
      return await this.#ask("POST", name, image);
    } catch (error) {
      if (!(error instanceof Refused && error.status === 404)) throw error;
    }
    if (this.#name === name) await (this.#opening ??= this.open().finally(() => { this.#opening = null; }));
    return this.#ask("POST", this.#name, image);
  }

  /** @param {HTMLVideoElement} video @returns {Promise<Blob>} what it shows now */
  async #jpeg(video) {
    const scale = Math.min(1, WIDTH / Math.max(video.videoWidth, video.videoHeight));
    const [width, height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)];
    const canvas = this.#canvas;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    contextOf(canvas, { alpha: false }).drawImage(video, 0, 0, width, height);
    return new Promise((done, failed) => {
      canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no image"))), "image/jpeg", QUALITY);
    });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Blob | string} [body]
   * @param {AbortSignal} [signal]
   */
  async #ask(method, path, body, signal = AbortSignal.any([this.#ended.signal, AbortSignal.timeout(PATIENCE)])) {
    const answer = await fetch(this.#url + path, {
      method,
      body,
      headers: {
        "Accept-Language": this.#language,
        ...(body instanceof Blob ? { "Content-Type": "image/jpeg" } : {}),
      },
      signal,
    });
    if (answer.ok) return answer;
    const said = await answer.json().catch(() => ({}));
    throw new Refused(answer.status, String(said.error ?? answer.status));
  }

  /** What needs no answer: a stream that is gone is opened anew with the next frame, and with the newest settings.
   * @param {string} method
   * @param {string} path
   * @param {string} [body]
   */
  async #order(method, path, body) {
    if (!this.#name || this.#ended.signal.aborted) return;
    try {
      await this.#ask(method, path, body);
    } catch (error) {
      if (error instanceof Refused && error.status !== 404) throw error;
    }
  }

  #goodbye() {
    if (!this.#name) return;
    const name = this.#name;
    this.#name = "";
    fetch(this.#url + name, { method: "DELETE", keepalive: true })
      .then(async (answer) => { if (answer.ok) this.onReport(await answer.json()); })
      .catch(() => {}); // the page is being left, or the server has closed the stream before
  }
}

/** @param {Response} answer */
function workOf(answer) {
  return Number(/dur=([\d.]+)/.exec(answer.headers.get("Server-Timing") ?? "")?.[1] ?? 0);
}

/**
 * Call `show` with each frame that the video shows, until the `signal`. A hidden page shows none.
 * @param {HTMLVideoElement} video
 * @param {AbortSignal} signal
 * @param {() => void} show
 */
function eachFrame(video, signal, show) {
  const next = () => {
    if (signal.aborted) return;
    if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(shown);
    else requestAnimationFrame(shown);
  };
  const shown = () => {
    if (video.videoWidth > 0) show();
    next();
  };
  next();
}
