// @ts-check
// Teach: the recorded body plays beside the curve of the angle that counts; its two thresholds can be dragged.

import { create, find, isStill, parseMessage, saveFile, scrolling, setText, targetOf, untilMountedAgain } from "../../../common/page/dom.js";
import { fillWords, sayFrom } from "../../../common/page/words.js";
import { drawSkeleton } from "../../page/skeleton.js";
import { Refused } from "../../live/page/frame_stream.js";
import { NoCamera } from "../../live/page/webcam.js";
import { backOf, plotOf } from "./curve.js";
import { Recorder } from "./recorder.js";

/** @import { Skeleton } from "../../page/skeleton.js" */
/** @typedef {[x: number, y: number, visibility: number][]} Points */

/**
 * What `demos.posture.teach.look.shown` sends; angles in degrees, times in seconds.
 * @typedef {object} Shown
 * @property {"shown"} mode
 * @property {string} name
 * @property {"repetitions" | "hold"} kind
 * @property {number[]} seconds
 * @property {(number | null)[]} angles
 * @property {Points[]} frames
 * @property {number[]} times of the frames
 * @property {string} measure
 * @property {boolean} falling
 * @property {number} full
 * @property {number} range
 * @property {{ start: number, turn: number, end: number }[]} shown
 * @property {number} counted
 * @property {number} one_line
 * @property {number} asked
 * @property {number} aspect
 * @property {string[]} choices
 * @property {number} chosen
 * @property {{ name: string, words: string, asked: boolean }[]} traits
 * @property {string} toml
 * @property {{ taken: string[], learned: string, file: string } | null} form
 * @property {string} used
 */
/** @typedef {{ mode: "recording", share: number, points: Points | null, aspect: number, place?: string }} Reading */

/**
 * @param {MountContext} context
 * @param {{ skeleton: Skeleton, words: Words, streams: string }} constants `streams` is the address of all cameras
 */
export function mount({ element, props, watch, trigger }, { skeleton, words, streams }) {
  const say = sayFrom(words);
  const root = find(element, '[data-part="teach"]');
  const part = (/** @type {string} */ name) => find(element, `[data-part="${name}"]`);
  const input = (/** @type {string} */ name) => find(element, `[data-part="${name}"]`, HTMLInputElement);
  const canvas = find(element, '[data-part="body"]', HTMLCanvasElement);
  const still = isStill();
  /** @type {Shown | Reading | { mode: "" } | null} */
  let message = null;
  /** @type {((seconds: number) => void) | null} */
  let moveCursor = null;
  let pointed = -1; // the second that the pointer shows on the curve
  let begun = performance.now();
  /** @type {Recorder | null} */
  let recorder = null;
  /** @type {Points | null} */
  let seen = null; // the body before the camera
  fillWords(element, say);

  function show() {
    const told = parseMessage(props.value);
    const learning = told?.mode === "learning";
    part("learning").hidden = !learning;
    find(element, '[data-do="learn"]').hidden = learning;
    if (learning) {
      find(element, '[data-part="share"]', HTMLProgressElement).value = told.share;
      setText(find(part("learning"), "span"), told.place ?? say("learning"));
      return;
    }
    message = told;
    layOut();
  }

  function layOut() {
    root.hidden = !message?.mode && !recorder;
    for (const name of ["done", "cancel"]) find(element, `[data-do="${name}"]`).hidden = !recorder;
    find(element, '[data-do="record"]').hidden = Boolean(recorder);
    if (recorder) {
      for (const name of ["reading", "bar", "set"]) part(name).hidden = true;
      part("curve").style.visibility = "hidden";
      return;
    }
    if (!message || message.mode === "") return;
    const reading = message.mode === "recording";
    part("reading").hidden = part("bar").hidden = !reading;
    part("set").hidden = reading;
    part("curve").style.visibility = reading ? "hidden" : "";
    if (message.mode === "recording") {
      find(part("bar"), "i").style.width = `${100 * message.share}%`;
      setText(part("reading"), message.place ?? say("reading"));
    }
    if (message.mode === "shown") showExercise(message);
  }

  /** @param {Shown} shown */
  function showExercise(shown) {
    const hold = shown.kind === "hold";
    begun = performance.now();
    plot();
    setText(part("number"), hold ? "" : String(shown.counted));
    setText(part("result"), hold ? say("hold") : say("counted", { asked: shown.asked }));
    part("thresholds").hidden = part("line").hidden = hold;
    setText(part("line"), say("line", { full: shown.full, number: shown.one_line }));
    input("full").value = String(shown.full);
    input("back").value = String(backOf(shown));
    if (document.activeElement !== input("name")) input("name").value = shown.name;
    const legend = create("legend", "", say("angle"));
    part("choices").replaceChildren(legend, ...shown.choices.map((choice, at) => {
      const label = create("label");
      const radio = create("input");
      Object.assign(radio, { type: "radio", name: "teach-choice", value: String(at), checked: at === shown.chosen });
      label.append(radio, choice);
      return label;
    }));
    part("traits").hidden = !shown.traits.length;
    part("traits").replaceChildren(create("legend", "", say("traits")), ...shown.traits.map((trait) => {
      const label = create("label");
      const box = create("input");
      Object.assign(box, { type: "checkbox", value: trait.name, checked: trait.asked });
      label.append(box, trait.words);
      return label;
    }));
    showForm(shown);
    part("used").hidden = !shown.used;
    setText(find(part("used"), "span"), say("used", { name: shown.used }));
  }

  /** @param {Shown} shown */
  function showForm({ form }) {
    part("form").hidden = !form;
    if (!form) return;
    part("taken").replaceChildren(...form.taken.map((taken, at) => {
      const row = create("li", "", taken);
      const button = create("button", "posture-button", "×");
      Object.assign(button, { type: "button", title: say("remove") });
      button.setAttribute("aria-label", `${say("remove")}: ${taken}`);
      button.dataset.drop = String(at);
      row.append(button);
      return row;
    }));
    find(element, '[data-do="learn"]', HTMLButtonElement).disabled = !form.taken.length;
    find(element, '[data-do="save_form"]').hidden = !form.file;
    setText(part("learned"), form.learned);
    part("learned").hidden = !form.learned;
  }

  function plot() {
    const place = part("curve");
    if (message?.mode !== "shown" || !place.clientWidth) return;
    const drawn = plotOf(message, { width: place.clientWidth, say, set, point: (seconds) => { pointed = seconds; } });
    moveCursor = drawn.moveCursor;
    place.replaceChildren(drawn.svg);
  }

  /** @param {number} full the angle to reach @param {number} back the one to come from */
  function set(full, back) {
    if (message?.mode === "shown") trigger("set", { full, range: (back - full) * (message.falling ? 1 : -1) });
  }

  function draw() {
    if (!element.isConnected) return;
    const box = /** @type {HTMLElement} */ (canvas.parentElement);
    if (box.clientWidth && (recorder || message?.mode)) {
      const size = { width: box.clientWidth, height: Math.max(box.clientHeight, 1) };
      drawSkeleton(canvas, { ...EMPTY, points: fitted(pointsNow(), size) }, skeleton, size);
    }
    requestAnimationFrame(draw);
  }

  /** @returns {Points | null} */
  function pointsNow() {
    if (recorder) return seen && recorder.mirrored ? seen.map(([x, y, clear]) => [1000 - x, y, clear]) : seen;
    if (message?.mode === "recording") return message.points;
    if (message?.mode !== "shown" || !message.times.length) return null;
    const last = message.times[message.times.length - 1];
    const playing = still ? message.shown[0]?.turn ?? 0 : ((performance.now() - begun) / 1000) % (last + 0.6);
    const seconds = Math.min(pointed >= 0 ? pointed : playing, last);
    moveCursor?.(seconds);
    const after = message.times.findIndex((time) => time >= seconds);
    return message.frames[after < 0 ? message.frames.length - 1 : after];
  }

  /**
   * The body in the middle of its box, as large as the whole recording allows.
   * @param {Points | null} points
   * @param {{ width: number, height: number }} size
   * @returns {Points | null}
   */
  function fitted(points, { width, height }) {
    if (!points) return null;
    const all = recorder ? WHOLE : message?.mode === "shown" ? message.frames : [points];
    const dots = all.flatMap((frame) => skeleton.dots.map((dot) => frame[dot]));
    const aspect = recorder?.aspect ?? (message?.mode ? message.aspect : 1);
    const [left, right] = [Math.min(...dots.map(([x]) => x)), Math.max(...dots.map(([x]) => x))];
    const [top, bottom] = [Math.min(...dots.map(([, y]) => y)), Math.max(...dots.map(([, y]) => y))];
    const scale = (recorder ? 1 : 0.8) * Math.min(width / ((right - left) * aspect), height / (bottom - top));
    return points.map(([x, y, clear]) => [
      500 + (((x - (left + right) / 2) * aspect * scale) / width) * 1000,
      500 + (((y - (top + bottom) / 2) * scale) / height) * 1000,
      clear,
    ]);
  }

  /** @param {string} [kind] "good" or "bad" for a further recording */
  function record(kind) {
    const times = document.querySelector("#posture-teach-times input");
    const asked = times instanceof HTMLInputElement ? times.value : "3";
    const mine = new Recorder(streams, {
      onBody: (points) => { seen = points; },
      onCountdown: (seconds) => setText(part("note"), say("get_ready", { seconds })),
      onRecording: (seconds) => setText(part("note"), seen ? say("recording", { times: asked, seconds }) : say("nobody")),
      onEnd: (recording, error) => {
        if (recorder === mine) recorder = seen = null;
        setText(part("note"), error ? reason(error) : "");
        layOut();
        if (recording) trigger("recorded", { ...recording, kind });
      },
    });
    recorder = mine;
    setText(part("note"), say("asking"));
    layOut();
    element.scrollIntoView({ block: "start", behavior: scrolling() }); // the buttons of good and bad stand further down
    void mine.start();
  }

  /** @param {unknown} error */
  function reason(error) {
    if (error instanceof NoCamera) return say(error.key);
    return error instanceof Refused ? error.message : say("no_answer");
  }

  const { signal } = untilMountedAgain("posture-teach");
  signal.addEventListener("abort", () => recorder?.cancel());
  window.addEventListener("pagehide", () => recorder?.cancel(), { signal });
  new ResizeObserver(() => { if (!element.offsetParent) recorder?.cancel(); }).observe(element);
  watch("value", show);
  show();
  requestAnimationFrame(draw);
  new ResizeObserver(plot).observe(part("curve"));
  element.addEventListener("change", (event) => {
    const changed = event.target;
    if (!(changed instanceof HTMLInputElement) || message?.mode !== "shown") return;
    if (changed.type === "radio") trigger("choose", { chosen: Number(changed.value) });
    else if (changed.type === "checkbox") trigger("ask", { trait: changed.value, asked: changed.checked });
    else if (changed.type === "number") set(Number(input("full").value), Number(input("back").value));
  });
  element.addEventListener("click", (event) => {
    const pressed = targetOf(event, "button");
    if (!pressed) return;
    if (pressed.dataset.do === "record") record();
    else if (pressed.dataset.kind) record(pressed.dataset.kind);
    else if (pressed.dataset.upload) document.getElementById(`posture-teach-${pressed.dataset.upload}`)?.click();
    else if (pressed.dataset.drop) trigger("drop", { recording: Number(pressed.dataset.drop) });
    else if (pressed.dataset.do === "learn") trigger("learn");
    else if (pressed.dataset.do === "save_form" && message?.mode === "shown") saveForm(message);
    else if (pressed.dataset.do === "done") recorder?.finish();
    else if (pressed.dataset.do === "cancel") recorder?.cancel();
    else if (pressed.dataset.view) trigger("open", { view: pressed.dataset.view });
    else if (pressed.dataset.do === "stop") trigger("stop");
    else if (pressed.dataset.do === "use") trigger("use", { name: input("name").value });
    else if (pressed.dataset.do === "save" && message?.mode === "shown") save(message);
  });

  /** @param {Shown} shown */
  function save(shown) {
    const { file, toml } = named(shown);
    saveFile(`${file}.toml`, [toml], "application/toml");
  }

  /** What learned good from bad, with the exercise in it. @param {Shown} shown */
  function saveForm(shown) {
    const { file, toml } = named(shown);
    const bytes = Uint8Array.from(atob(shown.form?.file ?? ""), (letter) => letter.charCodeAt(0));
    saveFile(`${file}.safetensors`, withExercise(bytes, toml), "application/octet-stream");
  }

  /** The exercise as a file, under the name that is written now. @param {Shown} shown */
  function named({ toml, name }) {
    const wanted = input("name").value.trim() || name;
    const quoted = JSON.stringify(wanted);
    const file = wanted.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^_+|_+$/g, "") || "exercise";
    return { file, toml: toml.replace(/^(name|plural) = .*$/gm, (_, word) => `${word} = { en = ${quoted}, ko = ${quoted} }`) };
  }
}

/**
 * Safetensors with the exercise among their metadata: eight bytes of length, a header in JSON, the tensors.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} exercise
 */
function withExercise(bytes, exercise) {
  const ends = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, ends)));
  header.__metadata__.about = JSON.stringify({ ...JSON.parse(header.__metadata__.about), exercise }); // as form.write
  let text = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(8 * Math.ceil(text.length / 8)).fill(32);
  padded.set(text);
  text = padded;
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return [length, text, bytes.subarray(ends)];
}

/** The corners of the camera's image, as points of two bodies. @type {Points[]} */
const WHOLE = [[0, 0], [1000, 1000]].map(([x, y]) => Array.from({ length: 33 }, () => [x, y, 0]));
const EMPTY = { t: 0, angles: [], count: 0, hold: 0, kind: "", exercise: "", advice: "" };
