// @ts-check
// The page of “Why?”: the strip of images, the heat map of the chosen guess, its words, and what a written word does.

import { floatsOf } from "../../../common/page/base64.js";
import { create, find, findAll, parseMessage, scrolling, setText, targetOf } from "../../../common/page/dom.js";
import { decimals, probability, signed, significant } from "../../../common/page/numbers.js";
import { fillWords, sayFrom } from "../../../common/page/words.js";
import { cellsByKeys } from "../../page/cells_by_keys.js";
import { cellAt, drawHeatMap, extent } from "../../page/heat_map.js";
import { drawStrip, onChosen } from "../../page/image_strip.js";
import { drawGuess } from "./guess.js";

/** @import { Guess, Measure } from "./guess.js" */
/** @import { HeatMap } from "../../page/heat_map.js" */

/**
 * @typedef {{ turn: number, images: { name: string, thumbnail: string }[], chosen: number, seen: string, size: number,
 *   guesses: Guess[], note: string }} Asked
 * @typedef {{ turn: number, question: number, running: boolean, status: string, method?: "occlusion" | "gradient", rows: number,
 *   columns: number, done: number, total: number, maps?: Record<Measure, string>[], asked?: Asked }} Maps
 * @typedef {{ title: string, thumbnail: string, best: string, best_probability: number, similarity: number,
 *   probability: number }} Noted
 * @typedef {{ one?: { word: string, said: string, shown: Noted[] }, all?: { said: string, done: number,
 *   total: number } }} Written
 */

/**
 * @param {MountContext} mounted
 * @param {{ words: Words }} constants
 */
export function mount({ element, props, trigger, watch }, { words }) {
  const say = sayFrom(words);
  const root = find(element, ".why");
  const canvas = find(root, ".why-map", HTMLCanvasElement);
  const strength = find(root, ".why-strength input", HTMLInputElement);
  /** @type {Asked | null} */
  let asked = null;
  /** @type {Maps | null} */
  let maps = null;
  let chosen = ""; // the guess
  /** @type {Measure} */
  let measure = "share";

  const guess = () => asked?.guesses.find(({ label }) => label === chosen) ?? asked?.guesses[0];

  /** @returns {HeatMap | null} of the chosen guess */
  function map() {
    const own = guess();
    const both = asked && own && maps?.question === asked.turn ? maps.maps?.[asked.guesses.indexOf(own)] : null;
    return both && maps ? { rows: maps.rows, columns: maps.columns, values: floatsOf(both[measure]) } : null;
  }

  /**
   * The furthest that a part's number in the map goes: by Grad-CAM itself, by occlusion what it makes of the score.
   * @param {number} value
   */
  function change(value) {
    if (maps?.method === "gradient") return say("most_gradient", { change: signed(value, 3) });
    if (measure === "cosine") return say("most_cosine", { change: signed(-value, 3) });
    return say("most_share", { change: significant(Math.exp(-value), 2) });
  }

  function drawMap() {
    const shown = map();
    drawHeatMap(canvas, shown);
    markCell();
    const { above, below } = shown ? extent(shown) : { above: 0, below: 0 };
    const [against, speaksFor] = findAll(root, ".why-legend span");
    setText(against, say("against", { most: change(-below) }));
    setText(speaksFor, say("for", { most: change(above) }));
    find(root, ".why-legend").hidden = !shown;
    setText(find(root, ".why-cell"), shown ? say("hint") : "");
    if (asked) canvas.ariaLabel = say("heat_map", { name: asked.images[asked.chosen]?.name, label: guess()?.label });
  }

  function drawAll() {
    const own = guess();
    if (!asked || !own) return;
    drawStrip(find(root, ".why-strip"), asked);
    find(root, ".why-seen", HTMLImageElement).src = asked.seen;
    setText(find(root, ".why-note"), asked.note);
    find(root, ".why-guesses").replaceChildren(...asked.guesses.map((each) => {
      const button = create("button", "why-guess");
      button.type = "button";
      button.role = "option";
      button.ariaSelected = String(each === own);
      button.dataset.label = each.label;
      const track = create("span", "why-share");
      const bar = create("i");
      bar.style.width = `${100 * each.probability}%`;
      track.append(bar);
      button.append(create("b", "", each.label), track, create("em", "", probability(each.probability)),
        create("span", "why-cosine", `cos ${decimals(each.similarity, 2)}`));
      return button;
    }));
    for (const button of findAll(root, "[data-measure]")) button.ariaChecked = String(button.dataset.measure === measure);
    drawGuess(root, own, measure, say);
    drawMap();
  }

  function receive() {
    /** @type {Maps | null} */
    const received = parseMessage(props.value);
    if (!received || received.turn < (maps?.turn ?? 0)) return;
    if (received.asked) takeAsked(received.asked);
    maps = received;
    if (!maps.question && maps.turn > (asked?.turn ?? 0)) asked = null; // there is no image
    root.toggleAttribute("data-drawn", Boolean(asked));
    setText(find(root, ".why-status"), maps.status);
    const progress = find(root, ".why-progress");
    progress.hidden = !maps.running;
    find(progress, "i").style.width = `${(100 * maps.done) / Math.max(1, maps.total)}%`;
    drawMap();
  }

  function receiveAsked() {
    takeAsked(parseMessage(props.asked));
  }

  /** @param {Asked | null} received */
  function takeAsked(received) {
    if (!received || received.turn <= (asked?.turn ?? 0)) return;
    if (received.chosen !== asked?.chosen) chosen = received.guesses[0].label; // another image: its best guess
    asked = received;
    if (!asked.guesses.some(({ label }) => label === chosen)) chosen = asked.guesses[0].label;
    drawAll();
  }

  function receiveWritten() {
    /** @type {Written | null} */
    const received = parseMessage(props.written);
    if (!received) return;
    const place = find(root, ".why-written");
    const said = create("p", "why-said", (received.one ?? received.all)?.said);
    place.replaceChildren(said);
    if (!received.one) return;
    const { word, shown } = received.one;
    const row = create("div", "why-noted");
    row.append(...shown.map((each) => {
      const figure = create("figure");
      const image = create("img");
      [image.src, image.alt] = [each.thumbnail, each.title];
      const caption = create("figcaption");
      const scores = { word, share: probability(each.probability), cosine: decimals(each.similarity, 2) };
      caption.append(create("span", "", each.title), create("b", "", say("best", { best: each.best })),
        create("span", "", say("scores", scores)));
      figure.append(image, caption);
      return figure;
    }));
    place.append(row);
    place.scrollIntoView({ behavior: scrolling(), block: "nearest" });
  }

  /** @param {number} at which cell; −1 for none */
  function tellCell(at) {
    const shown = map();
    const own = guess();
    if (!shown || !own || at < 0 || Number.isNaN(shown.values[at])) return;
    const value = shown.values[at];
    const before = decimals(own.similarity, 2);
    let said = say("cell_gradient", { value: signed(value, 3) });
    if (maps?.method === "occlusion" && measure === "cosine") {
      said = say("cell_cosine", { before, after: decimals(own.similarity - value, 2) });
    } else if (maps?.method === "occlusion") {
      said = say("cell_share", { label: own.label, factor: significant(Math.exp(-value), 2) });
    }
    setText(find(root, ".why-cell"), said);
  }

  /** @param {PointerEvent} event */
  function readCell(event) {
    const shown = map();
    if (shown) tellCell(cellAt(canvas, shown, event));
  }

  const markCell = cellsByKeys(canvas, { map, draw: drawMap, tell: tellCell });
  fillWords(root, (key) => say(key, {}));
  onChosen(find(root, ".why-strip"), (at) => trigger("choose", { at }));
  find(root, ".why-guesses").addEventListener("click", (event) => {
    const button = targetOf(event, "button");
    if (!button) return;
    chosen = String(button.dataset.label);
    drawAll();
  });
  find(root, ".why-measures").addEventListener("click", (event) => {
    const button = targetOf(event, "button");
    if (!button) return;
    measure = button.dataset.measure === "cosine" ? "cosine" : "share";
    drawAll();
  });
  canvas.addEventListener("pointermove", readCell);
  canvas.addEventListener("pointerdown", readCell);
  canvas.addEventListener("pointerleave", drawMap);
  const mix = () => {
    root.style.setProperty("--map", String(Number(strength.value) / 100));
  };
  strength.addEventListener("input", mix);
  mix();
  watch(["asked", "value"], () => { receiveAsked(); receive(); }); // whichever comes first
  watch("written", receiveWritten);
  new ResizeObserver(drawMap).observe(canvas);
  new MutationObserver(drawMap).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  receiveAsked();
  receive();
}
