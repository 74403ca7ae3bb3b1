// @ts-check
// One or more skeletons on a canvas, the faint ones as ghosts.

import { fitCanvas } from "../../../common/page/canvas.js";

/** @import { Skeleton } from "../../page/skeleton.js" */
/** @import { Points } from "./message.js" */

/** @typedef {{ points: Points, faint: boolean, shift?: [x: number, y: number] }} Drawn moved by `shift`, in ‰ */
/** @typedef {{ left: number, top: number, width: number, height: number }} Window in ‰ of the image's width and height */

const WHOLE = { left: 0, top: 0, width: 1000, height: 1000 };

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Drawn[]} bodies the later over the earlier
 * @param {Skeleton} skeleton
 * @param {number} aspect width over height of the image
 * @param {Window} [view] the part of the image that fills the canvas
 * @param {HTMLImageElement} [image] what is drawn below them
 */
export function drawPose(canvas, bodies, skeleton, aspect, view = WHOLE, image) {
  const { context, width, height } = fitCanvas(canvas);
  if (!width) return;
  const scale = Math.min(width / (view.width * aspect), height / view.height); // CSS pixels per ‰ of the image's height
  const left = (width - view.width * aspect * scale) / 2;
  const top = (height - view.height * scale) / 2;
  if (image) {
    const at = [left - view.left * aspect * scale, top - view.top * scale];
    context.drawImage(image, at[0], at[1], 1000 * aspect * scale, 1000 * scale);
  }
  const ghost = getComputedStyle(canvas).getPropertyValue("--ghost").trim() || "#888";
  context.lineCap = "round";
  for (const { points, faint, shift = [0, 0] } of bodies) {
    /** @param {number} index @returns {[x: number, y: number]} */
    const at = (index) => [
      left + (points[index][0] + shift[0] - view.left) * aspect * scale,
      top + (points[index][1] + shift[1] - view.top) * scale,
    ];
    for (const [from, to, colour] of skeleton.edges) {
      if (points[from][2] < skeleton.visible || points[to][2] < skeleton.visible) continue;
      for (const paint of faint ? [ghost] : ["rgba(16,16,16,.75)", colour]) {
        context.lineWidth = faint ? height / 22 : height / (paint === colour ? 62 : 38);
        context.strokeStyle = paint;
        context.beginPath();
        context.moveTo(...at(from));
        context.lineTo(...at(to));
        context.stroke();
      }
    }
  }
}

/** Where a body stands: the middle of shoulders, hips and ankles, in ‰. @param {Points} points @returns {[x: number, y: number]} */
export function placeOf(points) {
  const parts = [11, 12, 23, 24, 27, 28];
  const mean = (/** @type {0 | 1} */ axis) => parts.reduce((sum, index) => sum + points[index][axis], 0) / parts.length;
  return [mean(0), mean(1)];
}

/**
 * The part of the image in which all bodies are, as far as they are seen, with a margin; made wider or higher until it
 * has the `shape`.
 * @param {Drawn[]} bodies
 * @param {number} visible the least visibility of a point that is drawn
 * @param {number} [shape] its width over its height, both in ‰
 * @returns {Window}
 */
export function windowOf(bodies, visible, shape) {
  const spread = (/** @type {0 | 1} */ axis) => {
    const all = bodies.flatMap(({ points, shift = [0, 0] }) => {
      const seen = points.filter((point) => point[2] >= visible);
      return (seen.length ? seen : points).map((point) => point[axis] + shift[axis]);
    });
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const margin = Math.max(50, 0.1 * (high - low));
    return [low - margin, high - low + 2 * margin];
  };
  let [[left, width], [top, height]] = [spread(0), spread(1)];
  if (shape && width < shape * height) [left, width] = [left - (shape * height - width) / 2, shape * height];
  else if (shape) [top, height] = [top - (width / shape - height) / 2, width / shape];
  return { left, top, width, height };
}
