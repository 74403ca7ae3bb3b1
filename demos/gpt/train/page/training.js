// @ts-check
// A training as it goes: how far, the newest sample beside an older one, the losses, and all samples below each other.
// A message is complete, so that one that is skipped is not missed.

import { create, find, parseMessage, setText } from "../../../common/page/dom.js";
import { clamp, count } from "../../../common/page/numbers.js";
import { sayFrom } from "../../../common/page/words.js";
import { mountAnswers } from "./answers.js";
import { mountAttention } from "./attention.js";
import { mountOffer } from "./offer.js";
import { mountPlot } from "./plot.js";

/** @import { Answered } from "./answers.js" */
/** @import { Point } from "./plot.js" */

/**
 * @typedef {{ step: number, text: string, given: number, note: string } & Answered} Sample `given` of its characters are the prompt
 * @typedef {{ state: string, share: number, status: string, verdict: string, curve: Point[], held_out: Point[],
 *   steps: number, lines: Record<string, number>, samples: Sample[], head?: string }} Training as look.py makes it;
 *   `head` is how the text begins, before the first step
 */

/**
 * @param {HTMLElement} place
 * @param {{ step?: number, text: string, given: number, note: string }} sample
 */
function showSample(place, { step, text, given, note }) {
  if (step !== undefined) find(place, "h4 b").textContent = count(step);
  find(place, ".note").textContent = note;
  const paragraph = find(place, "p");
  if (paragraph.textContent === text) return; // a screen reader would say it again
  paragraph.replaceChildren(create("b", "", text.slice(0, given)), text.slice(given));
}

/**
 * The newest step and its loss, by which a model is known that was saved.
 * @param {Training} training
 */
function stampOf(training) {
  return JSON.stringify(training.curve.at(-1) ?? null);
}

/**
 * @param {MountContext} context
 * @param {{ words: Words }} constants the strings "gpt.train_page_…"
 */
export function mount({ element, props, watch, trigger }, { words: strings }) {
  const older = find(element, ".older");
  const scrub = find(element, ".samples + .scrub");
  const slider = find(scrub, "input", HTMLInputElement);
  const plot = mountPlot(find(element, ".plot"), compare);
  const answers = mountAnswers(find(element, ".answers"));
  const offer = mountOffer(find(element, ".kept"));
  const attention = mountAttention(find(element, ".attention"), sayFrom(strings), (step) => trigger("attention_at", { step }));
  /** @type {Training | null} */
  let shown = null;
  let chosen = 0; // which sample the newest is compared with
  let listed = ""; // what the list of samples showed last
  let saved = "null"; // the stamp of the model that was saved last

  function show() {
    if (!shown) return;
    const { samples, head, steps, curve, held_out: heldOut, lines: baselines } = shown;
    const several = samples.length > 1;
    chosen = clamp(chosen, 0, Math.max(0, samples.length - 2));
    showSample(find(element, ".newest"), samples.at(-1) ?? { text: head ?? "", given: 0, note: "" });
    older.hidden = scrub.hidden = !several;
    if (several) {
      showSample(older, samples[chosen]);
      slider.max = String(samples.length - 2);
      slider.value = String(chosen);
    }
    list(samples);
    attention.show(samples);
    answers.show(samples, Math.max(steps, ...curve.map(([step]) => step)));
    const marked = several ? samples[chosen].step : null;
    plot.show({ steps, curve, heldOut, baselines, samples: samples.map(({ step }) => step), chosen: marked });
  }

  /**
   * All samples, the newest first.
   * @param {Sample[]} samples
   */
  function list(samples) {
    find(element, ".all-samples").hidden = samples.length < 2;
    const wanted = JSON.stringify([samples, chosen]);
    if (wanted === listed) return;
    listed = wanted;
    const rows = samples.map(({ step, text, given, note }, at) => {
      const row = create("button");
      row.type = "button";
      row.title = note;
      row.setAttribute("aria-pressed", String(at === chosen && samples.length > 1));
      const said = note ? `${note} · ` : "";
      const words = create("span", "words", said + text.slice(given).trim().replace(/\s*\n\s*/g, " ↵ "));
      words.lang = "zxx";
      row.append(create("span", "step", count(step)), words);
      row.addEventListener("click", () => compare(at));
      return row;
    });
    find(element, ".rows").replaceChildren(...rows.reverse());
  }

  /** @param {number} at number of a sample */
  function compare(at) {
    chosen = at;
    show();
  }

  /** To export.js, which may not be mounted yet when a short training is over, and asks then. */
  function tellTrained() {
    if (!shown?.curve.length) return;
    const detail = { state: shown.state, stamp: stampOf(shown) };
    window.dispatchEvent(new CustomEvent("gpt:trained", { detail }));
  }

  function receive() {
    /** @type {Training | null} */
    const training = parseMessage(props.value);
    if (!training) return;
    window.glassbox.unsaved("training", training.curve.length > 0 && stampOf(training) !== saved);
    if (shown && training.samples.length < shown.samples.length) chosen = 0;
    shown = training;
    if (training.curve.length) {
      offer.hide(); // what is here is newer
      tellTrained();
    }
    find(element, ".gpt-training").dataset.state = training.state;
    setText(find(element, ".status"), training.status);
    setText(find(element, ".verdict"), training.verdict);
    find(element, ".progress i").style.width = `${100 * training.share}%`;
    show();
  }

  slider.addEventListener("input", () => compare(Number(slider.value)));
  window.addEventListener("gpt:export", tellTrained); // export.js
  window.addEventListener("gpt:saved", () => { // export.js
    if (!shown) return;
    saved = stampOf(shown);
    window.glassbox.unsaved("training", false);
  });
  watch("value", receive);
  watch("attention", () => attention.receive(parseMessage(props.attention)));
  receive();
}
