// @ts-check
// The best repetition as a ghost over another one: all curves in one drawing, and both bodies moving at the same share of
// their way. Whoever points at the drawing holds that moment.

import { create, createSvg, isStill } from "../../../common/page/dom.js";
import { clamp } from "../../../common/page/numbers.js";
import { bestCurve, furthestApart, ground, pathOf, scaleOf } from "./curves.js";
import { drawPose, placeOf, windowOf } from "./pose.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { Skeleton } from "../../page/skeleton.js" */
/** @import { Points, ShownSet } from "./message.js" */
/** @import { Drawn } from "./pose.js" */

const ROUND = 2600; // ms that both bodies take for one repetition
const MARGIN = 12;

/**
 * What shows the ghost of one set; `choose(number)` says which repetition is compared with it. Null where there is nothing
 * to compare.
 * @param {ShownSet} set
 * @param {number} aspect
 * @param {Skeleton} skeleton
 * @param {Say} say
 */
export function ghostOf(set, aspect, skeleton, say) {
  const best = bestCurve(set);
  if (!best || set.rows.length < 2) return null;
  const part = create("div", "rep-ghost");
  const scale = scaleOf(set, 560, 220, MARGIN);
  const svg = ground(set, scale, say("ghost_title"));
  const others = set.rows.map(({ curve }) => createSvg("path", { class: "other", d: curve ? pathOf(curve, scale) : "" }));
  const own = createSvg("path", { class: "own" });
  const cursor = createSvg("line", { class: "cursor", y1: MARGIN, y2: scale.height - MARGIN });
  svg.prepend(...others);
  svg.append(own, cursor);
  const words = create("p", "rep-ghost-words");
  const canvas = create("canvas");
  const legend = create("p", "rep-legend");
  legend.append(create("i", "own"), create("span", "legend-own"), create("i", "ghost"), create("span", "", say("ghost_best")));
  const left = create("div", "rep-ghost-curves");
  left.append(svg, legend);
  part.append(create("h4", "", say("ghost_title")), left, canvas, words);

  const still = isStill();
  let chosen = 0; // place of the repetition that is compared
  let share = 0.5;
  let held = still;
  let began = 0;
  let seen = false;

  /** @param {number} number */
  function choose(number) {
    chosen = number - 1;
    const { curve } = set.rows[chosen];
    own.setAttribute("d", curve ? pathOf(curve, scale) : "");
    const itself = set.report.best === number;
    part.dataset.itself = String(itself);
    const label = labelOf(set, chosen);
    part.querySelector(".legend-own")?.replaceChildren(label ? say("ghost_number", { number: label }) : say("ghost_not_counted"));
    if (itself || !curve || !best) words.textContent = itself ? say("ghost_itself") : "";
    else {
      const { share: where, degrees } = furthestApart(curve, best);
      const when = where < 0.35 ? "way_there" : where > 0.65 ? "way_back" : "turn";
      words.textContent = degrees < 5 ? say("ghost_alike") : say(`ghost_apart_${when}`, { degrees: Math.round(degrees) });
    }
    draw();
  }

  function draw() {
    const x = String(scale.x(share));
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
    if (set.report.best === null) return;
    const [ours, theirs] = [set.rows[chosen].poses, set.rows[set.report.best - 1].poses];
    const [from, to] = [firstOf(theirs), firstOf(ours)];
    if (!from || !to) return;
    const [a, b] = [placeOf(from), placeOf(to)];
    /** @type {[x: number, y: number]} */
    const shift = [b[0] - a[0], b[1] - a[1]];
    const all = [...theirs.map((points) => ({ points, faint: true, shift })), ...ours.map((points) => ({ points, faint: false }))];
    const bodies = /** @type {Drawn[]} */ (all.filter(({ points }) => points));
    const [ghost, body] = [between(theirs, share), between(ours, share)];
    const now = /** @type {Drawn[]} */ ([{ points: ghost, faint: true, shift }, { points: body, faint: false }]);
    drawPose(canvas, now.filter(({ points }) => points), skeleton, aspect, windowOf(bodies, skeleton.visible));
  }

  /** @param {number} time */
  function move(time) {
    if (!seen || held || !part.isConnected) return;
    share = ((time - began) % ROUND) / ROUND;
    draw();
    requestAnimationFrame(move);
  }

  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    held = true;
    share = clamp(((event.clientX - box.left) / box.width * scale.width - MARGIN) / (scale.width - 2 * MARGIN), 0, 1);
    draw();
  });
  svg.addEventListener("pointerleave", () => {
    held = still;
    began = performance.now() - share * ROUND;
    requestAnimationFrame(move);
  });
  new IntersectionObserver(([entry]) => {
    const before = seen;
    seen = entry.isIntersecting;
    if (seen && !before) {
      draw();
      requestAnimationFrame(move);
    }
  }).observe(part);
  new ResizeObserver(draw).observe(canvas);
  return { part, choose };
}

/** The number that counts of a repetition, 0 for one that does not. @param {ShownSet} set @param {number} at */
function labelOf({ report }, at) {
  if (!report.repetitions[at].counted) return 0;
  return report.repetitions.slice(0, at + 1).filter(({ counted }) => counted).length;
}

/** @param {(Points | null)[]} poses */
function firstOf(poses) {
  return poses.find((points) => points) ?? null;
}

/**
 * The body at a share of its way, between the two poses around it.
 * @param {(Points | null)[]} poses
 * @param {number} share
 * @returns {Points | null}
 */
function between(poses, share) {
  const place = share * (poses.length - 1);
  const [a, b] = [poses[Math.floor(place)], poses[Math.ceil(place)]];
  if (!a || !b) return a ?? b ?? null;
  const part = place - Math.floor(place);
  return a.map((from, at) => [
    from[0] + part * (b[at][0] - from[0]),
    from[1] + part * (b[at][1] - from[1]),
    Math.min(from[2], b[at][2]),
  ]);
}
