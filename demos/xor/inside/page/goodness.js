// @ts-check
// Forward-Forward's own quantity: how good each layer finds each place with each label, and the points in the mean.

import { decimals } from "../../../common/page/numbers.js";
import { find, findAll, setText } from "../../../common/page/dom.js";
import { contour, prepareCanvas, stroke, tintedMap } from "../../page/drawing.js";
import { activities, goodnesses, gridPlaces } from "../../page/net.js";

/** @import { Net } from "../../page/net.js" */
/** @import { Scene } from "./scene.js" */

const GOODNESS = { side: 24, threshold: 0.5 }; // θ of forward_forward.py

/**
 * For each layer: [with label 0, with label 1] over `places`.
 * @param {Net} net
 * @param {Float32Array} places
 */
function goodnessOfLayers(net, places) {
  const byLabel = [0, 1].map((label) => activities(net, places, label).map((h, layer) => goodnesses(h, net.layers[layer].outputs)));
  return byLabel[0].map((_, layer) => [byLabel[0][layer], byLabel[1][layer]]);
}

function goodnessRow() {
  const row = document.createElement("div");
  row.className = "inside-goodness-row";
  row.innerHTML = `<strong></strong>${[0, 1].map(() => "<figure><canvas></canvas><figcaption></figcaption></figure>").join("")}<p></p>`;
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
  while (box.children.length < maps.length) box.append(goodnessRow());
  while (box.children.length > maps.length) box.lastElementChild?.remove();
  maps.forEach((both, layer) => {
    const row = box.children[layer];
    setText(find(row, "strong"), say("inside_layer", { layer: layer + 1 }));
    const all = [...both[0], ...both[1]];
    const [least, most] = all.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
    both.forEach((values, label) => {
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
    const mean = (/** @type {boolean} */ right) => scene.classes.reduce((sum, classIndex, p) => sum + ofPoints[layer][right ? classIndex : 1 - classIndex][p], 0) / scene.classes.length;
    setText(find(row, "p"), say("inside_goodness", { right: decimals(mean(true), 2), wrong: decimals(mean(false), 2) }));
  });
}
