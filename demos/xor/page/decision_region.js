// @ts-check
// The decision region: where the net says class 0 and class 1, its border, its hidden units' lines, and the points.

import { mix, cssColour } from "../../common/page/canvas.js";
import { typeSize } from "../../common/page/type_size.js";
import { activationsOf } from "./activations.js";
import { areCoordinates, inputsOf } from "./features.js";
import { contour, decisionMap, linePath, stroke } from "./drawing.js";
import { aheadOf, classCount, gridPlaces, leadOf, predicted, scores, sums, unitLine } from "./net.js";
import { drawPoints } from "./point_marks.js";

/** @import { Colours, Context } from "./drawing.js" */
/** @import { Line, Net, Place, View } from "./net.js" */

/** @typedef {{ places: Place[], classes: number[], tests: Place[], testClasses: number[] }} Points `tests` are held out */
/** @typedef {ReturnType<typeof frameOf>} PlaneFrame */
/**
 * What is drawn of a net: `lines` are dashed, `witness` are the numbers of points that no line separates, `size` is how
 * many cells the map has along a side; `discretise` shows only which class the net says, not how sure it is.
 * @typedef {{ net: Net, view: View, points: Points, lines?: Line[], witness?: number[] | null, size?: number,
 *   discretise?: boolean }} PlaneOptions
 */

/** @type {Points} */
export const NO_POINTS = { places: [], classes: [], tests: [], testClasses: [] };

/**
 * Where places of the square view lie on a canvas of width × height, and what lies there.
 * @param {View} view
 * @param {number} width
 * @param {number} height
 */
export function frameOf([low, high], width, height) {
  return {
    across: (/** @type {number} */ x) => ((x - low) / (high - low)) * width,
    down: (/** @type {number} */ y) => ((high - y) / (high - low)) * height,
    x: (/** @type {number} */ across) => low + (across / width) * (high - low),
    y: (/** @type {number} */ down) => high - (down / height) * (high - low),
  };
}

/**
 * A net and the points, over width × height.
 * @param {Context} context
 * @param {number} width
 * @param {number} height
 * @param {Colours} colours
 * @param {PlaneOptions} options
 */
export function drawPlane(context, width, height, colours, options) {
  const { net, view } = options;
  const to = frameOf(view, width, height);
  const isLine = net.model === "perceptron" && classCount(net) === 2;
  context.save();
  if (isLine) fillHalves(context, to, view, lineOf(net), colours);
  else drawMap(context, width, height, colours, options);
  drawTicks(context, to, view, height, colours);
  if (isLine) {
    drawDashed(context, to, view, colours, options.lines ?? []);
    stroke(context, colours.ink, 3.5, [], tracedLine(to, view, lineOf(net)));
  } else if (net.model === "mlp" && net.layers.length > 1 && activationsOf(net)[0].hasLine) {
    if (areCoordinates(net.features)) drawDashed(context, to, view, colours, unitLines(net));
    else drawCurves(context, width, height, colours, options);
  }
  drawPoints(context, width, height, to, colours, options);
  context.restore();
}

/**
 * @param {Net} net
 * @returns {Line}
 */
export const lineOf = (net) => [net.layers[0].weight[0], net.layers[0].weight[1], net.layers[0].bias[0]];

/**
 * [w₁, w₂, b] of each unit of the first hidden layer.
 * @param {Net} net
 * @returns {Line[]}
 */
const unitLines = (net) => Array.from({ length: net.layers[0].outputs }, (_, k) => unitLine(net, k));

/**
 * Where the units of the first layer change their minds, when they see more than coordinates.
 * @param {Context} context
 * @param {number} width
 * @param {number} height
 * @param {Colours} colours
 * @param {PlaneOptions} options
 */
function drawCurves(context, width, height, colours, { net, view, size = 64 }) {
  const { outputs } = net.layers[0];
  const z = sums(net.layers[0], inputsOf(gridPlaces(view, size), net.features));
  context.globalAlpha = outputs > 4 ? 0.55 : 0.9;
  for (let k = 0; k < outputs; k += 1) {
    const own = z.filter((_, at) => at % outputs === k);
    stroke(context, colours.ink, 1.5, [], (path) => contour(path, own, size, width, height, true));
  }
  context.globalAlpha = 1;
}

/**
 * @param {Context} context
 * @param {number} width
 * @param {number} height
 * @param {Colours} colours
 * @param {PlaneOptions} options
 */
function drawMap(context, width, height, colours, { net, view, size = 64, discretise = false }) {
  const found = scores(net, gridPlaces(view, size));
  const sure = discretise ? new Float32Array(size * size).fill(1) : aheadOf(net, found);
  context.imageSmoothingQuality = "high";
  context.drawImage(decisionMap(predicted(net, found), sure, size, colours), 0, 0, width, height);
  stroke(context, colours.ink, 2.5, [], (path) => borders(path, net, found, size, width, height));
}

/**
 * The path of all borders between the classes, from the scores of (size × size) cells.
 * @param {Context} context
 * @param {Net} net
 * @param {Float32Array} score
 * @param {number} size
 * @param {number} width
 * @param {number} height
 */
export function borders(context, net, score, size, width, height) {
  const classes = classCount(net);
  if (classes === 2) contour(context, score, size, width, height);
  else for (let label = 0; label < classes; label += 1) contour(context, leadOf(score, classes, label), size, width, height);
}

/**
 * @param {Context} context
 * @param {PlaneFrame} to
 * @param {View} view
 * @param {Colours} colours
 * @param {Line[]} lines
 */
function drawDashed(context, to, view, colours, lines) {
  context.globalAlpha = lines.length > 4 ? 0.55 : 0.9;
  lines.forEach((weights) => stroke(context, colours.ink, 1.5, [5, 6], tracedLine(to, view, weights)));
  context.globalAlpha = 1;
}

/**
 * w₁x + w₂y + b = 0, from edge to edge.
 * @param {PlaneFrame} to
 * @param {View} view
 * @param {Line} line
 */
function tracedLine(to, [low, high], [w1, w2, b]) {
  return (/** @type {Context} */ context) => {
    const length = Math.hypot(w1, w2);
    if (!(length > 1e-9)) return;
    const centre = (low + high) / 2;
    const gap = (w1 * centre + w2 * centre + b) / length;
    const reach = 2 * (high - low);
    if (Math.abs(gap) > reach) return;
    const foot = [centre - (gap * w1) / length, centre - (gap * w2) / length];
    context.moveTo(to.across(foot[0] - (reach * w2) / length), to.down(foot[1] + (reach * w1) / length));
    context.lineTo(to.across(foot[0] + (reach * w2) / length), to.down(foot[1] - (reach * w1) / length));
  };
}

/**
 * The two halves of the perceptron, cut exactly along its line.
 * @param {Context} context
 * @param {PlaneFrame} to
 * @param {View} view
 * @param {Line} line
 * @param {Colours} colours
 */
function fillHalves(context, to, [low, high], [w1, w2, b], colours) {
  /** @type {Place[]} */
  const corners = [[low, low], [high, low], [high, high], [low, high]];
  [colours.rgb.zero, colours.rgb.one].forEach((rgb, classIndex) => {
    const score = (/** @type {Place} */ [x, y]) => (classIndex ? 1 : -1) * (w1 * x + w2 * y + b);
    context.fillStyle = cssColour(mix(colours.rgb.card, rgb, 0.42));
    context.beginPath();
    /** @type {Place[]} */
    const outline = [];
    corners.forEach((from, k) => {
      const next = corners[(k + 1) % 4];
      const [p, q] = [score(from), score(next)];
      if (p >= 0) outline.push(from);
      if (p >= 0 !== q >= 0) {
        const along = p / (p - q);
        outline.push([from[0] + along * (next[0] - from[0]), from[1] + along * (next[1] - from[1])]);
      }
    });
    linePath(context, outline.map(([x, y]) => [to.across(x), to.down(y)]));
    context.fill();
  });
}

/**
 * @param {Context} context
 * @param {PlaneFrame} to
 * @param {View} view
 * @param {number} height
 * @param {Colours} colours
 */
function drawTicks(context, to, [low, high], height, colours) {
  const power = 10 ** Math.min(0, Math.floor(Math.log10(high - low)));
  const gap = [1, 2, 5, 10, 20, 50, 100, 200, 500].map((step) => step * power).find((step) => (high - low) / step <= 6) || 1000;
  context.font = `${typeSize(16)}px ${colours.mono}`;
  context.fillStyle = colours.muted;
  for (let count = Math.ceil(low / gap); count * gap <= high; count += 1) {
    const tick = count * gap;
    const words = String(Number(tick.toPrecision(6))).replace("-", "−");
    context.textAlign = "center";
    context.fillText(words, to.across(tick), height - 8);
    context.textAlign = "left";
    if (tick > low + 0.1 * (high - low)) context.fillText(words, 7, to.down(tick) + typeSize(5));
  }
}
