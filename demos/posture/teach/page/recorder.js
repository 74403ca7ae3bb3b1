// @ts-check
// Records a movement before the camera: what the server answers to each frame. No image is kept anywhere.

import { language } from "../../../common/page/words.js";
import { FrameStream } from "../../live/page/frame_stream.js";
import { aboutCamera, closeCamera, openCamera } from "../../live/page/webcam.js";

/** @typedef {[x: number, y: number, visibility: number][]} Points */
/** @typedef {{ t: number, points: Points | null, world: number[][] | undefined }} Recorded `t` in milliseconds */

const COUNTDOWN = 5; // seconds to get into view
const MOST = 2500; // frames, after which it is done

/**
 * `onEnd` gets null for a recording that was cancelled or failed.
 * @typedef {object} Listener
 * @property {(points: Points | null) => void} onBody where the body is now
 * @property {(left: number) => void} onCountdown whole seconds until it begins
 * @property {(seconds: number) => void} onRecording how long it has been recorded
 * @property {(recording: { frames: Recorded[], aspect: number } | null, error?: unknown) => void} onEnd
 */

export class Recorder {
  #stream;
  #listener;
  /** @type {MediaStream | null} */ #camera = null;
  #video = document.createElement("video");
  /** @type {Recorded[]} */ #frames = [];
  #begins = Infinity;
  #ended = false;
  mirrored = true;

  /** @param {string} streams the address of all streams @param {Listener} listener */
  constructor(streams, listener) {
    const url = new URL(streams, document.baseURI).href;
    this.#stream = new FrameStream(url, { exercise: "auto", language, record: "on" });
    this.#listener = listener;
    this.#video.muted = this.#video.playsInline = true;
  }

  get aspect() {
    return this.#video.videoWidth / this.#video.videoHeight || 4 / 3;
  }

  async start() {
    const opened = this.#stream.open().then(() => null, (/** @type {unknown} */ error) => error);
    try {
      const camera = await openCamera();
      if (this.#ended) return closeCamera(camera);
      this.#camera = camera;
      this.mirrored = !aboutCamera(camera).looksAway;
      this.#video.srcObject = camera;
      await this.#video.play();
      const failed = await opened;
      if (failed) throw failed;
    } catch (error) {
      this.#end(null, error);
      return;
    }
    if (this.#ended) return;
    this.#begins = performance.now() + 1000 * COUNTDOWN;
    this.#stream.send(this.#video, {
      onFrame: ({ frame, taken }) => this.#take(/** @type {any} */ (frame), taken),
      onWaiting: () => {},
      onRefused: (refused) => this.#end(null, refused),
    });
  }

  /** It is done: `onEnd` gets the recording. */
  finish() {
    this.#end({ frames: this.#frames, aspect: this.aspect });
  }

  cancel() {
    this.#end(null);
  }

  /** @param {{ points: Points | null, world?: number[][] }} frame @param {number} taken */
  #take({ points, world }, taken) {
    if (this.#ended) return;
    this.#listener.onBody(points);
    if (taken < this.#begins) {
      this.#listener.onCountdown(Math.ceil((this.#begins - taken) / 1000));
      return;
    }
    this.#frames.push({ t: Math.round(10 * taken) / 10, points: world ? points : null, world });
    this.#listener.onRecording(Math.round((taken - this.#begins) / 1000));
    if (this.#frames.length >= MOST) this.finish();
  }

  /** @param {{ frames: Recorded[], aspect: number } | null} recording @param {unknown} [error] */
  #end(recording, error) {
    if (this.#ended) return;
    this.#ended = true;
    this.#stream.end();
    closeCamera(this.#camera);
    this.#video.srcObject = null;
    this.#listener.onEnd(recording, error);
  }
}
