// @ts-check
// The losses of a training over its steps, against what mere counting is worth. A click chooses the nearest sample.

import { createSvg, find, findAll } from "../../../common/page/dom.js";
import { clamp, count, decimals } from "../../../common/page/numbers.js";
import { typeRoom, typeSize } from "../../../common/page/type_size.js";

/**
 * @typedef {[step: number, loss: number]} Point
 * @typedef {{ steps: number, curve: Point[], heldOut: Point[], baselines: Record<string, number>, samples: number[],
 *   chosen: number | null }} Losses `samples` are the steps of the samples, `chosen` the step of the one to mark
 * @typedef {{ steps: number, x: (step: number) => number, y: (loss: number) => number }} Scale
 */

const SHORT = new Intl.NumberFormat("en", { notation: "compact" }); // of a loss that explodes: "20K"
const MARGIN = { left: 46, right: 14, top: 14, bottom: 30 };

/**
 * A round distance between ticks, for about four of them.
 * @param {number} range
 */
function tickOf(range) {
  const rough = range / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5].map((each) => each * power).find((each) => each >= rough) ?? 10 * power;
}

/**
 * @param {Point[]} points
 * @param {number} step
 */
function nearest(points, step) {
  /** @param {Point} point */
  const distance = ([at]) => Math.abs(at - step);
  return points.length ? points.reduce((best, each) => (distance(each) < distance(best) ? each : best)) : null;
}

/**
 * A baseline's name stands on its line. One that would cover the name above hangs below its line; at the foot all move
 * up.
 * @param {HTMLElement[]} labels
 * @param {Record<string, number>} baselines
 * @param {Scale} scale
 * @param {number} foot
 */
function placeNames(labels, baselines, scale, foot) {
  const placed = [];
  for (const label of labels) {
    const loss = baselines[String(label.dataset.name)];
    label.hidden = loss === undefined;
    if (label.hidden) continue;
    find(label, "b").textContent = decimals(loss, 2);
    placed.push({ label, y: scale.y(loss), height: label.getBoundingClientRect().height, end: 0 });
  }
  placed.sort((one, other) => one.y - other.y);
  let taken = 0; // down to here
  for (const each of placed) {
    each.end = each.y - each.height >= taken ? each.y : Math.max(each.y, taken) + each.height;
    taken = each.end;
  }
  let free = foot; // up from here
  for (const each of placed.reverse()) {
    if (each.end > free) each.end = Math.min(each.y, free);
    free = each.end - each.height;
    each.label.style.top = `${each.end}px`;
  }
}

/**
 * @param {HTMLElement} plot
 * @param {(at: number) => void} choose the number of the sample that was clicked at
 */
export function mountPlot(plot, choose) {
  const drawing = find(plot, "svg", SVGSVGElement);
  const tip = find(plot, ".tip");
  const labels = findAll(plot, ".baseline");
  /** @type {Losses | null} */
  let shown = null;
  /** @type {Scale | null} */
  let scale = null;

  /**
   * @param {Losses} losses
   * @param {number} width
   * @param {number} height
   * @returns {Scale & { low: number, high: number }}
   */
  function scaleOf({ steps, curve, heldOut, baselines }, width, height) {
    const losses = [...curve, ...heldOut].map(([, loss]) => loss).concat(Object.values(baselines));
    if (!losses.length) losses.push(1, 4);
    const [low, high] = [Math.max(0, Math.min(...losses) - 0.35), Math.max(...losses) + 0.3];
    const most = Math.max(steps, 1, ...curve.map(([step]) => step));
    const margin = typeRoom(MARGIN);
    const [right, bottom] = [width - margin.right, height - margin.bottom];
    return {
      low,
      high,
      steps: most,
      x: (step) => margin.left + (right - margin.left) * (step / most),
      y: (loss) => bottom - (bottom - margin.top) * ((loss - low) / (high - low)),
    };
  }

  function draw() {
    const [width, height] = [plot.clientWidth, plot.clientHeight];
    if (!shown || !width) return;
    const { steps, curve, heldOut, baselines, chosen } = shown;
    const here = scaleOf(shown, width, height);
    const { x, y } = scale = here;
    const margin = typeRoom(MARGIN);
    const [right, bottom] = [width - margin.right, height - margin.bottom];
    /** @type {SVGElement[]} */
    const parts = [];
    /** @param {string} name @param {string} d */
    const line = (name, d) => parts.push(createSvg("path", { class: name, d }));
    /** @param {number} left @param {number} top @param {string} anchor @param {string} text */
    const label = (left, top, anchor, text) => {
      parts.push(createSvg("text", { x: left, y: top, "text-anchor": anchor }, text));
    };
    /** @param {Point[]} points */
    const path = (points) => points.map(([step, loss], at) => (
      `${at ? "L" : "M"}${x(step).toFixed(1)} ${y(loss).toFixed(1)}`
    )).join("");

    const tick = tickOf(here.high - here.low);
    for (let loss = Math.ceil(here.low / tick) * tick; loss < here.high; loss += tick) {
      line("grid", `M${margin.left} ${y(loss)}H${right}`);
      label(margin.left - 8, y(loss) + typeSize(5), "end", loss < 1e4 ? String(Number(loss.toFixed(2))) : SHORT.format(loss));
    }
    if (steps) {
      const far = tickOf(here.steps);
      for (let step = 0; step <= here.steps; step += far) {
        const isLast = step + far > here.steps && step > here.steps * 0.95;
        label(x(step), height - 8, isLast ? "end" : "middle", count(step));
      }
    }
    for (const loss of Object.values(baselines)) line("counted", `M${margin.left} ${y(loss)}H${right}`);
    if (chosen !== null) line("mark", `M${x(chosen)} ${margin.top}V${bottom}`);
    if (curve.length > 1) line("trained", path(curve));
    if (heldOut.length > 1) line("held", path(heldOut));
    for (const [step, loss] of heldOut) parts.push(createSvg("circle", { class: "held", cx: x(step), cy: y(loss), r: 4 }));
    line("pointed", "");
    drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    drawing.replaceChildren(...parts);
    placeNames(labels, baselines, here, bottom);
  }

  /** @param {string} d */
  const markPointed = (d) => drawing.querySelector(".pointed")?.setAttribute("d", d);

  plot.addEventListener("pointermove", (event) => {
    if (!shown || !scale) return;
    const margin = typeRoom(MARGIN);
    const box = plot.getBoundingClientRect();
    const part = (event.clientX - box.left - margin.left) / (box.width - margin.left - margin.right);
    const [trained, held] = [nearest(shown.curve, part * scale.steps), nearest(shown.heldOut, part * scale.steps)];
    const at = (trained ?? held)?.[0];
    if (at === undefined) return;
    markPointed(`M${scale.x(at)} ${margin.top}V${box.height - margin.bottom}`);
    tip.hidden = false;
    find(tip, "b").textContent = count(at);
    find(tip, ".trained").textContent = decimals(trained?.[1], 2);
    find(tip, ".held").textContent = decimals(held?.[1], 2);
    const middle = tip.offsetWidth / 2;
    tip.style.left = `${clamp(scale.x(at), middle, box.width - middle)}px`;
  });
  plot.addEventListener("pointerleave", () => {
    tip.hidden = true;
    markPointed("");
  });
  plot.addEventListener("click", (event) => {
    if (!shown || !scale || shown.samples.length < 2) return;
    const { x } = scale;
    const left = event.clientX - plot.getBoundingClientRect().left;
    const distances = shown.samples.map((step) => Math.abs(x(step) - left));
    choose(distances.indexOf(Math.min(...distances)));
  });
  new ResizeObserver(draw).observe(plot);

  return {
    /** @param {Losses} losses */
    show(losses) {
      shown = losses;
      draw();
    },
  };
}
