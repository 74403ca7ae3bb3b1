// @ts-check
// What the scripts of this view share: the state of the camera, each answered frame, and what the server is told.

/** @import { Message } from "../../report/page/message.js" */
/** @import { LiveFrame } from "../../workout/page/narrator.js" */

/**
 * Off; asking the visitor for the camera; on: frames are sent.
 * @typedef {"off" | "asking" | "on"} CameraState
 */

/** @typedef {"restart" | "next" | "end"} Order what a stream can be told to do (demos/posture/live/endpoint.py) */

/**
 * A frame with the image that was sent, and the moments (performance.now) at which its image was taken and its answer arrived.
 * @typedef {{ frame: LiveFrame, image: Blob, taken: number, answered: number }} AnsweredFrame
 */

class LiveSession {
  /** @type {CameraState} */
  state = "off";
  /** @type {Record<string, unknown>} what the server is told with the next frame (demos/posture/live/settings.py) */
  settings = { exercise: "auto", language: window.glassbox.language };
  #target = new EventTarget();

  /**
   * @param {(state: CameraState) => void} listener
   * @param {AddEventListenerOptions} [options]
   */
  onState(listener, options) {
    this.#on("state", listener, options);
  }

  /**
   * @param {(answered: AnsweredFrame) => void} listener
   * @param {AddEventListenerOptions} [options]
   */
  onFrame(listener, options) {
    this.#on("frame", listener, options);
  }

  /**
   * The camera is off, and this is what the sets were like; null if nothing was tried.
   * @param {(report: Message | null) => void} listener
   * @param {AddEventListenerOptions} [options]
   */
  onReport(listener, options) {
    this.#on("report", listener, options);
  }

  /** @param {Message | null} report */
  setReport(report) {
    this.#tell("report", report);
  }

  /**
   * The settings have changed, or something is to be done: to count anew; of a workout, to go on or to end it.
   * @param {(what: "settings" | Order) => void} listener
   * @param {AddEventListenerOptions} [options]
   */
  onChange(listener, options) {
    this.#on("change", listener, options);
  }

  /** @param {CameraState} state */
  setState(state) {
    if (this.state === state) return;
    this.state = state;
    this.#tell("state", state);
  }

  /** @param {AnsweredFrame} answered */
  setFrame(answered) {
    this.#tell("frame", answered);
  }

  /** @param {Record<string, unknown>} settings those that change */
  change(settings) {
    const names = Object.keys(settings);
    if (names.every((name) => this.settings[name] === settings[name])) return;
    Object.assign(this.settings, settings);
    this.#tell("change", "settings");
  }

  /** @param {Order} what */
  order(what) {
    this.#tell("change", what);
  }

  /**
   * @param {string} kind
   * @param {(detail: any) => void} listener
   * @param {AddEventListenerOptions} [options]
   */
  #on(kind, listener, options) {
    this.#target.addEventListener(kind, (event) => listener(/** @type {CustomEvent} */ (event).detail), options);
  }

  /** @param {string} kind @param {unknown} detail */
  #tell(kind, detail) {
    this.#target.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

export const liveSession = new LiveSession();

window.addEventListener("glassbox:language", () => liveSession.change({ language: window.glassbox.language }));
