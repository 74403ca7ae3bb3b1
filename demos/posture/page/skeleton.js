// @ts-check
// The skeleton drawn over a video or the camera. The server sends landmarks in thousandths of the image; nothing is
// computed here.

import { fitCanvas } from "../../common/page/canvas.js";
import { typeSize } from "../../common/page/type_size.js";

/**
 * What is drawn of a body (demos/posture/look.py): each edge as the landmarks at its ends and its colour, the landmarks
 * that get a dot, and from which visibility (%) on a landmark is drawn.
 * @typedef {{ edges: [from: number, to: number, colour: string][], dots: number[], visible: number }} Skeleton
 */

/** @typedef {[number: number, left: number, top: number, right: number, bottom: number]} OtherPerson in ‰ of the image */

/**
 * One frame as `demos.posture.look.frame_data` sends it: `t` in seconds, a point as [x ‰, y ‰, visibility %], an angle as
 * [landmark, degrees].
 * @typedef {object} Frame
 * @property {number} t
 * @property {[x: number, y: number, visibility: number][] | null} points
 * @property {[landmark: number, degrees: number][]} angles
 * @property {OtherPerson[]} [others] who is in view and not followed
 * @property {number} count
 * @property {number} hold
 * @property {string} kind
 * @property {string} exercise
 * @property {string} advice
 * @property {string} [unit] what stands after the number, if it is not the usual
 * @property {string} [opinion] where the network disagrees with the rules
 */

const RIM = "rgba(16,16,16,.75)"; // a dark rim keeps it readable on any background

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Frame | null} frame
 * @param {Skeleton} skeleton
 * @param {{ width: number, height: number, mirrored?: boolean }} view the canvas's size in CSS pixels
 */
export function drawSkeleton(canvas, frame, skeleton, { width, height, mirrored = false }) {
  const { context } = fitCanvas(canvas, width, height);
  if (!frame?.points) return;
  const { points, angles } = frame;
  const unit = Math.max(width, height) / 400;
  /** @param {number} index @returns {[x: number, y: number]} */
  const at = (index) => {
    const [x, y] = points[index];
    return [((mirrored ? 1000 - x : x) / 1000) * width, (y / 1000) * height];
  };
  const visible = (/** @type {number} */ index) => points[index][2] >= skeleton.visible;

  context.lineCap = "round";
  for (const [from, to, colour] of skeleton.edges) {
    if (!visible(from) || !visible(to)) continue;
    for (const [thickness, paint] of /** @type {[number, string][]} */ ([[3.6, RIM], [2.3, colour]])) {
      context.lineWidth = thickness * unit;
      context.strokeStyle = paint;
      context.beginPath();
      context.moveTo(...at(from));
      context.lineTo(...at(to));
      context.stroke();
    }
  }
  for (const index of skeleton.dots) {
    if (!visible(index)) continue;
    context.fillStyle = "#fff";
    context.strokeStyle = RIM;
    context.lineWidth = unit * 0.6;
    context.beginPath();
    context.arc(...at(index), 2.2 * unit, 0, 7);
    context.fill();
    context.stroke();
  }
  context.font = `600 ${typeSize(Math.max(16, 11 * unit))}px "IBM Plex Sans", sans-serif`;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const [index, degrees] of angles) {
    const [x, y] = at(index);
    const label = `${degrees}°`;
    const left = Math.min(x + 7 * unit, width - context.measureText(label).width - 4);
    context.lineWidth = 4;
    context.strokeStyle = RIM;
    context.strokeText(label, left, y);
    context.fillStyle = "#fff";
    context.fillText(label, left, y);
  }
}
