// @ts-check
// The angle that counts over the seconds of the video, each repetition marked where it was deepest.

import { create, createSvg, find, parseMessage, setText } from "../../../common/page/dom.js";
import { clamp } from "../../../common/page/numbers.js";
import { typeRoom, typeSize } from "../../../common/page/type_size.js";
import { curvePath } from "../../page/curve.js";
import { onTime, seek } from "../../page/playback.js";

/**
 * `angles` in degrees, null where the joint was not seen; `asked` is the angle to reach, null where nothing is counted.
 * @typedef {object} Chart
 * @property {number[]} seconds
 * @property {(number | null)[]} angles
 * @property {number} length of the whole video, in seconds
 * @property {number | null} asked
 * @property {{ name: string, start: number, began: number }[]} sets their exercises' names and when they begin
 * @property {{ start: number, bottom: number, end: number, depth: number, counted: boolean, label: string }[]} attempts
 * @property {string} x title
 * @property {string} y title
 */

const HEIGHT = 300;
const LEAST = 8; // CSS pixels that a second takes; longer videos are scrolled
const MARGIN = { left: 56, right: 12, top: 26, bottom: 62 };
const TOPS = [50, 95, 185]; // degrees at the upper edge: the first that all of the curve is below
const BOTTOMS = [0, -45, -90, -185]; // and at the lower one; a few degrees below it still have room
const ROOM = 5; // degrees

/** @param {MountContext} context */
export function mount({ element, props, watch }) {
  const place = find(element, '[data-part="chart"]');
  /** @type {Chart | null} */
  let chart = null;
  let now = 0; // the second at which the player is
  /** @type {{ box: HTMLElement, follow: (seconds: number) => void } | null} */
  let plot = null;

  function show() {
    chart = parseMessage(props.value);
    draw();
  }

  function draw() {
    const width = place.clientWidth;
    const scrolled = find(element, '[data-part="chart"]').firstElementChild?.scrollLeft ?? 0;
    plot = chart && width ? plotOf(chart, width) : null;
    place.replaceChildren(...(plot ? [plot.box] : []));
    if (plot) plot.box.scrollLeft = scrolled;
    plot?.follow(now);
  }

  watch("value", show);
  show();
  onTime("posture-chart", (seconds) => plot?.follow((now = seconds)));
  new ResizeObserver(draw).observe(place);
}

/**
 * The plot in a box that scrolls, and what lets it follow the player.
 * @param {Chart} chart
 * @param {number} room CSS pixels
 */
function plotOf(chart, room) {
  const last = chart.length || 1;
  const [margin, height] = [typeRoom(MARGIN), typeSize(HEIGHT)];
  const width = Math.max(room, Math.ceil(LEAST * last) + margin.left + margin.right);
  const [right, bottom] = [width - margin.right, height - margin.bottom];
  const x = (/** @type {number} */ seconds) => margin.left + (seconds / last) * (right - margin.left);
  const [low, high] = range(chart);
  const y = (/** @type {number} */ degrees) => bottom - ((degrees - low) / (high - low)) * (bottom - margin.top);
  const svg = createSvg("svg", { class: "posture-plot", width, height: height, role: "img", "aria-label": chart.y });

  const apart = high - low > 100 ? 45 : 15;
  for (let degrees = low - (low % apart); degrees <= high; degrees += apart) {
    svg.append(createSvg("line", { class: "grid", x1: margin.left, x2: right, y1: y(degrees), y2: y(degrees) }));
    svg.append(createSvg("text", { class: "tick-y", x: margin.left - 8, y: y(degrees) }, degrees));
  }
  const tick = tickStep(last, (right - margin.left) / typeSize(60));
  for (let seconds = 0; seconds <= last; seconds += tick) {
    svg.append(createSvg("line", { class: "grid", x1: x(seconds), x2: x(seconds), y1: margin.top, y2: bottom }));
    svg.append(createSvg("text", { class: "tick-x", x: x(seconds), y: bottom + 8 }, seconds));
  }
  svg.append(createSvg("text", { class: "title-x", x: (margin.left + right) / 2, y: height - 8 }, chart.x));
  const middle = (margin.top + bottom) / 2;
  svg.append(createSvg("text", { class: "title-y", x: typeSize(14), y: middle, transform: `rotate(-90 ${typeSize(14)} ${middle})` }, chart.y));

  for (const { start, end } of chart.attempts.filter(({ counted }) => counted)) {
    const box = { x: x(start), y: margin.top, width: x(end) - x(start), height: bottom - margin.top };
    svg.append(createSvg("rect", { class: "counted", ...box }));
  }
  if (chart.asked !== null) {
    svg.append(createSvg("line", { class: "asked", x1: margin.left, x2: right, y1: y(chart.asked), y2: y(chart.asked) }));
  }
  svg.append(createSvg("path", { class: "angle", d: curvePath(chart.seconds, chart.angles, x, y) }));
  for (const { bottom: deepest, depth, counted, label } of chart.attempts) {
    const place = { class: counted ? "number" : "remark", x: x(deepest), y: Math.min(y(depth) + typeSize(22), bottom - 4) };
    svg.append(createSvg("text", place, label));
  }

  for (const { name, start, began } of chart.sets.length > 1 ? chart.sets : []) {
    if (start > 0) svg.append(createSvg("line", { class: "border", x1: x(start), x2: x(start), y1: 0, y2: bottom }));
    svg.append(createSvg("text", { class: "set", x: x(Math.max(start, began)) + 4, y: margin.top - 8 }, name));
  }

  const box = create("div", "posture-chart-box");
  const plot = create("div", "posture-chart");
  box.append(plot);
  const playhead = createSvg("line", { class: "playhead", y1: margin.top, y2: bottom, x1: x(0), x2: x(0) });
  const note = create("output", "posture-value");
  const cursor = createSvg("line", { class: "cursor", y1: margin.top, y2: bottom, visibility: "hidden" });
  svg.append(playhead, cursor);
  plot.append(svg, note);
  let now = 0;
  const secondsAt = (/** @type {PointerEvent} */ event) =>
    clamp(((event.clientX - svg.getBoundingClientRect().left - margin.left) / (right - margin.left)) * last, 0, last);
  plot.addEventListener("pointerdown", (event) => seek(secondsAt(event)));
  plot.tabIndex = 0;
  plot.setAttribute("role", "slider");
  plot.setAttribute("aria-label", chart.x);
  plot.setAttribute("aria-valuemin", "0");
  plot.setAttribute("aria-valuemax", String(last));
  plot.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    seek(clamp(now + step, 0, last));
  });
  plot.addEventListener("pointermove", (event) => {
    if (event.buttons === 1 && event.pointerType === "mouse") seek(secondsAt(event));
    const index = nearest(chart.seconds, secondsAt(event));
    const angle = chart.angles[index];
    cursor.setAttribute("visibility", angle === null ? "hidden" : "visible");
    for (const name of ["x1", "x2"]) cursor.setAttribute(name, String(x(chart.seconds[index])));
    note.style.left = `${clamp(x(chart.seconds[index]), margin.left + 40, right - 40)}px`;
    setText(note, angle === null ? "" : `${chart.seconds[index].toFixed(1)} s · ${Math.round(angle)}°`);
  });
  plot.addEventListener("pointerleave", () => {
    cursor.setAttribute("visibility", "hidden");
    setText(find(plot, "output"), "");
  });
  return {
    box,
    /** @param {number} seconds */
    follow(seconds) {
      now = seconds;
      const at = x(clamp(seconds, 0, last));
      for (const name of ["x1", "x2"]) playhead.setAttribute(name, String(at));
      plot.setAttribute("aria-valuenow", seconds.toFixed(1));
      if (width > room && (at < box.scrollLeft + margin.left || at > box.scrollLeft + room - 24)) box.scrollLeft = at - room / 4;
    },
  };
}

/**
 * The degrees at the lower and at the upper edge.
 * @param {Chart} chart
 * @returns {[low: number, high: number]}
 */
function range({ angles, asked }) {
  const known = [...angles, asked].filter((angle) => angle !== null);
  const [least, most] = [Math.min(0, ...known), Math.max(0, ...known)];
  const low = BOTTOMS.find((edge) => edge - ROOM <= least) ?? -185;
  return [low, TOPS.find((edge) => most <= edge) ?? 185];
}

/**
 * The smallest round step with which at most `most` of them fill `length`.
 * @param {number} length
 * @param {number} most
 */
function tickStep(length, most) {
  const steps = [1, 2, 5, 10, 20, 30, 60, 120];
  return steps.find((step) => length / step <= most) ?? 300;
}

/**
 * The index of the number nearest to `wanted`.
 * @param {number[]} ascending
 * @param {number} wanted
 */
function nearest(ascending, wanted) {
  let [low, high] = [0, ascending.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= wanted) low = middle;
    else high = middle;
  }
  return wanted - ascending[low] <= ascending[high] - wanted ? low : high;
}
