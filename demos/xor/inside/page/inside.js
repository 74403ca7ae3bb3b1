// @ts-check
// "Look inside" one net: the graph of its units' maps, the output as a landscape, the plane with all lines, the fold,
// the loss around it.
// What the pointer touches in one view is marked in the others. Every view draws only when it is seen and has changed.

import { find, setText } from "../../../common/page/dom.js";
import { clamp } from "../../../common/page/numbers.js";
import { fillWords, sayFrom } from "../../../common/page/words.js";
import { oncePerFrame, readColours } from "../../page/drawing.js";
import { classCount } from "../../page/net.js";
import { makeEdit } from "./edit.js";
import { makeFold } from "./fold.js";
import { drawGoodness } from "./goodness.js";
import { drawGraph, edgeMiddle, graphHeight } from "./graph.js";
import { attachPointer, weightBeside } from "./graph_pointer.js";
import { drawInputPlane } from "./input_plane.js";
import { makeLossSurface } from "./loss_surface.js";
import { isLargeNet, makeScene } from "./scene.js";
import { drawSpace } from "./space.js";
import { drawSurface, makeTurnable } from "./surface.js";
import { hiddenLayers } from "./units.js";
import { captionKey, showChoices, spaceNote, statusOf, weightName } from "./words.js";

/** @import { Colours } from "../../page/drawing.js" */
/** @import { Net, Place, Spec } from "../../page/net.js" */
/** @import { Graph } from "./graph.js" */
/** @import { Hover, Scene, ShownPoints } from "./scene.js" */
/** @import { Unit, Weight } from "./units.js" */

/** @typedef {"graph" | "surface" | "plane" | "space" | "loss"} ViewName */
/** @typedef {{ name: string, spec: Spec, net: Net, step: number }} Learner */
/** @typedef {ShownPoints & { learners: Learner[], language: string,
 *   trail?: (learner: number) => Net[] }} Frame what is on the stage; `trail` gives a learner at each frame so far */

/** @type {ViewName[]} */
const VIEWS = ["graph", "surface", "plane", "space", "loss"];
const BY_KEYS = ["graph", "surface"]; // views that the arrow keys act on
const WIDE = 700; // CSS pixels from which two views stand beside each other
const BUDGET = 8; // milliseconds a frame of the screen before the next view waits for the next one
const REST = 250; // milliseconds without a new net after which it is drawn finely
const STATE = /^(perceptron|mlp|forward-forward)_([0-4])_(\d)_(\d{1,3})_(\d{1,3})_(\d{1,2})(_slopes)?(?:_w(\d{1,5})_(\d{1,5}))?$/;

const PANEL = `
  <div class="inside-bar"><h3></h3><div class="inside-which inside-choice" role="group"></div>
    <div class="inside-labels inside-choice" role="group"></div></div>
  <div class="inside-views">${VIEWS.map((name) => `
    <section class="inside-view inside-${name}"><h4></h4><p class="inside-caption"></p>
      <div class="inside-frame"><canvas></canvas></div><div class="inside-below"></div></section>`).join("")}
  </div>`;
const BELOW_GRAPH = `<div class="inside-slopes inside-choice"></div><p class="inside-status" aria-live="polite"></p><div class="inside-goodness"></div>`;
const BELOW_SPACE = `<div class="inside-fold"></div><div class="inside-layers inside-choice" role="group"></div>
  <p class="inside-note"></p>`;

const degrees = (/** @type {number} */ angle) => (Math.round((angle * 180) / Math.PI) + 360) % 360;
const radians = (/** @type {number} */ angle) => (angle * Math.PI) / 180;

/** @param {[a: number, b: number] | null} axes */
const axesLetters = (axes) => (axes ? `_w${axes.join("_")}` : "");

/** @type {(one: Float32Array, other: Float32Array) => boolean} */
const sameNumbers = (one, other) => one.length === other.length && one.every((value, k) => Object.is(value, other[k]));

/**
 * The panel in `root`. `onEdit` is called when a weight is changed by hand; `goesOn` while it is the same drag.
 * @param {HTMLElement} root
 * @param {{ onEdit: (learner: number, numbers: Float32Array, goesOn: boolean) => void, words: Words }} constants
 */
export function makePanel(root, { onEdit, words }) {
  const say = sayFrom(words);
  root.classList.add("inside");
  root.innerHTML = PANEL;
  const canvasOf = (/** @type {ViewName} */ name) => find(root, `.inside-${name} canvas`, HTMLCanvasElement);
  const canvases = {
    graph: canvasOf("graph"), surface: canvasOf("surface"), plane: canvasOf("plane"), space: canvasOf("space"),
    loss: canvasOf("loss"),
  };
  for (const name of VIEWS) {
    const byKeys = BY_KEYS.includes(name);
    canvases[name].setAttribute("role", byKeys ? "application" : "img");
    if (byKeys) canvases[name].tabIndex = 0;
  }
  find(root, ".inside-graph .inside-below").innerHTML = BELOW_GRAPH;
  find(root, ".inside-space .inside-below").innerHTML = BELOW_SPACE;
  const box = document.createElement("div");
  box.className = "inside-edit";
  box.setAttribute("role", "dialog");
  find(root, ".inside-graph .inside-frame").append(box);

  /** @type {Frame | null} */
  let frame = null; // what show() was given last
  /** @type {Scene | null} */
  let scene = null; // what is drawn of it
  /** @type {Colours | null} */
  let colours = null;
  /** @type {number[][] | null} */
  let axesBefore = null;
  const chosen = { learner: -1, label: 1, layer: -1, arrows: 0 };
  /** @type {Hover} */
  const hover = { unit: null, weight: null, place: null };
  /** @type {Unit | null} */
  let kept = null; // the unit that a click keeps marked
  const angles = { yaw: -0.62, pitch: 0.56 };
  /** @type {Graph | null} */
  let graph = null; // as it was drawn last, for the pointer
  /** @type {ReturnType<typeof drawInputPlane>} */
  let plane = null;
  const stale = new Set(VIEWS); // in the order in which they wait
  const seen = new Set(VIEWS);
  const reused = { maps: new Map(), scratch: document.createElement("canvas") };

  function shown() {
    if (!frame) throw new Error("Nothing has been shown yet.");
    return frame;
  }
  const netShown = () => shown().learners[chosen.learner].net;
  function layerShown(/** @type {Net} */ net) {
    const layers = hiddenLayers(net).length;
    return chosen.layer < 0 || chosen.layer >= layers ? layers - 1 : chosen.layer;
  }

  // ---- drawing

  /** @type {Record<ViewName, (scene: Scene) => void>} */
  const painters = {
    graph(now) {
      canvases.graph.style.height = `${graphHeight(now.net, canvases.graph.clientWidth)}px`;
      graph = drawGraph(canvases.graph, now);
      drawGoodness(find(root, ".inside-goodness"), now);
      setText(find(root, ".inside-status"), statusOf(now));
    },
    surface(now) { drawSurface(canvases.surface, now, angles); },
    plane(now) { plane = drawInputPlane(canvases.plane, now); },
    space(now) {
      const flat = !hiddenLayers(now.net).length;
      find(root, ".inside-space").classList.toggle("inside-flat", flat);
      if (flat) return;
      const layer = layerShown(now.net);
      const found = drawSpace(canvases.space, now, { layer, fold: fold.value, before: axesBefore });
      if (!found) return;
      axesBefore = found.axes.direct ? null : found.axes.axes;
      setText(find(root, ".inside-note"), spaceNote(now, layer, found.axes));
    },
    loss(now) { lossSurface.draw(now, shown().trail?.(chosen.learner) ?? [], resting); },
  };

  const lossSurface = makeLossSurface(find(root, ".inside-loss"), canvases.loss, () => repaint("loss"));
  fillWords(root, (key) => say(key));

  function paint() {
    if (!frame || !root.offsetParent) return;
    colours ??= readColours(root);
    scene ??= makeScene(frame, netShown(), { say, label: chosen.label, arrows: Boolean(chosen.arrows), resting, colours, hover, ...reused });
    const start = performance.now();
    for (const name of [...stale]) {
      if (!seen.has(name)) continue;
      if (performance.now() - start > BUDGET) {
        repaint(name);
        return;
      }
      stale.delete(name);
      painters[name](scene);
      canvases[name].dataset.drawings = String(Number(canvases[name].dataset.drawings ?? 0) + 1);
    }
  }

  // All changes by the pointer within one frame of the screen are drawn once.
  const paintSoon = oncePerFrame(paint);
  function repaint(/** @type {ViewName[]} */ ...names) {
    for (const name of names.length ? names : VIEWS) stale.add(name);
    paintSoon();
  }

  // ---- words and choices

  function speak() {
    const { learners } = shown();
    const net = netShown();
    for (const name of VIEWS) {
      const title = say(`inside_${name}`);
      const keys = BY_KEYS.includes(name) ? say(`inside_${name}_keys`) : "";
      setText(find(root, `.inside-${name} h4`), title);
      setText(find(root, `.inside-${name} .inside-caption`), say(captionKey(name, net, words), { label: chosen.label }));
      canvases[name].setAttribute("aria-label", `${title}. ${keys}`);
    }
    setText(find(root, "h3"), say("inside_title"));
    fold.speak(say);
    edit.speak(say);
    const layers = hiddenLayers(net).map((_, layer) => say("inside_layer", { layer: layer + 1 }));
    const told = net.model === "forward-forward";
    const count = told || classCount(net) > 2 ? classCount(net) : 0;
    const labels = Array.from({ length: count }, (_, label) => (told ? say("inside_with_label", { label }) : say(`class_${label}`)));
    const names = learners.length > 1 ? learners.map(({ name }) => name) : [];
    showChoices(find(root, ".inside-which"), names, chosen.learner, choose("learner"));
    showChoices(find(root, ".inside-labels"), labels, chosen.label, choose("label"));
    showChoices(find(root, ".inside-slopes"), [say("inside_slopes_off"), say("inside_slopes_on")], chosen.arrows, choose("arrows"));
    showChoices(find(root, ".inside-layers"), layers.length > 1 ? layers : [], layerShown(net), choose("layer"));
  }

  /** @param {"learner" | "label" | "layer" | "arrows"} what */
  function choose(what) {
    return (/** @type {number} */ value) => {
      chosen[what] = value;
      if (what === "learner" || what === "layer") axesBefore = null;
      if (what === "learner") forget();
      scene = null;
      speak();
      repaint();
    };
  }

  // What was pointed at belongs to another net.
  function forget() {
    kept = axesBefore = null;
    Object.assign(hover, { unit: null, weight: null });
    edit.close();
  }

  // ---- pointer and keys

  const edit = makeEdit(box, {
    change(weight, value, goesOn) {
      const numbers = Float32Array.from(netShown().numbers);
      numbers[weight.at] = value;
      onEdit(chosen.learner, numbers, goesOn);
    },
    step: (by) => open(weightBeside(netShown(), edit.weight, by), false),
    closed() {
      canvases.graph.focus({ preventScroll: true });
      repaint("graph");
    },
  });

  /**
   * @param {Weight} weight
   * @param {boolean} focus
   */
  function open(weight, focus) {
    paint();
    const edge = graph?.edges.find((other) => other.at === weight.at);
    if (!edge || !scene) return;
    Object.assign(hover, { unit: null, weight });
    edit.open(weight, edge.value, weightName(scene, weight), edgeMiddle(edge), focus);
    repaint();
  }

  /**
   * While a weight is open it stays marked; a kept unit gives way to the one under the pointer.
   * @param {Unit | null} unit
   * @param {Weight | null} weight
   * @param {Place | null} place
   */
  function point(unit, weight, place) {
    const open_ = edit.weight;
    /** @type {Hover} */
    const next = open_ ? { unit: null, weight: open_, place } : { unit: unit ?? (weight ? null : kept), weight, place };
    const same = JSON.stringify(next) === JSON.stringify({ unit: hover.unit, weight: hover.weight, place: hover.place });
    Object.assign(hover, next);
    if (!same) repaint();
  }

  attachPointer(canvases.graph, {
    drawn: () => graph,
    scene: () => scene,
    point,
    open,
    keep(unit) {
      kept = unit && JSON.stringify(unit) !== JSON.stringify(kept) ? unit : null;
      point(kept, null, hover.place);
    },
    leave: () => edit.close(),
  });
  const pointOnPlane = (/** @type {PointerEvent} */ event) => {
    if (!plane) return;
    const { left, top } = canvases.plane.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    point(kept, null, plane.frame.holds(x, y) ? plane.frame.placeAt(x, y) : null);
  };
  canvases.plane.addEventListener("pointermove", pointOnPlane);
  canvases.plane.addEventListener("pointerdown", pointOnPlane);
  canvases.plane.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") point(kept, null, null);
  });
  makeTurnable(canvases.surface, angles, () => repaint("surface"));
  const fold = makeFold(find(root, ".inside-fold"), () => {
    if (frame) fold.speak(say);
    repaint("space");
  });

  // ---- what is seen, and how finely

  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const name = VIEWS.find((each) => canvases[each] === target);
      if (name) seen[isIntersecting ? "add" : "delete"](name);
    }
    paint();
  }, { rootMargin: "120px" });
  for (const name of VIEWS) watcher.observe(canvases[name]);
  new ResizeObserver(() => {
    root.classList.toggle("inside-wide", root.clientWidth >= WIDE);
    repaint();
  }).observe(root);
  new MutationObserver(() => {
    colours = scene = null;
    repaint();
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });

  let resting = true;
  let pause = 0;
  let shownAt = -Infinity;
  function rest(/** @type {Net} */ net) {
    const moves = performance.now() - shownAt < REST;
    shownAt = performance.now();
    if (!moves && !isLargeNet(net)) return; // one step, or a jump on the time line
    clearTimeout(pause);
    resting = false;
    pause = setTimeout(() => {
      resting = true;
      scene = null;
      repaint();
    }, REST);
  }

  // ---- for links: kind_label_layer_fold_yaw_pitch, _slopes if they are shown, and _wA_B if the loss is shown along the numbers A
  // and B of the net and not along the usual ones; the fold in percent, the angles in whole degrees

  const firstChoice = () => Math.max(0, shown().learners.findIndex(({ net }) => net.model !== "perceptron")); // has something inside
  const usualAngles = `${degrees(angles.yaw)}_${degrees(angles.pitch)}`;

  function state() {
    if (!frame) return "";
    const net = netShown();
    const layers = hiddenLayers(net).length;
    const usualModel = frame.learners[firstChoice()].net.model;
    const usual = [usualModel, 1, Math.max(0, layers - 1), 100, usualAngles].join("_");
    const layer = layers ? layerShown(net) : 0;
    const turned = `${degrees(angles.yaw)}_${degrees(angles.pitch)}`;
    const found = [net.model, chosen.label, layer, Math.round(100 * fold.value), turned].join("_") + (chosen.arrows ? "_slopes" : "")
      + axesLetters(lossSurface.chosen(net));
    return found === usual ? "" : found;
  }

  const last = { shape: "", setting: "" };

  return {
    /** What is looked at, as letters for a link; "" for the usual look. */
    get state() { return state(); },
    /** Look at that again. @param {string} letters */
    restore(letters) {
      const [, model, label, layer, folded, yaw, pitch, slopes, across, up] = STATE.exec(letters) ?? [];
      const learner = shown().learners.findIndex(({ net }) => net.model === model);
      if (learner < 0) return;
      const known = Number(label) < classCount(shown().learners[learner].net);
      Object.assign(chosen, { learner, label: known ? Number(label) : 1, layer: Number(layer), arrows: slopes ? 1 : 0 });
      Object.assign(angles, { yaw: radians(Number(yaw)), pitch: radians(clamp(Number(pitch), 5, 83)) });
      lossSurface.restore(across ? [Number(across), Number(up)] : null);
      fold.moveTo(Math.min(1, Number(folded) / 100));
      forget();
      scene = null;
      speak();
      repaint();
    },
    /** Draw a frame. @param {Frame} given */
    show(given) {
      frame = given;
      if (!given.learners[chosen.learner]) chosen.learner = firstChoice();
      const net = netShown();
      if (chosen.label >= classCount(net)) chosen.label = 1;
      const shape = JSON.stringify(given.learners.map(({ name, net: { model, activation, widths, features } }) => [name, model, activation, widths, features]));
      const losses = given.learners.map(({ net: { loss, output, penalty } }) => [loss, output, penalty]);
      const setting = JSON.stringify([losses, given.points, given.classes, given.view, given.language]);
      const known = shape === last.shape && setting === last.setting;
      if (known && scene && sameNumbers(net.numbers, scene.net.numbers)) {
        paint();
        return;
      }
      if (shape !== last.shape) forget();
      if (!known) speak();
      Object.assign(last, { shape, setting });
      scene = null;
      rest(net);
      for (const name of VIEWS) stale.add(name);
      if (edit.weight) edit.follow(net.numbers[edit.weight.at]);
      paint();
    },
  };
}
