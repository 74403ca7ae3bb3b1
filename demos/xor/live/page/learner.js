// @ts-check
// What is written of a learner beside its plane: what it is, how far it has come, how good its layers find the points.

import { find, findAll, setText } from "../../../common/page/dom.js";
import { count, decimals, percent, signed } from "../../../common/page/numbers.js";
import { lineOf } from "../../page/decision_region.js";
import { COORDINATES } from "../../page/features.js";
import { classCount } from "../../page/net.js";
import { wrongPoints } from "../../page/point_marks.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { Points } from "../../page/decision_region.js" */
/** @import { Model, Net, Spec } from "../../page/net.js" */
/** @import { Snapshot } from "./history.js" */

/**
 * Its steps, how many points are right, its loss, and how many of those held out are right.
 * @param {HTMLElement} place
 * @param {Model} model
 * @param {Snapshot} record
 * @param {Net | null} ownNet if the net or the points are no longer those of the record
 * @param {Points} points
 * @param {Say} say
 */
export function fillNumbers(place, model, record, ownNet, points, say) {
  const [steps, right, loss, tested] = place.children;
  setText(steps, say(model === "perceptron" ? "count_shown" : "count_steps", { steps: count(record.step) }));
  const wrong = ownNet ? wrongPoints(ownNet, points.places, points.classes).size : 0;
  const accuracy = ownNet ? 1 - wrong / points.places.length : record.accuracy;
  setText(right, points.places.length ? say("accuracy_is", { accuracy: percent(accuracy) }) : "");
  setText(loss, ownNet ? "" : say("loss_is", { loss: decimals(record.loss) }));
  const held = record.test_accuracy != null && !ownNet;
  setText(tested, held ? `${say("held_out")}: ${say("accuracy_is", { accuracy: percent(record.test_accuracy) })}` : "");
}

/**
 * What it is, in one line: a perceptron's weights, else the units of each layer and what differs from the usual.
 * @param {Spec & { lr?: number }} spec
 * @param {Net} net
 * @param {Say} say
 */
export function detailOf({ model, widths, activation, lr, features = COORDINATES }, net, say) {
  if (model === "perceptron" && classCount(net) === 2) {
    const [w1, w2, b] = lineOf(net).map((value) => signed(value));
    return say("perceptron_detail", { w1, w2, b });
  }
  const shape = [features.length, ...widths.slice(1)].join("–");
  const units = model === "forward-forward" || widths.length > 2 ? [activation.split(",").map((name) => say(`activation_${name}`)).join(", ")] : [];
  const inputs = String(features) === String(COORDINATES) ? [] : [features.map((name) => say(`features_${name}`)).join(", ")];
  return [shape, ...units, ...inputs, ...(lr ? [say("own_lr", { lr })] : [])].join(" · ");
}

/**
 * How good each layer finds the points with their right label, and with a wrong one.
 * @param {HTMLElement} place
 * @param {Snapshot} record
 * @param {Say} say
 */
export function drawGoodness(place, { positive = [], negative = [] }, say) {
  place.hidden = !positive.length;
  if (place.hidden) return;
  if (place.children.length !== positive.length + 1) {
    const row = "<li><span></span><i><b></b></i><i><b></b></i></li>";
    place.innerHTML = `<li class="xor-heads"><span></span><em></em><em></em></li>${row.repeat(positive.length)}`;
    const heads = [...place.children[0].children];
    ["goodness", "goodness_right", "goodness_wrong"].forEach((key, k) => setText(heads[k], say(key)));
  }
  const most = Math.max(1, ...[...positive, ...negative].map(Number));
  positive.forEach((value, layer) => {
    const row = place.children[layer + 1];
    setText(row.children[0], say("layer", { layer: layer + 1 }));
    findAll(row, "i").forEach((bar, k) => {
      const goodness = k ? negative[layer] : value;
      find(bar, "b").style.width = `${(100 * (goodness ?? 0)) / most}%`;
      bar.dataset.value = decimals(goodness, 2);
    });
  });
}
