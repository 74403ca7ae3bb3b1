// @ts-check
// One row for each repetition that was tried: its worst moment, its curve over the best one, how far, how fast, each side,
// and what the coach says.

import { create, createSvg } from "../../../common/page/dom.js";
import { decimals } from "../../../common/page/numbers.js";
import { ground, pathOf, scaleOf } from "./curves.js";
import { drawPose, windowOf } from "./pose.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { Skeleton } from "../../page/skeleton.js" */
/** @import { Message, Points, Repetition, ShownSet } from "./message.js" */

const THUMB = [120, 104]; // CSS pixels of a picture (report.css)

/**
 * @param {ShownSet} set
 * @param {Message} message
 * @param {Skeleton} skeleton
 * @param {Say} say
 * @param {(number: number) => void} choose what a click on the row of that number does
 * @param {number | null} range how far the visitor goes in this exercise, in degrees
 */
export function rowsOf(set, message, skeleton, say, choose, range) {
  const both = set.report.repetitions.some(({ symmetry }) => symmetry);
  const table = create("table", both ? "reps reps-sides" : "reps");
  const head = table.createTHead().insertRow();
  const names = ["no", "worst", "curve", "depth", "tempo", ...(both ? ["sides"] : []), "remark"];
  for (const name of names) {
    const cell = create("th", `rep-${name}`, say(`column_${name === "no" ? "number" : name}`));
    cell.scope = "col";
    head.append(cell);
  }
  const body = table.createTBody();
  const longest = Math.max(...set.report.repetitions.map(secondsOf));
  let counted = 0;
  for (const [at, repetition] of set.report.repetitions.entries()) {
    counted += Number(repetition.counted);
    const row = body.insertRow();
    row.className = "rep";
    row.dataset.number = String(repetition.number);
    row.dataset.verdict = repetition.verdict;
    const best = set.report.best === repetition.number;
    const button = create("button", "rep-go", repetition.counted ? counted : "–");
    button.type = "button";
    button.title = say(message.source === "camera" ? "compare_it" : "go_there");
    const number = row.insertCell();
    number.append(button, create("span", "rep-verdict", say(`verdict_${best ? "best" : repetition.verdict}`)));
    row.insertCell().append(pictureOf(repetition, set.rows[at].points, message, skeleton));
    row.insertCell().append(curveOf(set, at, say));
    const depth = row.insertCell();
    depth.append(create("b", "", `${Math.round(repetition.depth_degrees)}°`));
    row.insertCell().append(tempoOf(repetition, longest, say));
    if (both) row.insertCell().append(sidesOf(repetition, say));
    row.insertCell().append(create("span", "", remarkOf(set, at, range, say)));
    for (const [index, cell] of [...row.cells].entries()) cell.className = `rep-${names[index]}`;
    row.addEventListener("click", () => choose(repetition.number));
  }
  return table;
}

/** @param {Repetition} repetition */
function secondsOf(repetition) {
  return repetition.down_s + repetition.up_s;
}

/**
 * What the coach says; of one that went not far enough also how far the visitor goes.
 * @param {ShownSet} set
 * @param {number} at
 * @param {number | null} range
 * @param {Say} say
 */
function remarkOf(set, at, range, say) {
  const { remark } = set.rows[at];
  const { rejection } = set.report.repetitions[at];
  if (range === null || rejection?.reason !== "shallow" || rejection.asked !== set.report.asked_degrees) return remark;
  return `${remark} ${say("range_ends", { degrees: Math.round(range) })}`;
}

/**
 * The worst moment: the part of the image around the body, with the skeleton; the picture comes later.
 * @param {Repetition} repetition
 * @param {Points | null} points
 * @param {Message} message
 * @param {Skeleton} skeleton
 */
function pictureOf(repetition, points, { aspect, pictures }, skeleton) {
  const canvas = create("canvas", "rep-picture");
  canvas.dataset.second = String(repetition.worst_s);
  const bodies = points ? [{ points, faint: false }] : [];
  const view = points ? windowOf(bodies, skeleton.visible, (THUMB[0] / THUMB[1]) / aspect) : undefined;
  const draw = (/** @type {HTMLImageElement} */ image) => drawPose(canvas, bodies, skeleton, aspect, view, image);
  waiting.set(canvas, draw);
  requestAnimationFrame(() => drawPose(canvas, bodies, skeleton, aspect, view));
  showPicture(canvas, pictures);
  return canvas;
}

/** @type {WeakMap<HTMLElement, (image: HTMLImageElement) => void>} how each picture is drawn once it is there */
const waiting = new WeakMap();

/**
 * Show the picture of this second, if it has come.
 * @param {HTMLElement} canvas
 * @param {Message["pictures"]} pictures
 */
export function showPicture(canvas, pictures) {
  const source = pictures.find(([second]) => second === Number(canvas.dataset.second))?.[1];
  const draw = waiting.get(canvas);
  if (!source || !draw) return;
  waiting.delete(canvas);
  const image = new Image();
  image.onload = () => requestAnimationFrame(() => draw(image));
  image.src = source;
}

/** @param {ShownSet} set @param {number} at @param {Say} say */
function curveOf(set, at, say) {
  const scale = scaleOf(set, 150, 62, 5);
  const { curve } = set.rows[at];
  const svg = ground(set, scale, say("column_curve"));
  if (curve) svg.append(createSvg("path", { class: "own", d: pathOf(curve, scale) }));
  return svg;
}

/** There and back as two lengths of one line. @param {Repetition} repetition @param {number} longest @param {Say} say */
function tempoOf(repetition, longest, say) {
  const box = create("div", "rep-times");
  const line = create("div", "rep-line");
  const { down_s: there, up_s: back } = repetition;
  for (const [name, seconds] of Object.entries({ there, back })) {
    const part = create("i", name);
    part.style.width = `${(100 * seconds) / longest}%`;
    line.append(part);
  }
  const words = create("span", "", say("there_and_back", { there: decimals(there, 1), back: decimals(back, 1) }));
  box.append(words, line);
  return box;
}

/** @param {Repetition} repetition @param {Say} say */
function sidesOf({ symmetry }, say) {
  const box = create("div", "rep-both");
  if (!symmetry) return create("span", "rep-none", "–");
  for (const side of /** @type {const} */ (["left", "right"])) {
    const line = create("span", side, say(`side_${side}`));
    line.append(create("b", "", `${Math.round(symmetry[`${side}_degrees`])}°`));
    box.append(line);
  }
  return box;
}
