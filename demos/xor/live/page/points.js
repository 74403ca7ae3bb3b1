// @ts-check
// The points edited on any plane: click adds, dragging moves, the eraser or a right click deletes; keys and touch too.

import { find, findAll } from "../../../common/page/dom.js";
import { clamp } from "../../../common/page/numbers.js";
import { stroke } from "../../page/drawing.js";
import { frameOf } from "../../page/decision_region.js";
import { pointRadius } from "../../page/point_marks.js";

/** @import { Colours, Context } from "../../page/drawing.js" */
/** @import { Place, View } from "../../page/net.js" */
/** @import { Points } from "../../page/decision_region.js" */

/** @typedef {[x: number, y: number, classIndex: number]} Point */
/** @typedef {{ points: () => Points, view: () => View, set: (points: Points, settled: boolean) => void, redraw: () => void }} Stage */
/** @typedef {ReturnType<typeof makeEditor>} PointEditor */

const UNDO_STEPS = 50;

/**
 * `set` of the stage shows the points at once, and trains on them when settled.
 * @param {HTMLElement} root
 * @param {Stage} stage
 * @param {{ mostPoints: number, farthest: number }} limits of the number of points, and of a coordinate
 */
export function makeEditor(root, stage, { mostPoints, farthest }) {
  const tools = findAll(root, "[data-tool]");
  /** @type {Point[][]} */
  const past = [];
  /** @type {Point[][]} */
  let future = []; // what was taken back, the last one last
  let tool = "1";
  /** @type {{ canvas: HTMLCanvasElement, index: number, from: Place, moved: boolean } | null} */
  let dragged = null;
  /** @type {{ shown: HTMLCanvasElement | null, place: Place | null }} where the keyboard is: on which canvas */
  const cursor = { shown: null, place: null };

  /** @param {string} name */
  function choose(name) {
    tool = name;
    tools.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.tool === name)));
  }

  // All points as one list of [x, y, class]: whoever edits them decides anew which are held out.
  function listed() {
    const { places, classes, tests, testClasses } = stage.points();
    const withClass = (/** @type {Place[]} */ all, /** @type {number[]} */ ofClasses) =>
      all.map(([x, y], k) => /** @type {Point} */ ([x, y, ofClasses[k]]));
    return [...withClass(places, classes), ...withClass(tests, testClasses)];
  }

  /**
   * @param {Point[]} list
   * @param {boolean} [settled]
   */
  function change(list, settled = true) {
    stage.set({ places: list.map(([x, y]) => [x, y]), classes: list.map((point) => point[2]), tests: [], testClasses: [] }, settled);
  }

  function remember() {
    past.push(listed());
    future = [];
    if (past.length > UNDO_STEPS) past.shift();
  }

  /** @param {number} value */
  function rounded(value) {
    const [low, high] = stage.view();
    const unit = 10 ** Math.floor(Math.log10((high - low) / 100));
    return clamp(Number((Math.round(value / unit) * unit).toFixed(6)), -farthest, farthest);
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{ clientX: number, clientY: number }} at
   * @returns {Place}
   */
  function placeOf(canvas, { clientX, clientY }) {
    const box = canvas.getBoundingClientRect();
    const to = frameOf(stage.view(), box.width, box.height);
    return [rounded(to.x(clientX - box.left)), rounded(to.y(clientY - box.top))];
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Place} place
   * @param {number} [reach]
   */
  function nearest(canvas, [x, y], reach = 1.6) {
    const [low, high] = stage.view();
    const list = listed();
    const { width } = canvas.getBoundingClientRect();
    let [best, least] = [-1, (reach * Math.max(9, pointRadius(list.length, width)) * (high - low)) / width];
    list.forEach(([px, py], index) => {
      const far = Math.hypot(px - x, py - y);
      if (far < least) [best, least] = [index, far];
    });
    return best;
  }

  /** @param {number} index */
  function remove(index) {
    if (index < 0) return;
    remember();
    change(listed().filter((_, at) => at !== index));
  }

  /** @param {Place} place */
  function add([x, y]) {
    if (listed().length >= mostPoints) return;
    remember();
    change([...listed(), [x, y, Number(tool)]]);
  }

  /** @param {HTMLCanvasElement} canvas */
  function attach(canvas) {
    canvas.tabIndex = 0;
    canvas.addEventListener("touchstart", (event) => {  // a point moves, the page does not; elsewhere the page scrolls
      if (nearest(canvas, placeOf(canvas, event.touches[0])) >= 0) event.preventDefault();
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      cursor.shown = null;
      const start = placeOf(canvas, event);
      dragged = { canvas, index: nearest(canvas, start), from: [event.clientX, event.clientY], moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!dragged || dragged.canvas !== canvas) return;
      const far = Math.hypot(event.clientX - dragged.from[0], event.clientY - dragged.from[1]) > 3;
      if (!dragged.moved && !far) return;
      if (!dragged.moved && dragged.index >= 0) remember();
      dragged.moved = true;
      if (dragged.index < 0 || tool === "erase") return;
      const list = listed();
      const [low, high] = stage.view();
      const [x, y] = placeOf(canvas, event).map((value) => clamp(value, low, high));
      list[dragged.index] = [x, y, list[dragged.index][2]];
      change(list, false);
    });
    canvas.addEventListener("pointerup", (event) => {
      const held = dragged;
      dragged = null;
      if (!held || held.canvas !== canvas) return;
      if (held.moved && held.index >= 0) change(listed());
      else if (held.moved) return;
      else if (tool === "erase") remove(held.index);
      else if (held.index < 0) add(placeOf(canvas, event));
    });
    canvas.addEventListener("pointercancel", () => { dragged = null; });
    canvas.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      remove(nearest(canvas, placeOf(canvas, event)));
    });
    canvas.addEventListener("keydown", (event) => key(canvas, event));
    canvas.addEventListener("blur", () => { cursor.shown = null; stage.redraw(); });
  }

  /** @type {Record<string, Place>} */
  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {KeyboardEvent} event
   */
  function key(canvas, event) {
    const [low, high] = stage.view();
    if (event.ctrlKey || event.metaKey) {
      const letter = event.key.toLowerCase();
      if (letter === "y" || (letter === "z" && event.shiftKey)) redo();
      else if (letter === "z") undo();
      else return;
    } else if (MOVES[event.key]) {
      const from = cursor.place || [(low + high) / 2, (low + high) / 2];
      const unit = (high - low) / (event.shiftKey ? 100 : 20);
      const [right, up] = MOVES[event.key];
      cursor.place = [rounded(clamp(from[0] + unit * right, low, high)), rounded(clamp(from[1] + unit * up, low, high))];
      cursor.shown = canvas;
      stage.redraw();
    } else if (event.key === "Enter" && cursor.place) {
      if (tool === "erase") remove(nearest(canvas, cursor.place));
      else add(cursor.place);
    } else if ((event.key === "Delete" || event.key === "Backspace") && cursor.place) remove(nearest(canvas, cursor.place));
    else if (/^[0-4]$/.test(event.key)) choose(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * One version back, or forward again.
   * @param {Point[][]} from
   * @param {Point[][]} to
   */
  function go(from, to) {
    const version = from.pop();
    if (!version) return;
    to.push(listed());
    change(version);
  }
  const undo = () => go(past, future);
  const redo = () => go(future, past);

  tools.forEach((button) => button.addEventListener("click", () => choose(String(button.dataset.tool))));
  find(root, "[data-do='undo-points']").addEventListener("click", undo);
  find(root, "[data-do='redo-points']").addEventListener("click", redo);
  find(root, "[data-do='clear']").addEventListener("click", () => { remember(); change([]); });
  choose(tool);

  return {
    attach,
    listed,
    get canUndo() { return past.length > 0; },
    get canRedo() { return future.length > 0; },
    get dragging() { return Boolean(dragged && dragged.moved && dragged.index >= 0); },
    /**
     * @param {HTMLCanvasElement} canvas
     * @param {Context} context
     * @param {number} width
     * @param {number} height
     * @param {Colours} colours
     */
    drawCursor(canvas, context, width, height, colours) {
      if (cursor.shown !== canvas || !cursor.place) return;
      const to = frameOf(stage.view(), width, height);
      const [x, y] = [to.across(cursor.place[0]), to.down(cursor.place[1])];
      stroke(context, colours.ink, 1.5, [], (path) => {
        path.moveTo(x - 14, y); path.lineTo(x + 14, y); path.moveTo(x, y - 14); path.lineTo(x, y + 14);
      });
    },
  };
}
