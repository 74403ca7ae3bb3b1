// @ts-check
// The points on a plane: a mark for each, by its class; those held out are rings, those that the net gets wrong are ringed.

import { contextOf } from "../../common/page/canvas.js";
import { classColour, linePath, markPath, stroke } from "./drawing.js";
import { areRight, scores } from "./net.js";

/** @import { PlaneFrame, PlaneOptions, Points } from "./decision_region.js" */
/** @import { Colours, Context } from "./drawing.js" */
/** @import { Net, Place } from "./net.js" */

const FEW = 24; // points that are drawn large

/** @param {Place[]} places */
function flatPlaces(places) {
  const flat = new Float32Array(2 * places.length);
  places.forEach(([x, y], index) => flat.set([x, y], 2 * index));
  return flat;
}

/**
 * Which points are on the wrong side.
 * @param {Net} net
 * @param {Place[]} places
 * @param {number[]} classes
 */
export function wrongPoints(net, places, classes) {
  const right = areRight(net, scores(net, flatPlaces(places)), classes);
  return new Set([...classes.keys()].filter((index) => !right[index]));
}

/**
 * @param {number} total
 * @param {number} width
 */
export const pointRadius = (total, width) => (total <= FEW ? Math.max(10, width / 28) : Math.max(4, width / 75));

/**
 * @param {Context} context
 * @param {number} width
 * @param {number} height
 * @param {PlaneFrame} to
 * @param {Colours} colours
 * @param {PlaneOptions} options
 */
export function drawPoints(context, width, height, to, colours, { net, points, witness, view }) {
  const { places, classes } = points;
  const total = places.length + points.tests.length;
  const marks = { to, colours, points, few: total <= FEW, radius: pointRadius(total, width) };
  const wrong = wrongPoints(net, places, classes);
  if (marks.few || !(context instanceof CanvasRenderingContext2D)) drawAll(context, marks);
  else context.drawImage(pictureOfAll(context, marks, String(view)), 0, 0, width, height);
  wrong.forEach((index) => drawMark(context, marks, index, 1, true));
  if (!witness) return;
  [0, 1].forEach((classIndex) => {  // joined within their class: the joins meet
    const joined = witness.filter((index) => classes[index] === classIndex).map((index) => places[index]);
    const join = (/** @type {Context} */ path) => {
      linePath(path, joined.map(([x, y]) => [to.across(x), to.down(y)]));
      if (joined.length > 2) path.closePath();
    };
    stroke(context, colours.card, 7, [], join);
    stroke(context, colours.bad, 3.5, [], join);
  });
  witness.forEach((index) => drawMark(context, marks, index, marks.few ? 1 : 1.5, wrong.has(index)));
}

/** @typedef {{ to: PlaneFrame, colours: Colours, points: Points, few: boolean, radius: number }} Marks */

/**
 * @param {Context} context
 * @param {Marks} marks
 * @param {number} index
 * @param {number} grown
 * @param {boolean} isWrong
 */
function drawMark(context, { to, colours, points, few, radius: usual }, index, grown, isWrong) {
  const [[px, py], classIndex, radius] = [points.places[index], points.classes[index], usual * grown];
  const [x, y] = [to.across(px), to.down(py)];
  markPath(context, x, y, classIndex, radius + (few ? 3 : 1.5));
  context.fillStyle = colours.card;
  context.fill();
  markPath(context, x, y, classIndex, radius);
  context.fillStyle = classColour(classIndex, colours);
  context.fill();
  if (!isWrong) return;
  markPath(context, x, y, classIndex, radius + (few ? 6 : 2.5));
  context.strokeStyle = colours.bad;
  context.lineWidth = few ? 3.5 : 2;
  context.stroke();
}

/**
 * All points, as if the net had them right.
 * @param {Context} context
 * @param {Marks} marks
 */
function drawAll(context, marks) {
  const { to, colours, few, radius, points: { places, tests, testClasses } } = marks;
  tests.forEach(([x, y], index) => {  // held out: rings
    markPath(context, to.across(x), to.down(y), testClasses[index], radius);
    context.fillStyle = colours.card;
    context.fill();
    context.strokeStyle = classColour(testClasses[index], colours);
    context.lineWidth = few ? 4 : 2;
    context.stroke();
  });
  places.forEach((_, index) => drawMark(context, marks, index, 1, false));
}

/**
 * For each canvas the picture of its points, and what that was painted from: thousands of points cost more than the net's
 * map, and most stay as they are from frame to frame.
 * @type {WeakMap<HTMLCanvasElement, { points: Points, colours: Colours, place: string, picture: HTMLCanvasElement }>}
 */
const pictures = new WeakMap();

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Marks} marks
 * @param {string} view
 */
function pictureOfAll(context, marks, view) {
  const { canvas } = context;
  const { points, colours } = marks;
  const place = [view, canvas.width, canvas.height].join(" ");
  const known = pictures.get(canvas);
  if (known && known.points === points && known.colours === colours && known.place === place) return known.picture;
  const picture = known?.picture ?? document.createElement("canvas");
  [picture.width, picture.height] = [canvas.width, canvas.height]; // this also clears it
  const own = contextOf(picture);
  own.setTransform(context.getTransform());
  own.lineCap = own.lineJoin = "round";
  drawAll(own, marks);
  pictures.set(canvas, { points, colours, place, picture });
  return picture;
}
