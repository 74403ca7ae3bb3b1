// @ts-check
// The page of “How it learned”: the matrix of pairs that lights up, the curves, and the loss step by step.

import { floatsOf } from "../../../common/page/base64.js";
import { create, find, findAll, parseMessage, setText, targetOf } from "../../../common/page/dom.js";
import { createExcerpt } from "../../../common/page/excerpt.js";
import { fitFormulas } from "../../../common/page/formulas.js";
import { decimals, percent, significant } from "../../../common/page/numbers.js";
import { sayFrom } from "../../../common/page/words.js";
import { drawCurve } from "./curve.js";
import { drawNumbers } from "./numbers_of_step.js";

/** @import { Lines } from "../../../common/page/excerpt.js" */

/**
 * @typedef {{ turn: number, pairs: { image: string, caption: string }[], loss: "softmax" | "sigmoid",
 *   code: Record<string, Lines[]> }} Told
 * @typedef {{ turn: number, step: number, steps: number, running: boolean, over: boolean, status: string, fact: string,
 *   scale: number, bias: number, values: Record<string, string>,
 *   curve: [step: number, rows: number, columns: number, scale: number, recall: number][] }} Training as
 *   demos/clip/contrast/look.py makes it
 */

const SHOWN = { softmax: ["rows", "columns", "cosines"], sigmoid: ["judged", "cosines"] };

/**
 * @param {MountContext} mounted
 * @param {{ words: Words }} constants
 */
export function mount({ element, props, watch }, { words }) {
  const say = sayFrom(words);
  const root = find(element, ".contrast");
  const matrix = find(root, ".contrast-matrix");
  const buttons = findAll(root, ".contrast-steps button");
  /** @type {Told | null} */
  let told = null;
  /** @type {Training | null} */
  let training = null;
  /** @type {Record<string, Float32Array>} */
  let values = {};
  let shown = "rows"; // what the matrix shows
  let step = "vectors";
  let [row, column] = [0, 0]; // the chosen cell

  /** Lay out the matrix for other pairs. */
  function build() {
    if (!told) return;
    const { pairs, loss } = told;
    matrix.style.setProperty("--pairs", String(pairs.length));
    [row, column] = [row, column].map((at) => Math.min(at, pairs.length - 1));
    const corner = create("span");
    const heads = pairs.map(({ caption }, at) => {
      const head = create("span", "contrast-caption");
      head.append(create("b", "", at + 1), create("span", "", caption));
      return head;
    });
    const rows = pairs.flatMap(({ image, caption }, i) => {
      const picture = create("img", "contrast-image");
      [picture.src, picture.alt] = [image, caption];
      return [picture, ...pairs.map((_, j) => {
        const cell = create("button", i === j ? "own" : "");
        cell.type = "button";
        [cell.dataset.row, cell.dataset.column] = [String(i), String(j)];
        return cell;
      })];
    });
    matrix.replaceChildren(corner, ...heads, ...rows);
    if (!SHOWN[loss].includes(shown)) [shown] = SHOWN[loss];
    for (const button of findAll(root, "[data-show]")) button.hidden = !SHOWN[loss].includes(String(button.dataset.show));
    for (const button of buttons) button.hidden = !String(button.dataset.losses).split(" ").includes(loss);
    if (buttons.find((button) => button.dataset.step === step)?.hidden) step = "vectors";
  }

  function drawMatrix() {
    const numbers = values[shown];
    if (!numbers?.length) return;
    for (const button of findAll(root, "[data-show]")) button.ariaChecked = String(button.dataset.show === shown);
    findAll(matrix, "button").forEach((cell, at) => {
      const value = numbers[at];
      cell.style.setProperty("--tint", `${(100 * Math.max(0, Math.min(1, value))).toFixed(1)}%`);
      const [i, j] = [Number(cell.dataset.row), Number(cell.dataset.column)];
      cell.classList.toggle("chosen", i === row && j === column);
      cell.ariaLabel = say("cell", { row: i + 1, column: j + 1, value: decimals(value, 2) });
      cell.title = cell.ariaLabel;
    });
  }

  function drawCurves() {
    if (!training || !told) return;
    const { curve, steps, scale, bias } = training;
    const chance = Math.log(told.pairs.length);
    const last = curve[curve.length - 1];
    const [losses, scales, recall] = findAll(root, "figure[data-curve]");
    /** @param {HTMLElement} figure */
    const svg = (figure) => find(figure, "svg", SVGSVGElement);
    /** @param {1 | 2 | 3 | 4} at @returns {[number, number][]} */
    const line = (at) => curve.map((point) => [point[0], point[at]]);
    const most = Math.max(chance, ...curve.flatMap((point) => [point[1], point[2]]));
    drawCurve(svg(losses), steps, [line(1), line(2)], { low: 0, high: most, mark: chance });
    const said = { rows: decimals(last[1], 2), columns: decimals(last[2], 2), chance: decimals(chance, 2) };
    setText(find(losses, "figcaption"), say("losses", said));
    drawCurve(svg(scales), steps, [line(3)], { low: 0, high: 1.2 * Math.max(...curve.map((point) => point[3])) });
    const learnt = { scale: significant(scale), temperature: significant(1 / scale), bias: decimals(bias, 2) };
    setText(find(scales, "figcaption"), say(told.loss === "sigmoid" ? "scale_bias" : "scale", learnt));
    drawCurve(svg(recall), steps, [line(4)], { low: 0, high: 1, mark: 1 / told.pairs.length });
    setText(find(recall, "figcaption"), say("recall", { recall: percent(last[4]) }));
  }

  function drawPair() {
    if (!told || !values.cosines) return;
    const image = create("img");
    [image.src, image.alt] = [told.pairs[row].image, told.pairs[row].caption];
    const text = create("div");
    text.append(create("b", "", told.pairs[column].caption),
      create("span", "", say(row === column ? "own" : "wrong")),
      create("span", "", say("pair", { cosine: decimals(values.cosines[row * told.pairs.length + column], 2) })));
    find(root, ".contrast-pair").replaceChildren(image, text);
  }

  function drawStep() {
    if (!told || !values.cosines) return;
    for (const button of buttons) button.ariaSelected = String(button.dataset.step === step);
    for (const part of findAll(root, ".contrast-explained")) part.hidden = part.dataset.step !== step;
    const wanted = String(buttons.find((button) => button.dataset.step === step)?.dataset.values);
    drawNumbers(find(root, ".contrast-values"), wanted, values, { row, column, count: told.pairs.length }, say);
  }

  function drawCode() {
    if (told) find(root, ".contrast-code").replaceChildren(...(told.code[step] ?? []).map(createExcerpt));
  }

  function drawAll() {
    drawMatrix();
    drawPair();
    drawStep();
  }

  function receive() {
    /** @type {Told | null} */
    const pairs = parseMessage(props.pairs);
    /** @type {Training | null} */
    const received = parseMessage(props.value);
    if (!pairs || !received || received.turn < Math.max(pairs.turn, training?.turn ?? 0)) return;
    if (pairs.turn !== told?.turn) {
      told = pairs;
      build();
      drawCode();
    }
    training = received;
    values = Object.fromEntries(Object.entries(received.values).map(([name, text]) => [name, floatsOf(text)]));
    root.toggleAttribute("data-drawn", true);
    root.dataset.running = String(training.running);
    setText(find(root, ".contrast-status"), training.status);
    setText(find(root, ".contrast-fact"), training.fact);
    find(root, ".contrast-progress i").style.width = `${(100 * training.step) / Math.max(1, training.steps)}%`;
    drawCurves();
    drawAll();
  }

  fitFormulas(root);
  matrix.addEventListener("click", (event) => {
    const cell = targetOf(event, "button");
    if (!cell) return;
    [row, column] = [Number(cell.dataset.row), Number(cell.dataset.column)];
    drawAll();
  });
  find(root, ".contrast-shown").addEventListener("click", (event) => {
    const button = targetOf(event, "button");
    if (!button) return;
    shown = String(button.dataset.show);
    drawMatrix();
  });
  find(root, ".contrast-steps").addEventListener("click", (event) => {
    const button = targetOf(event, "button");
    if (!button) return;
    step = String(button.dataset.step);
    drawCode();
    drawStep();
  });
  watch(["value", "pairs"], receive);
  receive();
}
