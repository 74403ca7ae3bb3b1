// @ts-check
// The player: a video with the skeleton drawn over it, and what the coach counts; while it is analysed, as far as that
// got. Below it stand the sets to go to, or, where nothing was counted, the exercises it may be counted as.

import { create, find, isStill, parseMessage, scrolling, setText, targetOf } from "../../../common/page/dom.js";
import { sayFrom } from "../../../common/page/words.js";
import { onSeek, seek, tellTime } from "../../page/playback.js";
import { PeopleButtons } from "../../page/people.js";
import { showReadout } from "../../page/readout.js";
import { drawSkeleton } from "../../page/skeleton.js";

/** @import { Frame, Skeleton } from "../../page/skeleton.js" */

/** @typedef {{ src: string, width: number, height: number }} Source the video's address and its size */
/**
 * `turn`: the number of the visitor's request that it answers; of an earlier one nothing is shown any more.
 * `share` (0 to 1) of what is `said` is done. `src` is null while there is nothing to play yet.
 * @typedef {{ mode: "busy", src: string | null, width: number, height: number, share: number, frame: Frame | null, said: string }} Busy
 */
/**
 * Its analysis was stopped before there was anything to show.
 * @typedef {{ mode: "stopped", src: string | null, width: number, height: number, said: string }} Stopped
 */
/**
 * It plays, or stands still at the second `pause_at` until the visitor plays it.
 * @typedef {Source & { mode: "analysed", seconds: number, frames: Frame[], sets: ExerciseSet[], offer: Offer | null,
 *   pause_at: number | null, said?: string }} Analysed `said`: where it was stopped, or breaks off
 */

/**
 * A set: the exercise's name, how much of it, when it begins to be shown and when it is first done, in seconds.
 * @typedef {{ name: string, done: string, start: number, began: number, total: number | null }} ExerciseSet
 */

/**
 * What is said where nothing was counted, and the exercises (their slugs and names) to count it as.
 * @typedef {{ said: string, choices: [slug: string, name: string][] }} Offer
 */

/**
 * @param {MountContext} context
 * @param {{ skeleton: Skeleton, people: Words }} constants
 */
export function mount({ element, props, watch, trigger }, { skeleton, people }) {
  const watchBox = find(element, '[data-part="watch"]');
  const frameBox = find(element, '[data-part="frame"]');
  const video = find(element, '[data-part="video"]', HTMLVideoElement);
  const canvas = find(element, '[data-part="canvas"]', HTMLCanvasElement);
  const bar = find(element, '[data-part="bar"]');
  const stage = find(element, '[data-part="stage"]');
  const sets = find(element, '[data-part="sets"]');
  const offer = find(element, '[data-part="offer"]');
  const still = isStill();
  /** @type {((Busy | Stopped | Analysed) & { turn: number }) | null} */
  let message = null;
  /** @type {string | null} */
  let shown = ""; // the address of the video that is on the page
  let followed = false; // it went where the analysis was
  let told = -1; // the second that the other parts know of
  let touched = false; // a visitor who has clicked on the video starts and stops it

  // They are followed from where they are first seen.
  const others = new PeopleButtons(find(element, '[data-part="people"]'), sayFrom(people)("follow"), ([number]) => {
    if (message?.mode !== "analysed") return;
    for (const { t, others: there = [] } of message.frames) {
      const first = there.find(([other]) => other === number);
      if (!first) continue;
      const [, left, top, right, bottom] = first;
      return trigger("follow", { seconds: t, x: (left + right) / 2000, y: (top + bottom) / 2000 });
    }
  });

  function show() {
    const arrived = parseMessage(props.value);
    if (arrived && message && arrived.turn < message.turn) return; // it was overtaken on its way
    message = arrived;
    element.dataset.mode = message?.mode ?? "";
    if (!message) return;
    frameBox.style.aspectRatio = `${message.width} / ${message.height}`;
    watchBox.style.width = `min(100%, ${(54 * message.width) / message.height}vh)`;
    bar.hidden = message.mode !== "busy";
    stage.hidden = !message.said;
    showSets(message.mode === "analysed" ? message.sets : []);
    showOffer(message.mode === "analysed" ? message.offer : null);
    if (message.src !== shown) {
      shown = message.src;
      if (message.src) video.src = message.src;
      else video.removeAttribute("src");
      video.load();
      if (!message.src) showReadout(element, null);
    }
    if (message.mode === "busy") {
      find(bar, "i").style.width = `${100 * message.share}%`;
      setText(stage, `${message.said} ${Math.floor(100 * message.share)}%`);
      video.pause();
      video.controls = false;
      if (message.frame) {
        if (video.readyState && !video.seeking) video.currentTime = message.frame.t;
        followed = true;
        tellTime((told = message.frame.t));
        showReadout(element, message.frame);
      }
    } else {
      video.controls = true;
      setText(stage, message.said ?? "");
      if (message.mode === "stopped") return showReadout(element, null);
      if (message.pause_at !== null) video.pause();
      if ((followed || message.pause_at !== null) && video.readyState) toBeginning();
      followed = false;
      play();
    }
  }

  function toBeginning() {
    if (message?.mode === "analysed") video.currentTime = message.pause_at ?? 0;
  }

  /** @param {ExerciseSet[]} all */
  function showSets(all) {
    sets.hidden = all.length < 2;
    sets.replaceChildren(
      ...all.map(({ name, done, began }) => {
        const chip = create("button", "posture-chip", `${name} `);
        chip.append(create("b", "", done));
        chip.dataset.at = String(began);
        return chip;
      }),
    );
  }

  /** @param {Offer | null} offered */
  function showOffer(offered) {
    offer.hidden = !offered;
    if (!offered) return;
    setText(find(offer, '[data-part="offered"]'), offered.said);
    find(offer, '[data-part="choices"]').replaceChildren(
      ...offered.choices.map(([slug, name]) => {
        const chip = create("button", "posture-chip", name);
        chip.dataset.exercise = slug;
        return chip;
      }),
    );
  }

  function play() {
    if (message?.mode !== "analysed" || message.pause_at !== null || still || touched || !element.offsetParent) return;
    video.play().catch(() => {}); // a browser may refuse; the visitor can still press play
  }

  function draw() {
    if (!element.isConnected) return;
    const { width, height } = canvas.getBoundingClientRect();
    if (message && width) {
      const frame = message.mode === "analysed" ? frameAt(message.frames, video.currentTime) : message.mode === "busy" ? message.frame : null;
      drawSkeleton(canvas, frame, skeleton, { width, height });
      others.show((message.mode === "analysed" && frame?.others) || []);
      if (message.mode === "analysed" && frame) {
        const at = Math.max(0, message.sets.findLastIndex(({ start }) => start <= frame.t + 0.02));
        showReadout(element, frame, message.sets[at]?.total ?? null);
        if (message.offer) setText(find(element, '[data-part="advice"]'), "");
        for (const [place, chip] of [...sets.children].entries()) chip.setAttribute("aria-current", String(place === at));
        if (video.currentTime !== told) tellTime((told = video.currentTime));
      }
    }
    requestAnimationFrame(draw);
  }

  watch("value", show);
  show();
  requestAnimationFrame(draw);
  new IntersectionObserver(([entry]) => {
    if (entry.isIntersecting) play();
    else video.pause(); // behind another tab nothing plays
  }).observe(element);
  sets.addEventListener("click", (event) => {
    const at = targetOf(event, "[data-at]")?.dataset.at;
    if (at) seek(Number(at));
  });
  offer.addEventListener("click", (event) => {
    const exercise = targetOf(event, "[data-exercise]")?.dataset.exercise;
    if (exercise) trigger("count_as", { exercise });
  });
  onSeek("posture-player", (seconds) => {
    if (message?.mode !== "analysed" || !element.offsetParent) return;
    video.currentTime = Math.min(Math.max(0, seconds), message.seconds);
    frameBox.scrollIntoView({ block: "nearest", behavior: scrolling() });
  });
  video.addEventListener("loadedmetadata", toBeginning);
  video.addEventListener("canplay", play);
  video.addEventListener("click", () => { touched = true; });
}

/**
 * The last frame that has begun.
 * @param {Frame[]} frames in the order of time
 * @param {number} seconds
 */
function frameAt(frames, seconds) {
  let [low, high] = [0, frames.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (frames[middle].t <= seconds + 0.02) low = middle;
    else high = middle - 1;
  }
  return frames[low];
}
