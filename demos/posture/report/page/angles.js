// @ts-check
// The driving angles through a set: of the body, or of each side, with the way there and the way back of each repetition, and
// what did not count, with what it reached.

import { create, createSvg } from "../../../common/page/dom.js";
import { typeRoom, typeSize } from "../../../common/page/type_size.js";
import { curvePath } from "../../page/curve.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { ShownSet } from "./message.js" */

const [WIDE, NARROW] = [840, 380]; // the drawing's width on a laptop and on a phone, where it would be too small to read
const HEIGHT = 230;
const MARGIN = { left: 46, right: 8, top: 12, bottom: 52 };
const ROOM = 60; // of the drawing's width that an attempt must take to have its numbers below it

/**
 * @param {ShownSet} set
 * @param {Say} say
 * @param {(number: number) => void} choose what a click on the repetition of that number does
 */
export function anglesOf(set, say, choose) {
  const { seconds, signal, left, right } = set.angles;
  const part = create("div", "rep-angles");
  if (seconds.length < 2) return part;
  const width = window.innerWidth > 820 ? WIDE : NARROW;
  const [margin, height] = [typeRoom(MARGIN), typeSize(HEIGHT)];
  const known = [...signal, ...(left ?? []), ...(right ?? []), set.report.asked_degrees].filter((angle) => angle !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const [from, until] = [seconds[0], seconds[seconds.length - 1]];
  const x = (/** @type {number} */ at) => margin.left + ((at - from) / (until - from)) * (width - margin.left - margin.right);
  const y = (/** @type {number} */ angle) =>
    margin.top + ((high - angle) / Math.max(1, high - low)) * (height - margin.top - margin.bottom);
  const floor = height - margin.bottom;
  const svg = createSvg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": say("angles_title", { measure: set.measure }) });

  let counted = 0;
  for (const { number, counted: counts, start_s: start, bottom_s: turn, end_s: end, depth_degrees: depth, rejection } of set.report.repetitions) {
    counted += Number(counts);
    const group = createSvg("g", { class: counts ? "counted" : "rejected" });
    for (const [kind, begin, stop] of /** @type {[string, number, number][]} */ ([["there", start, turn], ["back", turn, end]])) {
      group.append(createSvg("rect", { class: kind, x: x(begin), y: margin.top, width: Math.max(0, x(stop) - x(begin)), height: floor - margin.top }));
    }
    const words = { x: (x(start) + x(end)) / 2, y: floor + typeSize(20) };
    group.append(createSvg("text", words, counts ? counted : "–"));
    const wide = x(end) - x(start) > typeSize(ROOM);
    if (!counts && wide && rejection?.reason === "shallow") {
      const asked = Math.round(rejection.asked);
      group.append(createSvg("text", { ...words, y: floor + typeSize(40) }, say("angles_why", { reached: Math.round(depth), asked })));
    }
    group.append(createSvg("title", {}, set.rows[number - 1].remark || say(`verdict_${counts ? "good" : "not_counted"}`)));
    group.addEventListener("click", () => choose(number));
    svg.append(group);
  }
  const asked = set.report.asked_degrees;
  if (asked !== null) svg.append(createSvg("line", { class: "asked", x1: x(from), x2: x(until), y1: y(asked), y2: y(asked) }));
  for (const angle of [low, high, ...(asked === null ? [] : [asked])]) {
    svg.append(createSvg("text", { class: "tick", x: margin.left - 8, y: y(angle) + typeSize(5) }, `${Math.round(angle)}°`));
  }
  const lines = left && right ? { left, right } : { signal };
  for (const [name, angles] of Object.entries(lines)) svg.append(createSvg("path", { class: name, d: curvePath(seconds, angles, x, y) }));
  const legend = create("p", "rep-legend");
  for (const name of left && right ? ["left", "right"] : []) legend.append(create("i", name), create("span", "", say(`side_${name}`)));
  legend.append(create("i", "there"), create("span", "", say("way_there")), create("i", "back"), create("span", "", say("way_back")));
  part.append(create("h4", "", say("angles_title", { measure: set.measure })), svg, legend);
  return part;
}
