// @ts-check
// The curve of a recorded angle with the two thresholds of its hysteresis, which a pointer or the arrow keys move.

import { createSvg } from "../../../common/page/dom.js";
import { clamp } from "../../../common/page/numbers.js";
import { typeRoom, typeSize } from "../../../common/page/type_size.js";

/** @import { Shown } from "./teach.js" */
/** @import { Say } from "../../../common/page/words.js" */

const HEIGHT = 300;
const MARGIN = { left: 46, right: 14, top: 14, bottom: 16 };

/**
 * The angle that a repetition must come from.
 * @param {Shown} shown
 */
export function backOf({ full, range, falling }) {
  return falling ? full + range : full - range;
}

/**
 * @param {Shown} shown
 * @param {{ width: number, say: Say, set: (full: number, back: number) => void, point: (seconds: number) => void }} to
 *   `set` is told the thresholds that are left, `point` the second under the pointer, -1 when there is none
 */
export function plotOf(shown, { width, say, set, point }) {
  const { seconds, angles, measure, falling } = shown;
  const hold = shown.kind === "hold";
  const last = seconds[seconds.length - 1] || 1;
  const [margin, height] = [typeRoom(MARGIN), typeSize(HEIGHT)];
  const [right, bottom] = [width - margin.right, height - margin.bottom];
  const known = angles.filter((angle) => angle !== null);
  const sign = falling ? 1 : -1;
  const lines = hold ? [] : [shown.full, backOf(shown)];
  const low = Math.floor((Math.min(...known, ...lines) - 6) / 15) * 15;
  const high = Math.ceil((Math.max(...known, ...lines) + 6) / 15) * 15;
  const x = (/** @type {number} */ time) => margin.left + (time / last) * (right - margin.left);
  const y = (/** @type {number} */ degrees) => bottom - ((degrees - low) / (high - low)) * (bottom - margin.top);
  const label = say("chart", { measure, seconds: last.toFixed(1) });
  const svg = createSvg("svg", { class: "teach-plot", width, height: height, role: "group", "aria-label": label });

  const step = [15, 30, 45, 90].find((each) => (high - low) / each <= 6) ?? 90;
  for (let degrees = Math.ceil(low / step) * step; degrees <= high; degrees += step) {
    svg.append(createSvg("line", { class: "grid", x1: margin.left, x2: right, y1: y(degrees), y2: y(degrees) }));
    svg.append(createSvg("text", { class: "tick", x: margin.left - 8, y: y(degrees) }, `${degrees}°`));
  }
  for (const { start, end } of shown.shown) {
    svg.append(createSvg("rect", { class: "beyond", x: x(start), y: margin.top, width: x(end) - x(start), height: bottom - margin.top }));
  }
  let path = "";
  angles.forEach((angle, at) => {
    if (angle !== null) path += `${path && angles[at - 1] !== null ? "L" : "M"}${x(seconds[at]).toFixed(1)} ${y(angle).toFixed(1)}`;
  });
  svg.append(createSvg("path", { class: "angle", d: path }));
  shown.shown.forEach(({ turn }, at) => {
    const place = { class: "turn", x: x(turn), y: falling ? bottom - 4 : margin.top + typeSize(16) };
    svg.append(createSvg("text", place, at + 1));
  });
  const cursor = createSvg("line", { class: "cursor", y1: margin.top, y2: bottom });
  svg.append(cursor);
  if (!hold) svg.append(threshold("there", 0), threshold("back", 1));

  svg.addEventListener("pointermove", (event) => {
    const share = (event.clientX - svg.getBoundingClientRect().left - margin.left) / (right - margin.left);
    point(share >= 0 && share <= 1 ? share * last : -1);
  });
  svg.addEventListener("pointerleave", () => point(-1));

  /**
   * One of the two lines: 0 where a repetition must get to, 1 where it must come from.
   * @param {string} name
   * @param {0 | 1} which
   */
  function threshold(name, which) {
    const group = createSvg("g", {
      class: "threshold", tabindex: 0, role: "slider", "aria-orientation": "vertical", "aria-label": say(name),
      "aria-valuemin": low, "aria-valuemax": high, "aria-valuenow": Math.round(lines[which]),
    });
    const box = { x1: margin.left, x2: right };
    const [line, hand] = [createSvg("line", box), createSvg("line", { ...box, class: "hold" })];
    const knob = createSvg("circle", { cx: right - 8, r: 8 });
    const text = createSvg("text", { x: right - 24 });
    group.append(line, hand, knob, text);
    const place = () => {
      for (const each of [line, hand]) for (const end of ["y1", "y2"]) each.setAttribute(end, String(y(lines[which])));
      knob.setAttribute("cy", String(y(lines[which])));
      text.setAttribute("y", String(y(lines[which]) + ((which === 0) === falling ? typeSize(20) : -8)));
      text.textContent = `${say(name)} ${Math.round(lines[which])}°`;
    };
    const move = (/** @type {number} */ degrees) => {
      const other = lines[1 - which] * sign;
      const wanted = clamp(degrees, low, high) * sign;
      lines[which] = Math.round(which === 0 ? Math.min(wanted, other - 1) : Math.max(wanted, other + 1)) * sign;
      place();
    };
    const leave = () => set(lines[0], lines[1]);
    group.addEventListener("pointerdown", (event) => {
      group.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    group.addEventListener("pointermove", (event) => {
      if (!group.hasPointerCapture(event.pointerId)) return;
      const down = (event.clientY - svg.getBoundingClientRect().top - margin.top) / (bottom - margin.top);
      move(high - down * (high - low));
    });
    group.addEventListener("pointerup", leave);
    group.addEventListener("keydown", (event) => {
      const by = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[event.key];
      if (!by) return;
      event.preventDefault();
      move(lines[which] + by);
      leave();
    });
    place();
    return group;
  }

  /** @param {number} time seconds */
  function moveCursor(time) {
    for (const end of ["x1", "x2"]) cursor.setAttribute(end, String(x(clamp(time, 0, last))));
  }

  return { svg, moveCursor };
}
