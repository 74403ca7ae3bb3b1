// @ts-check
// The webcam: Gradio's own part shows the camera; a canvas is laid over it. Shown mirrored, sent as it is.

import { create, parseMessage } from "../../../common/page/dom.js";
import { showReadout } from "../../page/readout.js";
import { drawSkeleton } from "../../page/skeleton.js";

/** @import { Frame, Skeleton } from "../../page/skeleton.js" */

/**
 * @param {MountContext} context
 * @param {{ skeleton: Skeleton, camera: string }} constants `camera` is the id of
 * Gradio's part
 */
export function mount({ element, props, watch }, { skeleton, camera }) {
  const canvas = create("canvas", "posture-overlay");
  const part = () => document.getElementById(camera);

  function show() {
    /** @type {Frame | null} */
    const frame = parseMessage(props.value);
    if (!frame) return;
    showReadout(element, frame);
    const video = part()?.querySelector("video");
    const around = video?.parentElement;
    if (!video || !around) return;
    if (canvas.parentElement !== around) around.append(canvas);
    // The image inside the video element, which may leave bars at its sides.
    const [box, outer] = [video.getBoundingClientRect(), around.getBoundingClientRect()];
    const [wide, high] = [video.videoWidth || 4, video.videoHeight || 3];
    const scale = Math.min(box.width / wide, box.height / high);
    const [width, height] = [wide * scale, high * scale];
    canvas.style.left = `${box.left - outer.left + (box.width - width) / 2}px`;
    canvas.style.top = `${box.top - outer.top + (box.height - height) / 2}px`;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    drawSkeleton(canvas, frame, skeleton, { width, height, mirrored: true });
  }

  watch("value", show);
  // Whoever leaves the camera's tab turns the camera off: Gradio would go on streaming behind it.
  setInterval(() => {
    const box = part();
    if (box?.offsetParent === null) box.querySelector('[title="stop recording"]')?.closest("button")?.click();
  }, 400);
}
