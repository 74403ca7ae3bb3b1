// @ts-check
// The player: a video with the skeleton drawn over it, and what the coach counts; while it is analysed, as far as that got.

import { find, parseMessage, setText } from "../../../common/page/dom.js";
import { showReadout } from "../../page/readout.js";
import { drawSkeleton } from "../../page/skeleton.js";

/** @import { Frame, Skeleton } from "../../page/skeleton.js" */

/** @typedef {{ src: string, width: number, height: number }} Source the video's address and its size */
/**
 * `share` (0 to 1) of what is `said` is done. `src` is null while there is nothing to play yet.
 * @typedef {{ mode: "busy", src: string | null, width: number, height: number, share: number, frame: Frame | null, said: string }} Busy
 */
/**
 * It plays, or stands still at the second `pause_at` until the visitor plays it.
 * @typedef {Source & { mode: "analysed", seconds: number, frames: Frame[], pause_at: number | null }} Analysed
 */

/**
 * @param {MountContext} context
 * @param {{ skeleton: Skeleton }} constants
 */
export function mount({ element, props, watch }, { skeleton }) {
  const frameBox = find(element, '[data-part="frame"]');
  const video = find(element, '[data-part="video"]', HTMLVideoElement);
  const canvas = find(element, '[data-part="canvas"]', HTMLCanvasElement);
  const bar = find(element, '[data-part="bar"]');
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  /** @type {Busy | Analysed | null} */
  let message = null;
  /** @type {string | null} */
  let shown = ""; // the address of the video that is on the page
  let touched = false; // a visitor who has clicked on the video starts and stops it

  function show() {
    message = parseMessage(props.value);
    element.dataset.mode = message?.mode ?? "";
    if (!message) return;
    frameBox.style.aspectRatio = `${message.width} / ${message.height}`;
    frameBox.style.width = `min(100%, ${(54 * message.width) / message.height}vh)`;
    bar.hidden = message.mode !== "busy";
    if (message.src !== shown) {
      shown = message.src;
      if (message.src) video.src = message.src;
      else video.removeAttribute("src");
      video.load();
    }
    if (message.mode === "busy") {
      find(bar, "i").style.width = `${100 * message.share}%`;
      video.pause();
      video.controls = false;
      if (message.frame) {
        if (video.readyState && !video.seeking) video.currentTime = message.frame.t;
        showReadout(element, message.frame);
      } else {
        setText(find(element, '[data-part="advice"]'), message.said);
      }
    } else {
      video.controls = true;
      if (message.pause_at !== null) video.pause();
      if (video.readyState) toBeginning();
      play();
    }
  }

  function toBeginning() {
    if (message?.mode === "analysed") video.currentTime = message.pause_at ?? 0;
  }

  function play() {
    if (message?.mode !== "analysed" || message.pause_at !== null || still || touched || !element.offsetParent) return;
    video.play().catch(() => {}); // a browser may refuse; the visitor can still press play
  }

  function draw() {
    if (!element.isConnected) return;
    const { width, height } = canvas.getBoundingClientRect();
    if (message && width) {
      const frame = message.mode === "busy" ? message.frame : frameAt(message.frames, video.currentTime);
      drawSkeleton(canvas, frame, skeleton, { width, height });
      if (message.mode === "analysed" && frame) showReadout(element, frame, message.frames[message.frames.length - 1].count);
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
