// @ts-check
// How many of the held-out questions are answered right over the steps: a line for each kind, sums by their carry.

import { createSvg, find, findAll } from "../../../common/page/dom.js";
import { typeRoom, typeSize } from "../../../common/page/type_size.js";

/** @typedef {{ step: number, answers: [kind: string, share: number][] }} Answered what was right at a step, by kind */

const MARGIN = { left: 46, right: 14, top: 10, bottom: 8 };
const SHARES = [0, 0.5, 1];

/** @param {HTMLElement} figure with a key for each kind */
export function mountAnswers(figure) {
  const plot = find(figure, ".shares");
  const drawing = find(plot, "svg", SVGSVGElement);
  /** @type {Answered[]} */
  let shown = [];
  let steps = 1;

  function draw() {
    const [width, height] = [plot.clientWidth, plot.clientHeight];
    if (!width) return;
    const margin = typeRoom(MARGIN);
    const [right, bottom] = [width - margin.right, height - margin.bottom];
    /** @param {number} step */
    const x = (step) => margin.left + (right - margin.left) * (step / steps);
    /** @param {number} share */
    const y = (share) => bottom - (bottom - margin.top) * share;
    /** @type {SVGElement[]} */
    const parts = [];
    for (const share of SHARES) {
      parts.push(createSvg("path", { class: "grid", d: `M${margin.left} ${y(share)}H${right}` }));
      parts.push(createSvg("text", { x: margin.left - 8, y: y(share) + typeSize(5), "text-anchor": "end" }, `${100 * share}%`));
    }
    for (const key of findAll(figure, ".key")) {
      const kind = String(key.dataset.kind);
      const points = shown.flatMap(({ step, answers }) => (
        answers.filter(([name]) => name === kind).map(([, share]) => ({ step, share }))
      ));
      key.hidden = !points.length;
      const path = points.map(({ step, share }, at) => (
        `${at ? "L" : "M"}${x(step).toFixed(1)} ${y(share).toFixed(1)}`
      )).join("");
      parts.push(createSvg("path", { class: `answered ${kind}`, d: path }));
      for (const { step, share } of points) {
        parts.push(createSvg("circle", { class: kind, cx: x(step), cy: y(share), r: 3.5 }));
      }
    }
    drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    drawing.replaceChildren(...parts);
  }

  new ResizeObserver(draw).observe(plot);

  return {
    /**
     * @param {Answered[]} answered
     * @param {number} last step of the axis
     */
    show(answered, last) {
      shown = answered.filter(({ answers }) => answers.length);
      steps = Math.max(1, last, ...shown.map(({ step }) => step));
      figure.hidden = !shown.length;
      draw();
    },
  };
}
