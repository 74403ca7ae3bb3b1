// @ts-check
// Play, pause, step, scrub: which frame is on the screen, and when the server is asked for more.

import { find } from "../../../common/page/dom.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { History } from "./history.js" */

const TYPED_IN = "input, textarea, select, canvas, [role=listbox], [role=tab], [contenteditable]"; // keep their keys
const BEHIND = 0.1; // seconds that play stays behind what arrives, so that it never stutters
const LONGEST_ANSWER = 8000; // milliseconds to wait for the server

/**
 * @param {HTMLElement} root
 * @param {History} history
 * @param {{ trigger: (name: string, data?: object) => void, redraw: () => void, say: Say, trainable: () => boolean }} with
 *   `trainable` says whether there are points on the screen that can be trained on
 */
export function makeTransport(root, history, { trigger, redraw, say, trainable }) {
  const button = (/** @type {string} */ name) => find(root, `[data-do='${name}']`, HTMLButtonElement);
  const line = find(root, ".xor-timeline", HTMLInputElement);
  const speed = find(root, ".xor-speed", HTMLSelectElement);
  const stop = find(root, ".xor-stop", HTMLInputElement);
  let playing = false;
  let asked = -LONGEST_ANSWER; // when the server was asked to train on, and has not answered yet
  let standing = false; // at the end of what there is, the run stands until it is asked to go on
  let stepping = false; // the next frame is one that was asked for
  let place = 0; // the number of the frame on the screen; between two while it plays
  let before = 0;

  const atEnd = () => history.isEmpty || place >= history.last.index;
  const training = () => (!history.isEmpty && history.head.running) || performance.now() - asked < LONGEST_ANSWER;

  let ticking = false;
  /** @param {number} now */
  function tick(now) {
    ticking = playing;
    if (!playing) return;
    const passed = Math.min(0.1, (now - before) / 1000);
    before = now;
    if (!atEnd()) {
      const { fps } = history.head;
      const lag = fps * BEHIND;
      const pull = training() ? Math.min(4, Math.max(0.4, 1 + (history.last.index - place - lag) / (4 * Math.max(lag, 1)))) : 1;
      const shown = Math.floor(place);
      place = Math.min(history.last.index, place + passed * fps * pull);
      if (Math.floor(place) !== shown) redraw();
    } else if (!training()) {
      if (history.head.over || standing) pause();
      else train();
    }
    requestAnimationFrame(tick);
  }

  function train() {
    asked = performance.now();
    trigger("play", { speed: Number(speed.value), stop: stop.checked });
  }

  function play() {
    if (history.isEmpty || playing || !trainable()) return;
    const ended = atEnd() && !history.head.running && history.head.over;
    if (ended && !history.head.goes_on) place = history.first.index;
    playing = true;
    standing = false;
    if (ended && history.head.goes_on) train();
    before = performance.now();
    if (!ticking) requestAnimationFrame(tick);
    ticking = true;
    redraw();
  }

  function pause() {
    if (training()) trigger("pause", {});
    playing = false;
    asked = -LONGEST_ANSWER;
    redraw();
  }

  /** @param {number} index */
  function stand(index) {
    pause();
    stepping = false;
    place = Math.min(history.last.index, Math.max(history.first.index, index));
    redraw();
  }

  function back() {
    if (history.isEmpty) return;
    const at = history.find(Math.ceil(place) - 1);
    stand(history.frames[at].index);
  }

  /** @param {"step" | "epoch"} what */
  function on(what) {
    if (history.isEmpty || !trainable()) return;
    const at = history.find(place);
    if (at < history.frames.length - 1) {
      stand(history.frames[at + 1].index);
      return;
    }
    pause();
    stepping = true;
    trigger("submit", { what });
  }

  button("play").addEventListener("click", () => (playing ? pause() : play()));
  button("back").addEventListener("click", back);
  button("step").addEventListener("click", () => on("step"));
  button("epoch").addEventListener("click", () => on("epoch"));
  button("reset").addEventListener("click", () => { pause(); trigger("clear", {}); });
  line.addEventListener("input", () => stand(Number(line.value)));
  [speed, stop].forEach((choice) => choice.addEventListener("change", () => {
    if (!history.isEmpty && !stop.checked) history.head.over = false; // what was over because it was solved may go on
    trigger("input", { speed: Number(speed.value), stop: stop.checked });
  }));
  document.addEventListener("keydown", (event) => {
    if (!root.isConnected || !root.getClientRects().length || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest(event.key === " " ? `${TYPED_IN}, button, summary, a` : TYPED_IN)) return;
    /** @type {Record<string, () => void>} */
    const keys = { " ": () => (playing ? pause() : play()), ArrowLeft: back, ArrowRight: () => on("step") };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  return {
    play,
    pause,
    stand,
    get playing() { return playing; },
    get settings() { return { speed: Number(speed.value), stop: stop.checked }; },
    // The frame on the screen; null before the first one.
    get frame() { return history.isEmpty ? null : history.frames[history.find(place)]; },
    /**
     * After a message was added to the history.
     * @param {boolean} another
     */
    heard(another) {
      const { head } = history;
      asked = -LONGEST_ANSWER;
      standing = head.arrived;
      if (another) {
        speed.value = String([...speed.options].map(({ value }) => Number(value)).reduce((best, value) => (
          Math.abs(Math.log(value / head.speed)) < Math.abs(Math.log(best / head.speed)) ? value : best)));
        stop.checked = head.stop;
        place = head.after === null ? history.first.index : head.after + 1;
        playing = false;
        if (head.running) play();
      } else if (stepping && !head.running) place = history.last.index;
      if (!head.running) stepping = false;
      redraw();
    },
    show() {
      line.min = String(history.first.index);
      line.max = String(history.last.index);
      line.value = String(Math.floor(place));
      button("play").textContent = say(playing ? "pause" : "play");
      button("play").setAttribute("aria-pressed", String(playing));
      button("back").disabled = place <= history.first.index;
      for (const name of ["play", "step", "epoch", "reset"]) button(name).disabled = !trainable();
    },
  };
}
