// @ts-check
// Teach: the recorded body plays beside the curve of the angle that counts; its two thresholds can be dragged.

import { create, find, findAll, parseMessage, saveFile, setText, targetOf } from "../../../common/page/dom.js";
import { fillWords, sayFrom } from "../../../common/page/words.js";
import { drawSkeleton } from "../../page/skeleton.js";
import { backOf, plotOf } from "./curve.js";

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
 * @property {string[]} choices
 * @property {number} chosen
 * @property {string} toml
 * @property {string} used
 */
/** @typedef {{ mode: "recording", share: number, points: Points | null, aspect: number }} Reading */

const ASPECT = 4 / 3; // of the body's frame; landmarks are drawn within the box that they fill

/**
 * @param {MountContext} context
 * @param {{ skeleton: Skeleton, words: Words }} constants
 */
export function mount({ element, props, watch, trigger }, { skeleton, words }) {
  const say = sayFrom(words);
  const root = find(element, '[data-part="teach"]');
  const part = (/** @type {string} */ name) => find(element, `[data-part="${name}"]`);
  const input = (/** @type {string} */ name) => find(element, `[data-part="${name}"]`, HTMLInputElement);
  const canvas = find(element, '[data-part="body"]', HTMLCanvasElement);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  /** @type {Shown | Reading | { mode: "" } | null} */
  let message = null;
  /** @type {((seconds: number) => void) | null} */
  let moveCursor = null;
  let pointed = -1; // the second that the pointer shows on the curve
  let begun = performance.now();
  fillWords(element, say);

  function show() {
    message = parseMessage(props.value);
    root.hidden = !message?.mode;
    if (!message || message.mode === "") return;
    const reading = message.mode === "recording";
    part("reading").hidden = part("bar").hidden = !reading;
    part("set").hidden = reading;
    part("curve").style.visibility = reading ? "hidden" : "";
    if (message.mode === "recording") find(part("bar"), "i").style.width = `${100 * message.share}%`;
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
    part("used").hidden = !shown.used;
    setText(find(part("used"), "span"), say("used", { name: shown.used }));
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
    if (box.clientWidth && (message?.mode === "shown" || message?.mode === "recording")) {
      const size = { width: box.clientWidth, height: Math.max(box.clientHeight, 1) };
      drawSkeleton(canvas, { ...EMPTY, points: fitted(pointsNow(), size) }, skeleton, size);
    }
    requestAnimationFrame(draw);
  }

  /** @returns {Points | null} */
  function pointsNow() {
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
    const all = message?.mode === "shown" ? message.frames : [points];
    const dots = all.flatMap((frame) => skeleton.dots.map((dot) => frame[dot]));
    const aspect = message?.mode === "recording" ? message.aspect : ASPECT;
    const [left, right] = [Math.min(...dots.map(([x]) => x)), Math.max(...dots.map(([x]) => x))];
    const [top, bottom] = [Math.min(...dots.map(([, y]) => y)), Math.max(...dots.map(([, y]) => y))];
    const scale = 0.8 * Math.min(width / ((right - left) * aspect), height / (bottom - top));
    return points.map(([x, y, seen]) => [
      500 + (((x - (left + right) / 2) * aspect * scale) / width) * 1000,
      500 + (((y - (top + bottom) / 2) * scale) / height) * 1000,
      seen,
    ]);
  }

  watch("value", show);
  show();
  requestAnimationFrame(draw);
  new ResizeObserver(plot).observe(part("curve"));
  element.addEventListener("change", (event) => {
    const changed = event.target;
    if (!(changed instanceof HTMLInputElement) || message?.mode !== "shown") return;
    if (changed.type === "radio") trigger("choose", { chosen: Number(changed.value) });
    else if (changed.type === "number") set(Number(input("full").value), Number(input("back").value));
  });
  element.addEventListener("click", (event) => {
    const pressed = targetOf(event, "button");
    if (!pressed || !message) return;
    if (pressed.dataset.view) trigger("open", { view: pressed.dataset.view });
    else if (pressed.dataset.do === "stop") trigger("stop");
    else if (pressed.dataset.do === "use") trigger("use", { name: input("name").value });
    else if (pressed.dataset.do === "save" && message.mode === "shown") save(message);
  });

  /** @param {Shown} shown */
  function save({ toml, name }) {
    const wanted = input("name").value.trim() || name;
    const quoted = JSON.stringify(wanted);
    const named = toml.replace(/^(name|plural) = .*$/gm, (_, word) => `${word} = { en = ${quoted}, ko = ${quoted} }`);
    const file = wanted.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^_+|_+$/g, "") || "exercise";
    saveFile(`${file}.toml`, [named], "application/toml");
  }

  for (const button of findAll(element, "button")) button.setAttribute("aria-live", "off");
}

const EMPTY = { t: 0, angles: [], count: 0, hold: 0, kind: "", exercise: "", advice: "" };
