// @ts-check
// One value of a step: its name, its shape, its numbers as a row of cells, and what they are in short.

import { fitCanvas } from "../../../common/page/canvas.js";
import { create } from "../../../common/page/dom.js";
import { clamp, significant } from "../../../common/page/numbers.js";
import { floatsOf } from "../../../common/page/base64.js";

/** @import { View } from "./view.js" */

/**
 * @typedef {{ dims: string, shape: number[], numbers: string | null, stats: number[] }} Value `dims` are letters
 *   ("B H T D"), `numbers` base64 of 32-bit floats (null where there are too many), `stats` their least, mean, largest
 *   and norm
 */

const MOST_ACROSS = 260; // cells in a row
const ATTENTION = "B H T T"; // the dims of a value with a cell for each token of each head
const HEADS = "B H T D"; // of one with a vector for each head

/** @param {Float32Array} numbers */
function summary(numbers) {
  const sum = numbers.reduce((all, x) => all + x, 0);
  return [Math.min(...numbers), sum / numbers.length, Math.max(...numbers), Math.hypot(...numbers)];
}

/**
 * A value of the chosen token. `paint` draws it once its element stands in the page.
 * @param {View} view
 * @param {string} field
 * @param {Value} value
 * @returns {{ element: HTMLElement, paint: () => void }}
 */
export function createValue(view, field, { dims, shape, numbers, stats }) {
  const element = create("div", "gi-value");
  const head = create("header");
  const size = `(${dims.replaceAll(" ", ", ")}) = (${shape.join(", ")})`;
  head.append(create("b", "", view.say(`value_${field}`)), create("code", "", size));
  element.append(head);
  let [shown, paint] = [stats, () => {}];
  if (numbers) {
    let own = floatsOf(numbers);
    if (dims === ATTENTION) { // of the chosen head
      const count = view.position + 1;
      own = own.slice(view.head * count, (view.head + 1) * count);
      shown = summary(own);
    }
    const cells = createCells(view, dims, own);
    element.append(cells.box);
    paint = cells.paint;
  }
  const [low, mean, high, norm] = shown.map((number) => significant(number));
  element.append(create("p", "gi-stats", view.say("stats", { low, mean, high, norm })));
  return { element, paint };
}

/**
 * Numbers as cells, orange below zero and blue above, which say themselves under the pointer.
 * @param {View} view
 * @param {string} dims
 * @param {Float32Array} numbers
 */
function createCells(view, dims, numbers) {
  const rows = Math.max(1, Math.ceil(numbers.length / MOST_ACROSS));
  const across = Math.ceil(numbers.length / rows);
  const height = rows === 1 ? 30 : clamp(72 / rows, 7, 16);
  const canvas = create("canvas", "gi-vector");
  const aside = create("span", "gi-number");

  function paint() {
    const width = canvas.parentElement?.clientWidth ?? 0;
    if (!width) return;
    canvas.style.height = `${rows * height}px`;
    const { context } = fitCanvas(canvas, width, rows * height);
    const most = numbers.reduce((top, x) => Math.max(top, Math.abs(x)), 1e-12);
    const [below, above] = ["--class-0", "--class-1"].map((name) => view.rgb(name).join(","));
    numbers.forEach((x, i) => {
      context.fillStyle = `rgba(${x < 0 ? below : above},${Math.abs(x) / most})`;
      const [left, top] = [((i % across) * width) / across, Math.floor(i / across) * height];
      context.fillRect(left, top, width / across + 0.4, height - (rows > 1 ? 1 : 0));
    });
    if (dims !== HEADS) return;
    const { heads } = view.seen.shape;
    context.fillStyle = view.colour("--ink");
    for (let head = 1; head < heads; head += 1) {
      const i = (head * numbers.length) / heads;
      context.fillRect(((i % across) * width) / across - 0.5, Math.floor(i / across) * height, 1, height);
    }
  }

  canvas.addEventListener("pointermove", (event) => {
    const box = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * across);
    const i = Math.floor((event.clientY - box.top) / height) * across + column;
    if (numbers[i] === undefined) return;
    const name = dims === ATTENTION ? `“${view.token(i)}”` : `[${i}]`;
    aside.textContent = `${name} = ${significant(numbers[i])}`;
    aside.style.left = `${clamp(event.clientX - box.left, 60, box.width - 60)}px`;
  });
  canvas.addEventListener("pointerleave", () => { aside.textContent = ""; });
  const box = create("div", "gi-vector-box");
  box.append(canvas, aside);
  return { box, paint };
}
