// @ts-check
// The input plane, large: one unit's map (or the output's), the lines of all units of the first layer, the points.

import { clamp } from "../../../common/page/numbers.js";
import { typeSize } from "../../../common/page/type_size.js";
import { linePath, prepareCanvas, stroke } from "../../page/drawing.js";
import { drawMark, drawProbe, drawRimmed, drawUnitMap, lineEnds, markRadius, planeFrame } from "./drawing.js";
import { unitColumn, unitName } from "./units.js";

/** @import { Place } from "../../page/net.js" */
/** @import { NetNode, Scene } from "./scene.js" */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 */
export function drawInputPlane(canvas, scene) {
  const { net, colours, gridValues, side, hover } = scene;
  const { context, width, height } = prepareCanvas(canvas);
  if (!width) return null;
  const size = Math.min(width, height);
  const frame = planeFrame(scene.view, (width - size) / 2, (height - size) / 2, size);
  const onCanvas = (/** @type {Place} */ [x, y]) => /** @type {Place} */ ([frame.across(x), frame.down(y)]);
  const unit = hover.unit;
  /** @type {NetNode} */
  const node = unit ? { kind: "unit", ...unit } : scene.output;
  const cells = unit ? unitColumn(gridValues.layers[unit.layer].z, gridValues.layers[unit.layer].units, unit.unit) : scene.outputCells(node);
  const line = unit ? (unit.layer === 0 ? scene.lines[unit.unit] : null) : scene.soleLine;
  drawUnitMap(context, frame, scene.mapOf(node), { line, cells, side, style: colours.ink, width: 3 });

  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, size, size);
  context.clip();
  const many = scene.lines.length > 8;
  scene.lines.forEach((weights, k) => {
    if (unit && unit.layer === 0 && unit.unit === k) return;
    const ends = lineEnds(weights, frame);
    if (!ends) return;
    context.globalAlpha = many ? 0.4 : 0.75;
    stroke(context, colours.ink, 1.4, [5, 5], (path) => linePath(path, ends.map(onCanvas)));
    context.globalAlpha = 1;
  });
  context.restore();
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.strokeRect(frame.left + 0.5, frame.top + 0.5, size - 1, size - 1);

  const radius = markRadius(scene.points.length, size);
  scene.points.forEach(([x, y], p) => drawMark(context, frame.across(x), frame.down(y), scene.classes[p], radius, colours));
  if (!many) {
    // Each line's name stands near where it leaves the plane, at the first spot that no other name has taken.
    const taken = scene.points.length <= 16 ? scene.points.map(onCanvas) : [];
    scene.lines.forEach((weights, k) => {
      const ends = lineEnds(weights, frame);
      if (!ends) return;
      const [[x0, y0], [x1, y1]] = ends.map(onCanvas);
      const long = Math.hypot(x1 - x0, y1 - y0);
      const spots = [26, long - 26, 62, long - 62, 98, long - 98, long / 2].map((away) => clamp(away / long, 0, 1))
        .map((along) => /** @type {Place} */ ([x0 + along * (x1 - x0), y0 + along * (y1 - y0)]));
      const free = spots.find(([a, b]) => taken.every(([c, d]) => Math.hypot(a - c, b - d) > 34)) || spots[0];
      taken.push(free);
      const [x, y] = free;
      const strong = unit && unit.layer === 0 && unit.unit === k;
      drawRimmed(context, unitName(net, 0, k), x, y + typeSize(5), colours, { size: strong ? 18 : 16, weight: strong ? 700 : 500, align: "center" });
    });
  }
  if (hover.place) drawProbe(context, frame.across(hover.place[0]), frame.down(hover.place[1]), colours);
  return { frame };
}
