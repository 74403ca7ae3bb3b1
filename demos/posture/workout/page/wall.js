// @ts-check
// The view for the wall: number and cue as large as the screen allows, the camera small, to be read from three metres.

import { find } from "../../../common/page/dom.js";
import { liveSession } from "../../live/page/live_session.js";

const LONG = 3; // characters of a number that is drawn smaller

/**
 * @param {HTMLElement} element the part of the page that holds camera.html
 * @param {(key: string) => string} say
 * @param {AbortSignal} signal
 */
export function mountWall(element, say, signal) {
  const live = find(element, '[data-part="live"]');
  const button = find(element, '[data-part="wall"]');
  const [opens, closes] = [button.innerHTML, say("wall_close")];

  /** @param {boolean} open */
  function show(open) {
    live.classList.toggle("wall", open);
    if (open) button.textContent = closes;
    else button.innerHTML = opens;
  }

  button.addEventListener("click", async () => {
    const open = !live.classList.contains("wall");
    show(open);
    // A phone may refuse to fill the screen; the window is filled anyway.
    if (open) await live.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement) await document.exitFullscreen();
  });
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement) show(false);
  }, { signal });
  liveSession.onState((state) => {
    if (state !== "off" || !live.classList.contains("wall")) return;
    show(false);
    if (document.fullscreenElement) void document.exitFullscreen();
  }, { signal });
  liveSession.onFrame(() => {
    const number = find(element, '[data-part="number"]').textContent ?? "";
    live.classList.toggle("long-number", number.length > LONG);
  }, { signal });
}
