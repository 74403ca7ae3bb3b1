// @ts-check
// The loss around the net, along two of its weights: a map with height lines, the way that training has gone, and the way
// down from here.

import { create, findAll, find, setText } from "../../../common/page/dom.js";
import { percent, significant } from "../../../common/page/numbers.js";
import { typeSize } from "../../../common/page/type_size.js";
import { contour, linePath, prepareCanvas, stroke, tintedMap } from "../../page/drawing.js";
import { penaltyOf } from "../../page/penalty.js";
import { answers, beginGrid, continueGrid, placeOnMap, SIDE, squareAround, wayDown } from "./loss_grid.js";
import { netWeights } from "./units.js";
import { weightName } from "./words.js";

/** @import { Colours, Context } from "../../page/drawing.js" */
/** @import { Net, Place } from "../../page/net.js" */
/** @import { LossGrid } from "./loss_grid.js" */
/** @import { Scene } from "./scene.js" */

const LINES = 9; // of equal loss
const LEAST = 1e-4; // losses below are drawn alike
const AGAIN = 400; // milliseconds from one map to the next while it learns
const LONG = 1000; // milliseconds after which a map of what rests is shown as not yet there
const BUDGET = 6; // milliseconds a frame of the screen
const ARROW = 46; // pixels
const MARGIN = 48; // pixels for the numbers at the edges

/** @typedef {[a: number, b: number]} Axes places in net.numbers: across and upwards */

export const HTML = `<div class="inside-axes">${["across", "up"].map((way) => `<label data-of="${way}"><span data-say="inside_loss_${way}"></span> <select></select></label>`).join("")}
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
  let shape = ""; // of the net that the axes are of
  let offered = ""; // the net whose weights are offered, and the language
  /** @type {Axes} */
  let axes = [0, 1];
  /** @type {Axes | null} that a link asks for */
  let asked = null;
  /** @type {LossGrid | null} that is drawn */
  let shown = null;
  /** @type {LossGrid | null} that is being computed */
  let coming = null;
  let begunAt = -Infinity;

  /**
   * Another net has axes of its own: those that a link asks for, if it has them, or the usual ones.
   * @param {Net} net
   */
  function follow(net) {
    const key = JSON.stringify([net.model, net.widths, net.features]);
    if (key === shape) return;
    shape = key;
    axes = asked?.every((at) => at < net.numbers.length) ? asked : usualAxes(net);
    asked = shown = coming = null;
  }

  /**
   * The weights to choose from.
   * @param {Scene} scene
   */
  function offer(scene) {
    const { net, say } = scene;
    follow(net);
    const key = JSON.stringify([shape, axes, say("inside_bias")]);
    if (key === offered) return;
    offered = key;
    const weights = netWeights(net);
    selects.forEach((select, which) => {
      select.replaceChildren(...weights.map((weight) => {
        const option = create("option", "", weightName(scene, weight));
        option.value = String(weight.at);
        return option;
      }));
      select.value = String(axes[which]);
    });
  }

  /**
   * @param {Scene} scene
   * @param {Net[]} trail the net at each frame so far
   * @param {boolean} resting
   */
  function draw(scene, trail, resting) {
    const { net, say, points, colours } = scene;
    section.classList.toggle("inside-flat", net.model === "forward-forward"); // each layer has a loss of its own
    if (net.model === "forward-forward" || !points.length) return;
    offer(scene);
    const place = (/** @type {Net} */ one) => /** @type {Place} */ ([one.numbers[axes[0]], one.numbers[axes[1]]]);
    const path = [...trail.map(place), place(net)];
    think(scene, path, resting);
    const slopes = axes.map((at) => scene.slopes[at]);
    setText(find(section, ".inside-loss-here"), say(net.penalty ? "inside_loss_penalised" : "inside_loss_here", {
      loss: significant(scene.loss), penalty: significant(penaltyOf(net)), across: significant(slopes[0]), up: significant(slopes[1]),
    }));
    if (coming) repaint();
    const { context, width, height } = prepareCanvas(canvas);
    if (!width) return;
    const size = Math.min(width - 2 * MARGIN, height - MARGIN);
    const [left, top] = [(width - size) / 2, 4];
    if (!shown || (coming && resting && performance.now() - begunAt > LONG)) {
      drawProgress(context, left, top, size, (coming?.cells ?? 0) / SIDE ** 2, colours);
      return;
    }
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
    const way = path.map(placeOnMap(shown, size));
    stroke(context, colours.card, 5, [], (to) => linePath(to, way));
    stroke(context, colours.accent, 2.5, [], (to) => linePath(to, way));
    const [x, y] = way[way.length - 1];
    const down = wayDown(slopes, ARROW);
    if (down) drawArrow(context, x, y, ...down, colours.ink);
    context.fillStyle = colours.accent;
    context.strokeStyle = colours.card;
    context.lineWidth = 2.5;
    context.beginPath();
    context.arc(x, y, 7, 0, 7);
    context.fill();
    context.stroke();
    context.restore();
    drawEdge(context, left, top, size, colours);
    context.font = colours.font(15);
    context.textBaseline = "top";
    for (const end of [-1, 1]) {
      context.textAlign = end < 0 ? "left" : "right";
      context.fillText(significant(centre[0] + end * half, 2), end < 0 ? left : left + size, top + size + 6);
      context.textAlign = "right";
      context.fillText(significant(centre[1] + end * half, 2), left - 6, end < 0 ? top + size - typeSize(16) : top);
    }
  }

  /**
   * Compute some of the next map, if another one is due.
   * @param {Scene} scene
   * @param {Place[]} path
   * @param {boolean} resting
   */
  function think({ net, pointPlaces: places, classes }, path, resting) {
    const now = performance.now();
    if (resting || (!coming && (!shown || now - begunAt > AGAIN))) {
      const [a, b] = axes;
      const question = { net, places, classes, a, b, ...squareAround(path) };
      if (!coming || !answers(coming, question)) {
        coming = shown && answers(shown, question) ? null : beginGrid(question);
        if (coming) begunAt = now;
      }
    }
    if (coming && continueGrid(coming, () => performance.now() - now > BUDGET)) {
      [shown, coming] = [coming, null];
      repaint(); // it may be of a net that is past
    }
  }

  selects.forEach((select, which) => {
    select.addEventListener("change", () => {
      const [before, other] = [axes[which], axes[1 - which]];
      const chosen = Number(select.value);
      const place = chosen === other ? before : other; // the other way shows another weight
      axes = which ? [place, chosen] : [chosen, place];
      shown = coming = null;
      repaint();
    });
  });
  return {
    draw,
    /**
     * The axes, if a visitor chose them.
     * @param {Net} net
     */
    chosen(net) {
      if (net.model === "forward-forward") return null;
      follow(net);
      return String(axes) === String(usualAxes(net)) ? null : axes;
    },
    /** Show the loss along these, or along the usual ones. @param {Axes | null} given */
    restore(given) {
      asked = given && given[0] !== given[1] ? given : null;
      shape = "";
    },
  };
}

/**
 * Two weights from units to the output.
 * @param {Net} net
 * @returns {Axes}
 */
function usualAxes(net) {
  const weights = netWeights(net);
  const last = weights.filter(({ layer, from }) => layer === net.layers.length - 1 && from >= 0);
  return [last[0].at, (last[1] ?? weights[weights.length - 1]).at];
}

/**
 * The map's edge; what is written next is muted.
 * @param {Context} context
 * @param {number} left
 * @param {number} top
 * @param {number} size
 * @param {Colours} colours
 */
function drawEdge(context, left, top, size, colours) {
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, top + 0.5, size - 1, size - 1);
  context.fillStyle = colours.muted;
}

/**
 * The empty map and how much of it is there, while it takes its time.
 * @param {Context} context
 * @param {number} left
 * @param {number} top
 * @param {number} size
 * @param {number} share
 * @param {Colours} colours
 */
function drawProgress(context, left, top, size, share, colours) {
  drawEdge(context, left, top, size, colours);
  context.font = colours.font(18);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(percent(Math.floor(100 * share) / 100), left + size / 2, top + size / 2);
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
