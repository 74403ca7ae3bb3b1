// @ts-check
// The loss around the net, along two of its weights: a map with height lines, the way that training has gone, and the way
// down from here.

import { create, findAll, find, setText } from "../../../common/page/dom.js";
import { significant } from "../../../common/page/numbers.js";
import { contour, linePath, prepareCanvas, stroke, tintedMap } from "../../page/drawing.js";
import { beginGrid, continueGrid, lossAt, SIDE, squareAround } from "./loss_grid.js";
import { netWeights } from "./units.js";
import { weightName } from "./words.js";

/** @import { Context } from "../../page/drawing.js" */
/** @import { Net, Place } from "../../page/net.js" */
/** @import { LossGrid, LossQuestion } from "./loss_grid.js" */
/** @import { Scene } from "./scene.js" */

const LINES = 9; // of equal loss
const LEAST = 1e-4; // losses below are drawn alike
const AGAIN = 400; // milliseconds from one map to the next while it learns
const BUDGET = 6; // milliseconds a frame of the screen
const ARROW = 46; // pixels
const MARGIN = 48; // pixels for the numbers at the edges

export const HTML = `<div class="inside-axes">${["across", "up"].map((way) => `<label data-of="${way}"><span></span> <select></select></label>`).join("")}
  </div><p class="inside-loss-here" aria-live="polite"></p>`;

/**
 * @param {HTMLElement} section
 * @param {HTMLCanvasElement} canvas
 * @param {() => void} repaint ask for another drawing
 */
export function makeLossSurface(section, canvas, repaint) {
  find(section, ".inside-below").innerHTML = HTML;
  const selects = findAll(section, "select").map((select) => /** @type {HTMLSelectElement} */ (select));
  const map = document.createElement("canvas");
  let shape = ""; // of the net whose weights are offered
  /** @type {[a: number, b: number]} */
  let axes = [0, 1];
  /** @type {LossGrid | null} that is drawn */
  let shown = null;
  /** @type {LossGrid | null} that is being computed */
  let coming = null;
  let begunAt = -Infinity;

  /**
   * The weights to choose from; of another net first those of its output from two units.
   * @param {Scene} scene
   */
  function offer(scene) {
    const { net, say } = scene;
    const key = JSON.stringify([net.model, net.widths, net.features, say("inside_bias")]);
    if (key === shape) return;
    const weights = netWeights(net);
    const same = shape && selects[0].length === weights.length;
    shape = key;
    if (!same) {
      const last = weights.filter(({ layer, from }) => layer === net.layers.length - 1 && from >= 0);
      axes = [last[0].at, (last[1] ?? weights[weights.length - 1]).at];
      shown = coming = null;
    }
    selects.forEach((select, which) => {
      select.replaceChildren(...weights.map((weight) => {
        const option = create("option", "", weightName(scene, weight));
        option.value = String(weight.at);
        return option;
      }));
      select.value = String(axes[which]);
    });
    findAll(section, ".inside-axes span").forEach((label, which) => {
      setText(label, say(which ? "inside_loss_up" : "inside_loss_across"));
    });
  }

  /**
   * @param {Scene} scene
   * @param {Net[]} trail the net at each frame so far
   * @param {boolean} resting
   */
  function draw(scene, trail, resting) {
    const { net, say, points, classes, colours } = scene;
    section.classList.toggle("inside-flat", net.model === "forward-forward"); // each layer has a loss of its own
    if (net.model === "forward-forward" || !points.length) return;
    offer(scene);
    const place = (/** @type {Net} */ one) => /** @type {Place} */ ([one.numbers[axes[0]], one.numbers[axes[1]]]);
    const path = [...trail.map(place), place(net)];
    think(scene, path, resting);
    const here = lossAt(net, scene.pointPlaces, classes);
    const slopes = axes.map((at) => scene.slopes[at]);
    setText(find(section, ".inside-loss-here"), say("inside_loss_here", {
      loss: significant(here), across: significant(slopes[0]), up: significant(slopes[1]),
    }));
    const { context, width, height } = prepareCanvas(canvas);
    if (!width || !shown) return;
    const size = Math.min(width - 2 * MARGIN, height - MARGIN);
    const [left, top] = [(width - size) / 2, 4];
    const { centre, half, values } = shown;
    const logs = values.map((value) => Math.log(Math.max(value, LEAST)));
    const low = logs.reduce((least, value) => Math.min(least, value), Infinity);
    const high = Math.max(logs.reduce((most, value) => Math.max(most, value), -Infinity), low + 1e-6);
    const tinted = logs.map((value) => (value - low) / (high - low));
    context.imageSmoothingEnabled = true;
    context.drawImage(tintedMap(map, tinted, SIDE, colours, { high: colours.rgb.ink, least: 0, most: 0.42 }), left, top, size, size);
    context.save();
    context.beginPath();
    context.rect(left, top, size, size);
    context.clip();
    context.translate(left, top);
    for (let line = 1; line <= LINES; line += 1) {
      const level = low + ((high - low) * line) / (LINES + 1);
      stroke(context, colours.card, 1, [], (to) => contour(to, logs.map((value) => value - level), SIDE, size, size));
    }
    const onMap = (/** @type {Place} */ [x, y]) => /** @type {Place} */ (
      [(0.5 + (x - centre[0]) / (2 * half)) * size, (0.5 - (y - centre[1]) / (2 * half)) * size]);
    const way = path.map(onMap);
    stroke(context, colours.card, 5, [], (to) => linePath(to, way));
    stroke(context, colours.accent, 2.5, [], (to) => linePath(to, way));
    const [x, y] = way[way.length - 1];
    const steep = Math.hypot(...slopes);
    if (steep > 0) drawArrow(context, x, y, (-ARROW * slopes[0]) / steep, (ARROW * slopes[1]) / steep, colours.ink);
    context.fillStyle = colours.accent;
    context.strokeStyle = colours.card;
    context.lineWidth = 2.5;
    context.beginPath();
    context.arc(x, y, 7, 0, 7);
    context.fill();
    context.stroke();
    context.restore();
    context.strokeStyle = colours.line;
    context.lineWidth = 1;
    context.strokeRect(left + 0.5, top + 0.5, size - 1, size - 1);
    context.fillStyle = colours.muted;
    context.font = colours.font(15);
    context.textBaseline = "top";
    for (const end of [-1, 1]) {
      context.textAlign = end < 0 ? "left" : "right";
      context.fillText(significant(centre[0] + end * half, 2), end < 0 ? left : left + size, top + size + 6);
      context.textAlign = "right";
      context.fillText(significant(centre[1] + end * half, 2), left - 6, end < 0 ? top + size - 16 : top);
    }
    if (coming) repaint();
  }

  /**
   * Compute some of the next map, if another one is due.
   * @param {Scene} scene
   * @param {Place[]} path
   * @param {boolean} resting
   */
  function think({ net, pointPlaces: places, classes }, path, resting) {
    const now = performance.now();
    if (!coming && (!shown || resting || now - begunAt > AGAIN)) {
      const [a, b] = axes;
      const question = { net, places, classes, a, b, ...squareAround(path) };
      if (shown && isSame(shown, question)) return;
      coming = beginGrid(question);
      begunAt = now;
    }
    if (coming && continueGrid(coming, () => performance.now() - now > BUDGET)) {
      [shown, coming] = [coming, null];
      repaint(); // it may be of a net that is past
    }
  }

  selects.forEach((select, which) => {
    select.addEventListener("change", () => {
      axes[which] = Number(select.value);
      shown = coming = null;
      repaint();
    });
  });
  return { draw, get axes() { return axes; } };
}

/**
 * Whether a map answers the question: the same points and square, and the same net but for the two weights.
 * @param {LossGrid} grid
 * @param {LossQuestion} question
 */
function isSame(grid, { net, places, classes, a, b, centre, half }) {
  const sameSquare = grid.half === half && grid.centre[0] === centre[0] && grid.centre[1] === centre[1];
  if (!sameSquare || grid.a !== a || grid.b !== b || grid.classes !== classes || grid.places.length !== places.length) return false;
  if (grid.net.activation !== net.activation || grid.net.loss !== net.loss || grid.net.output !== net.output) return false;
  return grid.places.every((value, at) => value === places[at])
    && net.numbers.every((value, at) => at === a || at === b || value === grid.net.numbers[at]);
}

/**
 * @param {Context} context
 * @param {number} x
 * @param {number} y
 * @param {number} across
 * @param {number} down
 * @param {string} style
 */
function drawArrow(context, x, y, across, down, style) {
  const [toX, toY] = [x + across, y + down];
  const turn = Math.atan2(down, across);
  stroke(context, style, 2.5, [], (to) => {
    linePath(to, [[x, y], [toX, toY]]);
    for (const side of [-1, 1]) linePath(to, [[toX - 11 * Math.cos(turn + 0.5 * side), toY - 11 * Math.sin(turn + 0.5 * side)], [toX, toY]]);
  });
}
