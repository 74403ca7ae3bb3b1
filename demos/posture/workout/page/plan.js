// @ts-check
// The plan of a workout: how many sets of how much, and how long to rest. The browser remembers the last one.

import { create, find, scrolling } from "../../../common/page/dom.js";
import { liveSession } from "../../live/page/live_session.js";

/** @import { Workout } from "./narrator.js" */

const REMEMBERED = "glassbox-posture-plan";
const FIELDS = ["sets", "target", "rest"];

/**
 * @param {HTMLElement} element the part of the page that holds camera.html
 * @param {string[]} holds the exercises that are held: their target is in seconds
 * @param {(key: string) => string} say
 * @param {AbortSignal} signal
 * @returns {{ show: (workout: Workout | null) => void }}
 */
export function mountPlan(element, holds, say, signal) {
  const form = find(element, '[data-part="form"]', HTMLFormElement);
  const button = find(element, '[data-part="plan"]');
  const unit = find(form, "[name=unit]", HTMLSelectElement);
  const field = (/** @type {string} */ name) => find(form, `[name=${name}]`, HTMLInputElement);
  for (const name of ["repetitions", "by_time"]) {
    const option = create("option", "", say(name));
    option.value = name;
    unit.append(option);
  }
  recall();

  /** @param {boolean} open */
  function show(open) {
    form.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) form.scrollIntoView({ block: "nearest", behavior: scrolling() });
  }

  function recall() {
    try {
      const last = JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}");
      for (const name of FIELDS) if (Number.isInteger(last[name])) field(name).value = String(last[name]);
      if (last.by_time === true) unit.value = "by_time";
    } catch { /* a private window, or what something else wrote */ }
  }

  /** A position is held for seconds. */
  function fit() {
    unit.disabled = holds.includes(String(liveSession.settings.exercise));
    if (unit.disabled) unit.value = "by_time";
    field("target").max = unit.value === "by_time" ? "3600" : "500";
  }

  button.addEventListener("click", () => show(form.hidden));
  unit.addEventListener("change", fit);
  liveSession.onChange(fit, { signal });
  fit();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [sets, target, rest] = FIELDS.map((name) => field(name).valueAsNumber);
    const plan = { sets, target, by_time: unit.value === "by_time", rest };
    try { localStorage.setItem(REMEMBERED, JSON.stringify(plan)); } catch { /* a private window */ }
    show(false);
    const live = find(element, '[data-part="live"]');
    live.focus({ preventScroll: true }); // the form is gone; the space bar is the workout's
    live.scrollIntoView({ block: "start", behavior: scrolling() }); // the count is seen, also on a phone
    // The same plan once more begins anew.
    if (liveSession.settings.plan) liveSession.order("restart");
    liveSession.change({ plan });
  });

  return {
    show: (workout) => { button.hidden = workout !== null && workout.state !== "done"; },
  };
}
