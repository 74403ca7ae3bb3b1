// @ts-check
// The page of “Layers”: the steps through the tower, the maps of one of them, one of these over the image, two answers.

import { bytesOf, floatsOf } from "../../../common/page/base64.js";
import { create, find, findAll, parseMessage, setText, targetOf } from "../../../common/page/dom.js";
import { decimals, probability, significant } from "../../../common/page/numbers.js";
import { fillWords, sayFrom } from "../../../common/page/words.js";
import { cellsByKeys } from "../../page/cells_by_keys.js";
import { cellAt, coloursAt, drawHeatMap, paintCells } from "../../page/heat_map.js";
import { drawStrip, onChosen } from "../../page/image_strip.js";
import { drawSteps } from "./steps.js";

/** @import { HeatMap } from "../../page/heat_map.js" */
/** @import { Strip } from "../../page/image_strip.js" */

/**
 * @typedef {{ channel: number, most: number, values: string, wanted: string[] }} Channel
 * @typedef {{ name: string, channels: number, side: number, said: string, about: string, shown: Channel[] }} Stage
 * @typedef {{ number: number, name: string, english: string, probability: number, logit: number, rows: number,
 *   columns: number, map: string }} Class
 * @typedef {Strip & { turn: number, empty?: string, seen: string, note: string, none: string, stages: Stage[],
 *   vector: { means: string | null, values: string } | null, classes: Class[] | null, head: string[],
 *   guesses: { label: string, similarity: number, probability: number }[], guesses_said: string }} Walk as
 *   demos/clip/layers/look.py makes it
 * @typedef {{ turn: number, stage: number, channel: number, said: string,
 *   pictures: { name: string, thumbnail: string, value: number }[] }} Moved
 * @typedef {{ kind: "channel" | "class", number: number }} Laid what lies over the image
 */

const FIRST_STEP = 1; // after the pixels
const FEW = 40; // cells a side, of which each is seen in a small map
const COLUMNS = 64; // of the numbers of a vector

/**
 * The values of a channel, which came as bytes from −127 to 127.
 * @param {Stage} stage
 * @param {Channel} channel
 * @returns {HeatMap}
 */
function mapOf({ side }, { most, values }) {
  const levels = new Int8Array(bytesOf(values).buffer);
  return { rows: side, columns: side, values: Float32Array.from(levels, (level) => (level * most) / 127) };
}

/**
 * @param {MountContext} mounted
 * @param {{ words: Words }} constants
 */
export function mount({ element, props, trigger, watch }, { words }) {
  const say = sayFrom(words);
  const root = find(element, ".layers");
  const canvas = find(root, ".layers-map", HTMLCanvasElement);
  const strength = find(root, ".layers-strength input", HTMLInputElement);
  /** @type {Walk | null} */
  let walk = null;
  let step = FIRST_STEP;
  /** @type {Laid | null} */
  let laid = null;
  /** @type {Moved | null} */
  let moved = null;
  /** @type {{ stage: number, channel: number } | null} */
  let wanted = null; // the channel whose pictures were asked for

  const stage = () => walk?.stages[step];
  const laidChannel = () => (laid?.kind === "channel" ? stage()?.shown.find(({ channel }) => channel === laid?.number) : undefined);
  const laidClass = () => (laid?.kind === "class" ? walk?.classes?.find(({ number }) => number === laid?.number) : undefined);

  /** @returns {HeatMap | null} what lies over the image */
  function overlay() {
    const [own, channel, named] = [stage(), laidChannel(), laidClass()];
    if (own && channel) return mapOf(own, channel);
    return named ? { rows: named.rows, columns: named.columns, values: floatsOf(named.map) } : null;
  }

  function drawOverlay() {
    drawHeatMap(canvas, overlay(), false);
    markCell();
    const [channel, named] = [laidChannel(), laidClass()];
    const name = channel ? say("channel", { channel: channel.channel }) : named?.name ?? "";
    canvas.ariaLabel = name && say("overlay", { name });
    root.classList.toggle("laid", Boolean(name));
    let hint = walk?.stages.length ? say("hint") : "";
    if (channel) hint = say("hint_channel", { channel: channel.channel });
    if (named) hint = say("hint_class", { name: named.name });
    setText(find(root, ".layers-cell"), hint);
    for (const button of findAll(root, "[data-channel], [data-class]")) {
      const { channel: ofChannel, class: ofClass } = button.dataset;
      button.ariaSelected = String(laid?.number === Number(ofChannel ?? ofClass) && laid.kind === (ofChannel ? "channel" : "class"));
    }
  }

  function drawChannels() {
    const own = stage();
    const place = find(root, ".layers-channels");
    place.hidden = !own;
    setText(find(root, ".layers-legend"), own ? say("strongest", { shown: own.shown.length }) : "");
    if (!own) return;
    setText(find(root, ".layers-title"), own.said);
    setText(find(root, ".layers-about"), own.about);
    const colours = coloursAt(root);
    place.replaceChildren(...own.shown.map((channel) => {
      const button = create("button");
      button.type = "button";
      button.role = "option";
      button.dataset.channel = String(channel.channel);
      const small = create("canvas", own.side < FEW ? "few" : "");
      paintCells(small, mapOf(own, channel), colours);
      const said = create("span");
      said.append(create("b", "", channel.channel), create("i", "", `±${significant(channel.most, 2)}`));
      button.append(small, said);
      if (channel.wanted.length) button.append(create("small", "", say("wanted", { names: channel.wanted.join(", ") })));
      button.ariaLabel = say("channel", { channel: channel.channel });
      return button;
    }));
  }

  /**
   * A vector's numbers, each a cell.
   * @param {string} text
   * @param {string} said
   */
  function numbers(text, said) {
    const values = floatsOf(text);
    const map = { rows: Math.ceil(values.length / COLUMNS), columns: COLUMNS, values };
    const [figure, cells, told] = [create("figure"), create("canvas"), create("p", "layers-number")];
    paintCells(cells, map, coloursAt(root));
    cells.addEventListener("pointermove", (event) => {
      const at = cellAt(cells, map, event);
      if (at >= 0 && at < values.length) setText(told, say("number", { at, value: decimals(values[at], 3) }));
    });
    figure.append(create("p", "", said), cells, told);
    return figure;
  }

  function drawVector() {
    const place = find(root, ".layers-vector");
    const vector = walk?.vector;
    place.hidden = Boolean(stage());
    if (!vector || stage()) return;
    const { means, values } = vector;
    const length = floatsOf(values).length;
    const channels = means ? floatsOf(means).length.toLocaleString("en-US") : "";
    setText(find(root, ".layers-title"), means ? say("vector_title", { channels, length }) : say("vector_only", { length }));
    setText(find(root, ".layers-about"), "");
    place.replaceChildren(...(means ? [numbers(means, say("means"))] : []), numbers(values, say("vector")));
  }

  function drawMoved() {
    const place = find(root, ".layers-moved");
    const fits = moved && wanted && moved.stage === step && moved.channel === wanted.channel && wanted.stage === step;
    place.hidden = !fits;
    if (!fits || !moved) return;
    setText(find(root, ".layers-moved-title"), say("pictures", { channel: moved.channel }));
    setText(find(root, ".layers-moved-said"), moved.said);
    find(root, ".layers-pictures").replaceChildren(...moved.pictures.map(({ name, thumbnail, value }) => {
      const [figure, image] = [create("figure"), create("img")];
      [image.src, image.alt, image.title] = [thumbnail, name, name];
      figure.append(image, create("figcaption", "", significant(value, 3)));
      return figure;
    }));
  }

  function drawStep() {
    for (const button of findAll(root, ".layers-steps button")) button.ariaSelected = String(Number(button.dataset.step) === step);
    drawChannels();
    drawVector();
    drawMoved();
    drawOverlay();
  }

  /**
   * A line with a bar; a class can be pressed.
   * @param {"button" | "div"} tag
   * @param {string} label
   * @param {number} share
   * @param {string} more
   */
  function bar(tag, label, share, more) {
    const row = create(tag, "layers-row");
    const track = create("span", "layers-track");
    const filled = create("i");
    filled.style.width = `${100 * share}%`;
    track.append(filled);
    const name = create("b", "", label);
    name.title = label;
    const original = create("small", "", more);
    original.lang = "en-US"; // a bare "en" marks a translation, which a Korean page hides
    row.append(name, track, create("em", "", probability(share)), original);
    return row;
  }

  function drawAnswers() {
    if (!walk) return;
    const { classes, head, guesses } = walk;
    const [must, trunk = ""] = head;
    setText(find(root, ".layers-must"), must);
    setText(find(root, ".layers-trunk"), trunk);
    setText(find(root, ".layers-guesses-said"), walk.guesses_said);
    find(root, ".layers-classes").replaceChildren(...(classes ?? []).map((each) => {
      const row = bar("button", each.name, each.probability, each.name === each.english ? "" : each.english);
      row.setAttribute("type", "button");
      row.role = "option";
      row.dataset.class = String(each.number);
      return row;
    }));
    find(root, ".layers-guesses").replaceChildren(...guesses.map(({ label, probability: share }) => bar("div", label, share, "")));
  }

  function receive() {
    /** @type {Walk | null} */
    const received = parseMessage(props.value);
    if (!received || received.turn <= (walk?.turn ?? 0)) return;
    root.toggleAttribute("data-drawn", !received.empty);
    setText(find(root, ".layers-empty"), received.empty ?? "");
    if (received.empty) {
      walk = null;
      find(root, ".layers-strip").replaceChildren();
      return;
    }
    walk = received;
    drawStrip(find(root, ".layers-strip"), walk);
    const image = find(root, ".layers-seen", HTMLImageElement);
    [image.src, image.alt] = [walk.seen, walk.images[walk.chosen]?.name ?? ""];
    setText(find(root, ".layers-note"), walk.note);
    root.classList.toggle("none", !walk.stages.length);
    if (walk.none) setText(find(root, ".layers-title"), "");
    setText(find(root, ".layers-about"), walk.none);
    const length = walk.vector ? floatsOf(walk.vector.values).length : 0;
    step = Math.min(step, walk.stages.length);
    find(root, ".layers-steps").hidden = !walk.stages.length;
    if (walk.stages.length) drawSteps(find(root, ".layers-steps"), walk.stages, length, step, say);
    drawAnswers();
    if (!laidChannel()) laid = walk.classes ? { kind: "class", number: walk.classes[0].number } : null;
    if (walk.stages.length) drawStep();
    else drawOverlay();
  }

  function receiveMoved() {
    /** @type {Moved | null} */
    const received = parseMessage(props.pictures);
    if (!received || received.turn < (moved?.turn ?? 0)) return;
    moved = received;
    drawMoved();
  }

  /** @param {number} at which cell; −1 for none */
  function tellCell(at) {
    const map = overlay();
    if (!map || at < 0) return;
    const [channel, named] = [laidChannel(), laidClass()];
    const value = decimals(map.values[at], 2);
    let said = "";
    if (channel) said = say("cell", { channel: channel.channel, value });
    if (named) said = say("cell_class", { name: named.name, value, cells: map.values.length, logit: decimals(named.logit, 2) });
    setText(find(root, ".layers-cell"), said);
  }

  /** @param {PointerEvent} event */
  function readCell(event) {
    const map = overlay();
    if (map) tellCell(cellAt(canvas, map, event));
  }

  const markCell = cellsByKeys(canvas, { map: overlay, draw: drawOverlay, tell: tellCell });
  fillWords(root, say);
  onChosen(find(root, ".layers-strip"), (at) => trigger("choose", { at }));
  find(root, ".layers-steps").addEventListener("click", (event) => {
    const button = targetOf(event, "button");
    if (!button || !walk) return;
    step = Number(button.dataset.step);
    const strongest = stage()?.shown[0];
    if (strongest) laid = { kind: "channel", number: strongest.channel };
    else laid = walk.classes ? { kind: "class", number: walk.classes[0].number } : null;
    drawStep();
  });
  find(root, ".layers-channels").addEventListener("click", (event) => {
    const button = targetOf(event, "button");
    if (!button) return;
    laid = { kind: "channel", number: Number(button.dataset.channel) };
    wanted = { stage: step, channel: laid.number };
    drawOverlay();
    drawMoved();
    trigger("channel", wanted);
  });
  find(root, ".layers-classes").addEventListener("click", (event) => {
    const button = targetOf(event, "button");
    if (!button) return;
    laid = { kind: "class", number: Number(button.dataset.class) };
    drawOverlay();
  });
  canvas.addEventListener("pointermove", readCell);
  canvas.addEventListener("pointerdown", readCell);
  canvas.addEventListener("pointerleave", drawOverlay);
  const mix = () => {
    root.style.setProperty("--map", String(Number(strength.value) / 100));
  };
  strength.addEventListener("input", mix);
  mix();
  watch("value", receive);
  watch("pictures", receiveMoved);
  new ResizeObserver(drawOverlay).observe(canvas);
  new MutationObserver(() => { if (walk?.stages.length) drawStep(); }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  receive();
}
