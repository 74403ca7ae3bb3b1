// @ts-check
// The output as a landscape over the input plane, seen from a side that can be chosen. Heights: 0 class 0, 1 class 1; of more
// classes than two 1 is the one that is looked at, 0 all others.

import { cssColour, mix } from "../../../common/page/canvas.js";
import { clamp } from "../../../common/page/numbers.js";
import { typeSize } from "../../../common/page/type_size.js";
import { latticeCrossings, linePath, prepareCanvas, stroke } from "../../page/drawing.js";
import { drawMark, drawProbe, drawRimmed, markRadius } from "./drawing.js";
import { evaluate } from "./units.js";

/** @import { Rgb } from "../../../common/page/canvas.js" */
/** @import { Colours, Context, Crossing } from "../../page/drawing.js" */
/** @import { Place } from "../../page/net.js" */
/** @import { Scene } from "./scene.js" */

/** @typedef {{ yaw: number, pitch: number }} Angles in radians */
/** @typedef {[x: number, y: number, away: number]} Seen a place on the canvas, and how far from the eye it was */
/** @typedef {(u: number, v: number, z: number) => Seen} Lens */
/** @typedef {{ away: number, mean: number, four: number[], shape: Seen[] }} Piece of the surface */
/** @typedef {{ away: number, mean: number, foot: Seen, head: Seen, classIndex: number }} Pin a point over its place */

const SURFACE = { stride: 2, tall: 0.95, flattest: 0.08, steepest: 1.45, light: [-0.45, -0.35, 0.82] };

/**
 * From the plane (u, v in [-1, 1], v upwards) and a height to the canvas: turned by `yaw`, tilted by `pitch`, a little
 * perspective. The third number grows with the distance from the eye.
 * @param {number} width
 * @param {number} height
 * @param {Angles} angles
 * @returns {Lens}
 */
function surfaceLens(width, height, { yaw, pitch }) {
  const [cosine, sine, rise, sink] = [Math.cos(yaw), Math.sin(yaw), Math.sin(pitch), Math.cos(pitch)];
  const scale = Math.min((width - 30) / 3.1, height / 2.7);
  return (u, v, z) => {
    const x = u * cosine - v * sine;
    const y = u * sine + v * cosine;
    const w = (z - 0.5) * SURFACE.tall;
    const away = y * sink - w * rise;
    const near = scale / (1 + 0.13 * away);
    return [width / 2 + x * near, height / 2 + 6 - (y * rise + w * sink) * near, away];
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 * @param {Angles} angles
 */
export function drawSurface(canvas, scene, angles) {
  const { colours, lattice, hover, net } = scene;
  const { context, width, height } = prepareCanvas(canvas);
  if (!width) return;
  const side = scene.latticeSide;
  const stride = SURFACE.stride;
  const lens = surfaceLens(width, height, angles);
  const [low, high] = scene.view;
  /** @returns {Place} */
  const flat = (/** @type {Place} */ [x, y]) => [(2 * (x - low)) / (high - low) - 1, (2 * (y - low)) / (high - low) - 1];
  const tall = lattice.sure.map((value) => (1 + value) / 2);
  /** @returns {Place} */
  const at = (/** @type {number} */ p) => [(2 * (p % side)) / (side - 1) - 1, 1 - (2 * Math.floor(p / side)) / (side - 1)];
  const corners = Array.from(tall, (z, p) => lens(...at(p), z));
    /** @type {Place[]} */
  const ground = [[-1, -1], [1, -1], [1, 1], [-1, 1]];
  const onBorder = (/** @type {Crossing} */ [a, b, along]) => {
    const [[u, v], [s, t]] = [at(a), at(b)];
    return lens(u + along * (s - u), v + along * (t - v), 0.5);
  };
  /** @type {(from: Seen, to: Seen, style: string, thick: number, dash?: number[]) => void} */
  const join = (from, to, style, thick, dash = []) => stroke(context, style, thick, dash, (path) => linePath(path, [from, to]));

  // The floor, its names and the scale at the edge that is furthest left.
  const floor = ground.map(([u, v]) => lens(u, v, 0));
  closedPath(context, floor);
  context.fillStyle = colours.paper;
  context.fill();
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.stroke();
  const post = ground.reduce((best, corner) => (lens(...corner, 0)[0] < lens(...best, 0)[0] ? corner : best));
  join(lens(...post, 0), lens(...post, 1), colours.muted, 1);
  ["0", "½", "1"].forEach((words, half) => {
    const [x, y] = lens(...post, half / 2);
    drawRimmed(context, words, x - 8, y + typeSize(5), colours, { size: 16, align: "right", style: colours.muted });
  });
  nameSides(context, lens, colours);

  // From far to near, first all that lies below one half: seen from above, the plane at one half covers only that.
  /** @type {(Piece | Pin)[]} */
  const things = [];
  for (let row = 0; row + stride < side; row += stride) {
    for (let column = 0; column + stride < side; column += stride) {
      const a = row * side + column;
      const four = [a, a + stride, a + stride * side + stride, a + stride * side];
      const [u, v] = at(a);
      const away = lens(u + stride / (side - 1), v - stride / (side - 1), 0.5)[2];
      cutAtHalf(four, tall, lattice.score).forEach(({ outline, mean }) => {
        const shape = outline.map(([p, q, along]) => (along ? onBorder([p, q, along]) : corners[p]));
        things.push({ away, mean, four, shape });
      });
    }
  }
  const radius = markRadius(scene.points.length, Math.min(width, height));
  const heights = scene.pointValues.sure.map((value) => (1 + value) / 2);
  scene.points.forEach((place, p) => {
    const [u, v] = flat(place);
    const classIndex = scene.classes[p];
    const target = scene.target(classIndex);
    things.push({ away: lens(u, v, 0.5)[2] - 0.3, mean: target, foot: lens(u, v, heights[p]), head: lens(u, v, target), classIndex });
  });
  things.sort((one, other) => other.away - one.away);
  const slope = (side - 1) / 2 / stride;
  const drawThing = (/** @type {Piece | Pin} */ thing) => {
    if ("four" in thing) {
      drawPiece(context, thing, tall, slope, scene);
      return;
    }
    if (radius > 4) join(thing.foot, thing.head, colours.ink, 1.6, [3, 3]);
    drawMark(context, thing.head[0], thing.head[1], thing.classIndex, radius, colours);
  };
  things.filter(({ mean }) => mean < 0.5).forEach(drawThing);
  closedPath(context, ground.map(([u, v]) => lens(u, v, 0.5)));
  context.globalAlpha = 0.42;
  context.fillStyle = colours.card;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = colours.muted;
  context.lineWidth = 1;
  context.stroke();
  const edge = (/** @type {Context} */ path) => {
    for (const [from, to] of latticeCrossings(lattice.score, side)) linePath(path, [onBorder(from), onBorder(to)]);
  };
  stroke(context, colours.ink, 3, [], edge);
  things.filter(({ mean }) => mean >= 0.5).forEach(drawThing);
  // What hills hide is still there: the border and the points shine through faintly.
  context.globalAlpha = 0.35;
  stroke(context, colours.ink, 2.5, [], edge);
  things.forEach((thing) => { if ("head" in thing) drawMark(context, thing.head[0], thing.head[1], thing.classIndex, radius, colours); });
  context.globalAlpha = 1;
  if (hover.place) {
    const [score] = evaluate(net, Float32Array.from(hover.place), scene.label).sure;
    const [u, v] = flat(hover.place);
    join(lens(u, v, 0), lens(u, v, (1 + score) / 2), colours.ink, 1.5);
    const [x, y] = lens(u, v, (1 + score) / 2);
    drawProbe(context, x, y, colours);
  }
}

/**
 * @param {Context} context
 * @param {Seen[]} places
 */
function closedPath(context, places) {
  context.beginPath();
  linePath(context, places);
  context.closePath();
}

/**
 * A quad of the surface cut along the border, so that each piece lies on one side of one half: its outline, as corners
 * [p] and places between corners [p, q, along], and its mean height.
 * @param {number[]} four
 * @param {Float32Array} tall
 * @param {Float32Array} score
 */
function cutAtHalf(four, tall, score) {
  return [false, true].map((above) => {
    /** @type {Crossing[]} */
    const outline = [];
    let sum = 0;
    four.forEach((p, k) => {
      const q = four[(k + 1) % 4];
      if (score[p] > 0 === above) {
        outline.push([p, p, 0]);
        sum += tall[p];
      }
      if (score[p] > 0 !== score[q] > 0) {
        outline.push([p, q, clamp(score[p] / (score[p] - score[q]), 0.001, 0.999)]);
        sum += 0.5;
      }
    });
    return { outline, mean: above ? Math.max(0.5, sum / outline.length) : Math.min(0.4999, sum / outline.length) };
  }).filter(({ outline }) => outline.length > 2);
}

/**
 * A piece of the surface: the class's colour, stronger where the net is surer, lit from the upper left.
 * @param {Context} context
 * @param {Piece} piece
 * @param {Float32Array} tall
 * @param {number} slope
 * @param {Scene} scene
 */
function drawPiece(context, { four, shape, mean }, tall, slope, { colours, tints }) {
  const [a, b, c, d] = four.map((p) => tall[p]);
  const [gu, gv] = [((b + c - a - d) / 2) * slope * SURFACE.tall, ((a + b - c - d) / 2) * slope * SURFACE.tall];
  const [lu, lv, lz] = SURFACE.light;
  const lit = (lz - lu * gu - lv * gv) / Math.sqrt(1 + gu * gu + gv * gv);
  const sure = 2 * mean - 1;
  /** @type {Rgb} */
  const tint = mix(colours.rgb.card, sure < 0 ? tints.low : tints.high, 0.42 + 0.38 * Math.abs(sure));
  const rgb = lit < 0.75 ? mix(tint, [0, 0, 0], Math.min(0.4, (0.75 - lit) * 0.38)) : mix(tint, [255, 255, 255], Math.min(0.2, (lit - 0.75) * 0.6));
  closedPath(context, shape);
  context.fillStyle = cssColour(rgb);
  context.fill();
  context.strokeStyle = cssColour(mix(rgb, colours.rgb.ink, 0.24));
  context.lineWidth = 0.7;
  context.stroke();
}

/**
 * x₁ and x₂ at the two sides of the floor that are nearest.
 * @param {Context} context
 * @param {Lens} lens
 * @param {Colours} colours
 */
function nameSides(context, lens, colours) {
  const away = (/** @type {number} */ u, /** @type {number} */ v) => lens(u, v, 0)[2];
  const v = away(0, -1) < away(0, 1) ? -1.16 : 1.16;
  const u = away(-1, 0) < away(1, 0) ? -1.16 : 1.16;
  const [x1, y1] = lens(0, v, 0);
  const [x2, y2] = lens(u, 0, 0);
  drawRimmed(context, "x₁", x1, y1 + typeSize(8), colours, { size: 17, align: "center", style: colours.muted });
  drawRimmed(context, "x₂", x2, y2 + typeSize(8), colours, { size: 17, align: "center", style: colours.muted });
}

/**
 * Turned by drag, by touch (sideways; up and down scrolls the page) and by the arrow keys.
 * @param {HTMLCanvasElement} canvas
 * @param {Angles} angles
 * @param {() => void} redraw
 */
export function makeTurnable(canvas, angles, redraw) {
  /** @type {Place | null} */
  let from = null;
  const rotate = (/** @type {number} */ yaw, /** @type {number} */ pitch) => {
    angles.yaw += yaw;
    angles.pitch = clamp(angles.pitch + pitch, SURFACE.flattest, SURFACE.steepest);
    redraw();
  };
  canvas.addEventListener("pointerdown", (event) => {
    from = [event.clientX, event.clientY];
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
    rotate((event.clientX - from[0]) * 0.01, event.pointerType === "touch" ? 0 : (event.clientY - from[1]) * 0.008);
    from = [event.clientX, event.clientY];
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { from = null; });
  /** @type {Record<string, [number, number]>} */
  const keys = { ArrowLeft: [-0.12, 0], ArrowRight: [0.12, 0], ArrowUp: [0, -0.08], ArrowDown: [0, 0.08] };
  canvas.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    rotate(...keys[event.key]);
  });
}
