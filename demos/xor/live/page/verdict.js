// @ts-check
// How a learner stands in a frame: the large words, and why.

import { count, significant } from "../../../common/page/numbers.js";
import { areCoordinates, COORDINATES } from "../../page/features.js";
import { classCount } from "../../page/net.js";
import { wrongPoints } from "../../page/point_marks.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { Net, Spec } from "../../page/net.js" */
/** @import { Points } from "../../page/decision_region.js" */
/** @import { RunMessage, Snapshot } from "./history.js" */

/** @typedef {{ key?: string, tone: "good" | "bad" | "", verdict: string, reason: string }} Verdict */

/**
 * @param {RunMessage} head
 * @param {number} at
 * @param {Snapshot} record
 * @param {{ net: Net, points: Points, running: boolean, say: Say }} shown
 * @returns {Verdict}
 */
export function verdictOf(head, at, record, { net, points, running, say }) {
  const { model } = head.learners[at];
  const many = classCount(head.learners[at]) > 2;
  const values = {
    steps: count(record.step),
    count: points.places.length,
    corrections: record.corrections || 0,
    how: say(model === "perceptron" && many ? "how_perceptron_classes" : `how_${model.replace("-", "_")}`),
  };
  const verdict = (/** @type {Verdict["tone"]} */ tone, /** @type {string} */ key, more = {}) => ({
    key,
    tone,
    verdict: say(key, { ...values, ...more }),
    reason: say(`${key}_reason`, { ...values, ...more }),
  });
  const spent = () => {
    const wrong = wrongPoints(net, points.places, points.classes).size;
    const found = verdict("bad", "spent", { wrong });
    const because = head.learners[at].values ? "values" : whySpent(head, at);
    return because ? { ...found, reason: say(`spent_${because}_reason`, { ...values, wrong }) } : found;
  };
  const unfinished = () => verdict("", running ? "learning" : record.step ? "stopped" : "ready");

  if (model === "perceptron") {
    const { cycle, proof, limits, frames } = head;
    const last = frames[frames.length - 1];
    if (record.accuracy === 1) {
      const found = verdict("good", ["converged_at_once", "converged_once"][record.corrections || 0] ?? "converged");
      return many && record.corrections ? { ...found, reason: say("converged_classes_reason") } : found;
    }
    if (cycle && record.step >= cycle.step) {
      const errors = cycle.errors.join(", ");
      return verdict("bad", cycle.period === 1 ? "cycle" : "long_cycle", { period: cycle.period, errors });
    }
    if (proof && record.epoch > limits.patience) {
      return verdict("bad", "no_line", { count: proof.ones.length + proof.zeros.length });
    }
    if (head.line && !running && record.step === last.learners[at].step) return verdict("", "must_converge", lineValues(head.line));
    return record.epoch > limits.epochs ? spent() : unfinished();
  }
  if (record.loss === null) return verdict("bad", "diverged");
  if (record.solved_at != null && record.step > 0) {
    const solved = verdict("good", "solved", { steps: count(record.solved_at) });
    if (head.learners[at].values) return { ...solved, reason: say("solved_values_reason") };
    if (isStraight(head.learners[at])) return { ...solved, reason: say(many ? "converged_classes_reason" : "solved_line_reason") };
    if (model === "mlp" && head.learners[at].widths.length === 2) return { ...solved, reason: say("solved_inputs_reason") };
    return model === "mlp" ? solved : { ...solved, reason: say("solved_forward_forward") };
  }
  return record.step >= head.limits.steps ? spent() : unfinished();
}

/**
 * Are all borders straight that the net can draw, whatever its weights? Between two classes that is one line.
 * @param {Spec} spec
 */
const isStraight = ({ model, activation, widths, features = COORDINATES }) =>
  model !== "forward-forward" && areCoordinates(features) && (activation === "linear" || widths.length === 2);

/**
 * Where it is known, why a learner did not solve the points.
 * @param {RunMessage} head
 * @param {number} at
 */
function whySpent(head, at) {
  const spec = head.learners[at];
  if (isStraight(spec) && classCount(spec) > 2) return "straight";
  if (isStraight(spec) && head.proof && spec.model === "mlp") return spec.widths.length === 2 ? "no_layer" : "linear";
  return head.scale && !head.standardised ? "scale" : "";
}

/** @param {{ gamma: number, radius: number, bound: number }} line */
function lineValues({ gamma, radius, bound }) {
  return { gamma: significant(gamma), radius: significant(radius), bound: count(bound) };
}

/**
 * A net changed by hand: no step has brought it here.
 * @param {Net} net
 * @param {Points} points
 * @param {Say} say
 * @returns {Verdict}
 */
export function verdictByHand(net, points, say) {
  if (!points.places.length) return { tone: "", verdict: say("points_none"), reason: say("by_hand_reason") };
  const wrong = wrongPoints(net, points.places, points.classes).size;
  const key = wrong ? "by_hand_wrong" : "by_hand_right";
  return { tone: wrong ? "" : "good", verdict: say(key, { wrong, count: points.places.length }), reason: say("by_hand_reason") };
}
