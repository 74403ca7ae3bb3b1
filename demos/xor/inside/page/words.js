// @ts-check
// What the panel says in words: names of weights, the line under the graph, the note under the fold.

import { create, setText } from "../../../common/page/dom.js";
import { decimals, percent, significant } from "../../../common/page/numbers.js";
import { areCoordinates } from "../../page/features.js";
import { classCount } from "../../page/net.js";
import { hiddenLayers, unitLine, unitName } from "./units.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { Net } from "../../page/net.js" */
/** @import { Scene } from "./scene.js" */
/** @import { ShownAxes } from "./space.js" */
/** @import { Weight } from "./units.js" */

/**
 * @param {Scene} scene
 * @param {Weight} weight
 */
export function weightName({ net, say, many }, { layer, from, to }) {
  const last = net.model !== "forward-forward" && layer === net.layers.length - 1;
  const head = last ? say(many ? `class_${to}` : "inside_output") : unitName(net, layer, to);
  return `${sourceName()} → ${head}`;

  function sourceName() {
    if (from < 0) return say("inside_bias");
    if (layer) return unitName(net, layer - 1, from);
    return from < net.features.length ? say(`features_${net.features[from]}`) : `${say("inside_label")} ${from - 2}`;
  }
}

/**
 * The name of the words that say what a view shows: those of just this kind of net first, the view's own last.
 * @param {string} view
 * @param {Net} net
 * @param {Words} words
 */
export function captionKey(view, net, words) {
  const kind = net.model === "mlp" && !hiddenLayers(net).length ? "no_layer" : net.model.replace("-", "_");
  const features = areCoordinates(net.features) ? [] : [`${kind}_features`];
  const classes = net.model === "forward-forward" ? [kind, "classes"] : [`${kind}_classes`, "classes"];
  const kinds = classCount(net) > 2 ? classes : [...(net.values ? ["values"] : []), ...features, kind];
  return [...kinds.map((one) => `inside_${view}_${one}`), `inside_${view}_caption`].find((key) => Object.hasOwn(words, key)) ?? "";
}

/**
 * @param {number} slope
 * @param {Say} say
 */
function slopeWords(slope, say) {
  const way = slope < 0 ? "inside_slope_raises" : slope > 0 ? "inside_slope_lowers" : "inside_slope_none";
  return say(way, { slope: significant(slope) });
}

/**
 * Of the weight or the unit that is pointed at.
 * @param {Scene} scene
 */
export function statusOf(scene) {
  const { net, say, hover, label } = scene;
  if (hover.weight) {
    const named = `${weightName(scene, hover.weight)}   ${decimals(net.numbers[hover.weight.at], 3)}`;
    return scene.arrows ? `${named}   ${slopeWords(scene.slopes[hover.weight.at], say)}` : named;
  }
  if (scene.arrows && !hover.unit) return say("inside_slopes_hint");
  if (!hover.unit) return say("inside_hint");
  const { layer, unit } = hover.unit;
  if (layer) return say("inside_unit_of_layer", { name: unitName(net, layer, unit), layer: layer + 1 });
  const { outputs, weight } = net.layers[0];
  const terms = net.features.map((name, k) => `${decimals(weight[k * outputs + unit], 2)} ${say(`features_${name}`)}`);
  return `${unitName(net, 0, unit)}   ${[...terms, decimals(unitLine(net, unit, label)[2], 2)].join(" + ")} = 0`.replaceAll("+ −", "− ");
}

/**
 * How what is drawn of a layer's space came about.
 * @param {Scene} scene
 * @param {number} layer
 * @param {ShownAxes} axes
 */
export function spaceNote({ net, say, lattice }, layer, { direct, shares, ofPlane }) {
  if (direct && net.model === "forward-forward") return say("inside_circle");
  if (direct) return layer === lattice.layers.length - 1 ? say("inside_direct") : say("inside_direct_deeper");
  const rounded = (/** @type {number} */ share) => percent(Math.round(1000 * share) / 1000);
  const [first, second] = shares ?? [0, 0];
  return say(ofPlane ? "inside_projection_plane" : "inside_projection", {
    units: lattice.layers[layer].units,
    share: rounded(first + second),
    first: rounded(first),
    second: rounded(second),
  });
}

/**
 * Small buttons of which one is pressed; none at all where there is nothing to choose.
 * @param {HTMLElement} group
 * @param {string[]} names
 * @param {number} pressed
 * @param {(at: number) => void} choose
 */
export function showChoices(group, names, pressed, choose) {
  group.hidden = !names.length;
  while (group.children.length > names.length) group.lastElementChild?.remove();
  while (group.children.length < names.length) {
    const button = create("button");
    button.type = "button";
    group.append(button);
  }
  names.forEach((name, k) => {
    const button = /** @type {HTMLButtonElement} */ (group.children[k]);
    setText(button, name);
    button.setAttribute("aria-pressed", String(k === pressed));
    button.onclick = () => choose(k);
  });
}
