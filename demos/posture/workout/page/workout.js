// @ts-check
// The controls of a workout beside the camera: its plan, on to the next set, what is heard, and the view for the wall.

import { create, find, findAll, setText } from "../../../common/page/dom.js";
import { sayFrom } from "../../../common/page/words.js";
import { liveSession } from "../../live/page/live_session.js";
import { Narrator } from "./narrator.js";
import { mountPlan } from "./plan.js";
import { Voice } from "./voice.js";
import { mountWall } from "./wall.js";

/** @import { Frame } from "../../page/skeleton.js" */
/** @import { Heard } from "./voice.js" */
/** @import { LiveFrame, Workout } from "./narrator.js" */

/** @typedef {{ words: Words, holds: string[] }} WorkoutConstants `holds` are the exercises that are held */

/** What the button does in each state. @type {Record<string, string>} */
const NEXT = { positioning: "now", ready: "now", set: "end_set", rest: "go_on" };

/**
 * @param {HTMLElement} element the part of the page that holds camera.html
 * @param {WorkoutConstants} constants
 * @param {AbortSignal} signal ends the listeners that are not on the page's own part
 */
export function mountWorkout(element, { words, holds }, signal) {
  const part = (/** @type {string} */ name) => find(element, `[data-part="${name}"]`);
  const say = sayFrom(words);
  const voice = new Voice(() => showVoice());
  const narrator = new Narrator(voice, say);
  const [panel, run, next, end] = [part("workout"), part("run"), part("next"), part("end")];
  const [box, hand] = [create("div", "posture-box"), create("div", "posture-hand")];
  part("stage").append(box, hand);
  const plan = mountPlan(element, holds, say, signal);
  mountWall(element, say, signal);

  function showVoice() {
    const kind = voice.speaks ? "voice" : "sounds";
    setText(part("voice"), say(`${kind}_${voice.heard.on ? "on" : "off"}`));
    part("voice").setAttribute("aria-pressed", String(voice.heard.on));
    for (const each of findAll(part("heard"), "input", HTMLInputElement)) {
      each.checked = voice.heard[/** @type {keyof Heard} */ (each.name)];
    }
  }

  /** @param {Workout | null} workout */
  function showWorkout(workout) {
    const state = workout?.state ?? "";
    panel.dataset.state = state;
    part("live").dataset.workout = state;
    run.hidden = !workout;
    plan.show(workout);
    const label = NEXT[state];
    next.hidden = !label;
    if (label) setText(next, say(label));
    setText(end, say(state === "done" ? "just_count" : "end"));
    setText(part("done"), workout ? doneWords(workout) : "");
    box.hidden = !workout?.box;
    if (workout?.box) {
      const [left, top, right, bottom] = workout.box;
      box.style.inset = `${top}% ${100 - right}% ${100 - bottom}% ${left}%`;
      box.dataset.placed = String(state !== "positioning");
    }
    hand.style.width = `${workout?.hand ?? 0}%`;
  }

  /** @param {Workout} workout */
  function doneWords({ done }) {
    return done.map(([name, count, hold]) => (hold ? `${name} ${say("seconds", { number: hold })}` : `${name} ${count}`)).join(" · ");
  }

  liveSession.onFrame(({ frame }) => {
    narrator.hear(frame);
    showWorkout(frame.workout ?? null);
  }, { signal });
  liveSession.onState((state) => {
    if (state === "asking") voice.unlock();
    if (state !== "off") return;
    voice.hush();
    liveSession.change({ plan: null });
    showWorkout(null);
  }, { signal });

  next.addEventListener("click", () => liveSession.order("next"));
  end.addEventListener("click", () => {
    if (panel.dataset.state === "done") liveSession.change({ plan: null });
    else liveSession.order("end");
  });
  part("voice").addEventListener("click", () => {
    voice.hear({ on: !voice.heard.on });
    showVoice();
  });
  part("heard").addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement) voice.hear({ [target.name]: target.checked });
  });
  // A presenter's remote control, or the space bar, does what the raised hand does.
  document.addEventListener("keydown", (event) => {
    const taken = event.key === " " ? "a, button, input, select, textarea, summary, [role=tab]" : "input, select, textarea";
    if ((event.target instanceof Element && event.target.closest(taken)) || run.hidden || next.hidden || ![" ", "PageDown"].includes(event.key)) return;
    event.preventDefault();
    liveSession.order("next");
  }, { signal });
  showVoice();
  showWorkout(null);
}

/**
 * A frame as the readout shows it: of a countdown and of a rest its seconds, in a set what is still to do.
 * @param {LiveFrame} frame
 * @param {(key: string, values?: Record<string, unknown>) => string} say
 * @returns {Frame}
 */
export function forReadout(frame, say) {
  const { workout } = frame;
  if (!workout) return frame;
  const { state, remaining, target, sets } = workout;
  const exercise = [frame.exercise, say("set_of", { number: workout.set, sets })].filter(Boolean).join(" · ");
  if ((state === "countdown" || state === "rest") && remaining !== null) {
    return { ...frame, exercise, kind: "", count: remaining, unit: state === "rest" ? "s" : "" };
  }
  const goal = `/ ${target}${workout.by_time ? " s" : ""}`;
  if (state === "set" && workout.by_time && remaining !== null) {
    return { ...frame, exercise, unit: say("left", { number: remaining }) };
  }
  if (state === "done") {
    const total = workout.done.reduce((sum, [, count, hold]) => sum + count + hold, 0);
    return { ...frame, exercise: say("total"), kind: "", count: total, unit: "" };
  }
  return { ...frame, exercise, unit: goal };
}
