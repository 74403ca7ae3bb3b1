// @ts-check
// Forward-Forward's own quantity: how good each layer finds each place with each label, and the points in the mean.

import { decimals } from "../../../common/page/numbers.js";
import { find, findAll, setText } from "../../../common/page/dom.js";
import { contour, prepareCanvas, stroke, tintedMap } from "../../page/drawing.js";
import { activities, classCount, goodnesses, gridPlaces } from "../../page/net.js";

/** @import { Net } from "../../page/net.js" */
/** @import { Scene } from "./scene.js" */

const GOODNESS = { side: 24, threshold: 0.5 }; // θ of forward_forward.py

/**
 * For each layer how good it finds `places` with each label: [with label 0, with label 1, …].
 * @param {Net} net
 * @param {Float32Array} places
 */
function goodnessOfLayers(net, places) {
  const labels = Array.from({ length: classCount(net) }, (_, label) => label);
  const byLabel = labels.map((label) => activities(net, places, label).map((h, layer) => goodnesses(h, net.layers[layer].outputs)));
  return net.layers.map((_, layer) => byLabel.map((one) => one[layer]));
}

/** @param {number} labels */
function goodnessRow(labels) {
  const row = document.createElement("div");
  row.className = "inside-goodness-row";
  row.innerHTML = `<strong></strong>${"<figure><canvas></canvas><figcaption></figcaption></figure>".repeat(labels)}<p></p>`;
  return row;
}

/**
 * @param {HTMLElement} box
 * @param {Scene} scene
 */
export function drawGoodness(box, scene) {
  const { net, colours, say } = scene;
  const local = net.model === "forward-forward";
  box.hidden = !local;
  if (!local) return;
  const maps = goodnessOfLayers(net, gridPlaces(scene.view, GOODNESS.side));
  const ofPoints = goodnessOfLayers(net, scene.pointPlaces);
  const labels = classCount(net);
  if (box.dataset.labels !== String(labels)) box.replaceChildren();
  box.dataset.labels = String(labels);
  while (box.children.length < maps.length) box.append(goodnessRow(labels));
  while (box.children.length > maps.length) box.lastElementChild?.remove();
  maps.forEach((byLabel, layer) => {
    const row = box.children[layer];
    setText(find(row, "strong"), say("inside_layer", { layer: layer + 1 }));
    const all = byLabel.flatMap((values) => [...values]);
    const [least, most] = all.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
    byLabel.forEach((values, label) => {
      const canvas = findAll(row, "canvas", HTMLCanvasElement)[label];
      const { context, width, height } = prepareCanvas(canvas);
      const centred = values.map((value) => value - GOODNESS.threshold);
      context.imageSmoothingQuality = "high";
      const shown = values.map((value) => (value - least) / Math.max(1e-9, most - least));
      const map = tintedMap(scene.scratch, shown, GOODNESS.side, colours, { low: colours.rgb.card, high: colours.rgb.ink });
      context.drawImage(map, 0, 0, width, height);
      stroke(context, colours.ink, 1.5, [], () => contour(context, centred, GOODNESS.side, width, height));
      setText(findAll(row, "figcaption")[label], `${say("inside_label")} ${label}`);
    });
    const points = scene.classes.length;
    const right = scene.classes.reduce((sum, own, p) => sum + ofPoints[layer][own][p], 0);
    const whole = ofPoints[layer].reduce((sum, values) => values.reduce((so, value) => so + value, sum), 0);
    const wrong = (whole - right) / (labels - 1);
    setText(find(row, "p"), say("inside_goodness", { right: decimals(right / points, 2), wrong: decimals(wrong / points, 2) }));
  });
}
