// @ts-check
// Loss and accuracy over the steps, for the points learned from and those held out; the present place is marked.

import { count, decimals, percent } from "../../../common/page/numbers.js";
import { linePath, stroke } from "../../page/drawing.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { ColourName, Colours, Context } from "../../page/drawing.js" */
/** @import { Model } from "../../page/net.js" */
/** @import { Frame, Snapshot } from "./history.js" */

/** @typedef {"loss" | "accuracy" | "test_loss" | "test_accuracy"} Measure */

/** @type {{ of: Measure, colour: ColourName, width: number, dash: number[], scaled?: boolean }[]} */

const CURVES = [
  { of: "test_loss", colour: "accent", width: 1.5, dash: [2, 4], scaled: true },
  { of: "test_accuracy", colour: "ink", width: 1.5, dash: [2, 4] },
  { of: "loss", colour: "accent", width: 2, dash: [6, 5], scaled: true },
  { of: "accuracy", colour: "ink", width: 2.5, dash: [] },
];
const CURVE_POINTS = 320;

/**
 * @param {Context} context
 * @param {number} width
 * @param {number} height
 * @param {Colours} colours
 * @param {{ frames: Frame[], learner: number, now: Snapshot, pointed: Snapshot | null | undefined }} shown
 */
export function drawCurves(context, width, height, colours, { frames, learner, now, pointed }) {
  const stride = Math.max(1, Math.floor(frames.length / CURVE_POINTS));
  const records = frames.filter((_, at) => at % stride === 0 || at === frames.length - 1).map((one) => one.learners[learner]);
  const last = Math.max(records[records.length - 1].step, 1);
  const losses = records.flatMap((record) => [record.loss, record.test_loss]).filter(/** @returns {value is number} */ (value) => value != null);
  const most = Math.max(...losses, 1e-9);
  const across = (/** @type {number} */ step) => 2 + (step / last) * (width - 4);
  stroke(context, colours.line, 1, [], (path) => linePath(path, [[0, 6], [width, 6]]));
  for (const { of, colour, width: thick, dash, scaled } of CURVES) {
    const places = records.flatMap((record) => {
      const value = record[of];
      return value == null ? [] : [[across(record.step), 6 + (1 - value / (scaled ? most : 1)) * (height - 10)]];
    });
    stroke(context, colours[colour], thick, dash, (path) => linePath(path, places));
  }
  /** @type {[Snapshot | null | undefined, ColourName][]} */
  const marks = [[now, "muted"], [pointed, "accent"]];
  for (const [record, colour] of marks) {
    if (!record) continue;
    const x = Math.min(width - 1, Math.max(1, across(record.step)));
    stroke(context, colours[colour], 1.5, [], (path) => linePath(path, [[x, 0], [x, height]]));
  }
}

/**
 * The frame whose step is nearest to a place on the curve, 0 to 1.
 * @param {Frame[]} frames
 * @param {number} learner
 * @param {number} share
 */
export function frameAt(frames, learner, share) {
  const step = share * frames[frames.length - 1].learners[learner].step;
  const far = (/** @type {Frame} */ frame) => Math.abs(frame.learners[learner].step - step);
  return frames.reduce((best, frame) => (far(frame) < far(best) ? frame : best));
}

/**
 * @param {Model} model
 * @param {Snapshot} record
 * @param {Say} say
 */
export function curveWords(model, record, say) {
  const words = [say(model === "perceptron" ? "count_shown" : "count_steps", { steps: count(record.step) })];
  words.push(say("loss_is", { loss: decimals(record.loss) }), say("accuracy_is", { accuracy: percent(record.accuracy) }));
  if (record.test_accuracy != null) {
    const loss = record.test_loss == null ? "" : ` · ${say("loss_is", { loss: decimals(record.test_loss) })}`;
    words.push(`${say("held_out")}: ${say("accuracy_is", { accuracy: percent(record.test_accuracy) })}${loss}`);
  }
  return words.join(" · ");
}
