// @ts-check
// The lottery's chart and gallery (see demos/xor/lottery/look.py).

import { floatsOf } from "../../../common/page/base64.js";
import { create, find, findAll, parseMessage, scrolling, setText } from "../../../common/page/dom.js";
import { count, percent } from "../../../common/page/numbers.js";
import { sayFrom } from "../../../common/page/words.js";
import { borders } from "../../page/decision_region.js";
import { classColour, decisionMap, linePath, markPath, oncePerFrame, prepareCanvas, readColours, stroke } from "../../page/drawing.js";
import { aheadOf, gridPlaces, makeNet, predicted, scores } from "../../page/net.js";

/** @import { Colours } from "../../page/drawing.js" */
/** @import { Place, Spec, View } from "../../page/net.js" */

/**
 * One kind of solution: an example's seed, its net, how often it was found.
 * @typedef {{ solved: boolean, seed: number, count: number, verdict: string, found: string, net: string, spec: Spec,
 *   weights: string }} Solution
 */
/**
 * One activation and width: the share that solved it with its interval, and when, in bins and quartiles.
 * @typedef {{ hidden: number, activation: string, group: string, name: string, share: number, low: number, high: number,
 *   label: string, quartiles: number[] | null, bins: number[], solutions: Solution[] }} Row
 */
/**
 * How far a lottery is.
 * @typedef {{ version: number, running: boolean, over: boolean, share: number, step: number, steps: number,
 *   status: string, setting: string, view: View, points: Place[], classes: number[], rows: Row[] }} Progress
 */

const SIDE = 48; // cells of a decision map along a side
const MOST_SOLUTIONS = 4; // shown of each row while none is chosen

/** @param {Row} row */
const keyOf = (row) => `${row.activation} ${row.hidden}`;

/**
 * The kinds of solutions that are shown: of the chosen row all, of every row the most frequent ones.
 * @param {Progress} progress
 * @param {string | null} chosen
 */
function shownSolutions({ rows }, chosen) {
  return rows
    .filter((row) => !chosen || keyOf(row) === chosen)
    .flatMap((row) => row.solutions.slice(0, chosen ? undefined : MOST_SOLUTIONS).map((solution) => ({ row, solution })));
}

/**
 * When the nets solved it: bars on a logarithmic axis, the middle half underlined, the median marked.
 * @param {HTMLCanvasElement} canvas
 * @param {Row} row
 * @param {number} steps of the whole training
 * @param {Colours} colours
 */
function drawBins(canvas, { bins, quartiles }, steps, colours) {
  const { context, width, height } = prepareCanvas(canvas);
  if (!width) return;
  const base = height - 5;
  const most = Math.max(...bins, 1);
  const wide = width / bins.length;
  stroke(context, colours.line, 1, [], (path) => linePath(path, [[0, base], [width, base]]));
  context.fillStyle = colours.muted;
  bins.forEach((nets, at) => {
    const tall = nets ? Math.max(1.5, (nets / most) * (base - 2)) : 0;
    context.fillRect(at * wide + 0.5, base - tall, wide - 1, tall);
  });
  if (!quartiles) return;
  const [low, middle, high] = quartiles.map((step) => (Math.log1p(step) / Math.log1p(steps)) * width);
  stroke(context, colours.ink, 3, [], (path) => linePath(path, [[low, height - 2], [high, height - 2]]));
  stroke(context, colours.ink, 2, [], (path) => linePath(path, [[middle, 0], [middle, height - 2]]));
}

/**
 * The decision regions of a solution, with the points.
 * @param {HTMLCanvasElement} canvas
 * @param {Solution} solution
 * @param {Progress} progress
 * @param {Colours} colours
 */
function drawMap(canvas, solution, { view, points, classes }, colours) {
  const { context, width, height } = prepareCanvas(canvas);
  if (!width) return;
  const net = makeNet(solution.spec, floatsOf(solution.weights));
  const score = scores(net, gridPlaces(view, SIDE));
  context.imageSmoothingQuality = "high";
  context.drawImage(decisionMap(predicted(net, score), aheadOf(net, score), SIDE, colours), 0, 0, width, height);
  stroke(context, colours.ink, 2, [], (path) => borders(path, net, score, SIDE, width, height));
  const [low, high] = view;
  const radius = points.length <= 16 ? 6 : 2.2;
  points.forEach(([x, y], at) => {
    const [left, top] = [((x - low) / (high - low)) * width, ((high - y) / (high - low)) * height];
    context.fillStyle = colours.card;
    markPath(context, left, top, classes[at], radius + 1.5);
    context.fill();
    context.fillStyle = classColour(classes[at], colours);
    markPath(context, left, top, classes[at], radius);
    context.fill();
  });
}

/**
 * @param {MountContext} mounted
 * @param {{ words: Words }} constants
 */
export function mount({ element, props, trigger, watch }, { words }) {
  const say = sayFrom(words);
  /** @type {Progress | null} */
  let latest = null;
  /** @type {string | null} */
  let chosen = null; // the row whose solutions are shown, all if null
  let shown = ""; // what the gallery was built from
  let colours = readColours(element);

  /**
   * The rows, built anew only when a lottery of another shape begins; the numbers in them move.
   * @param {HTMLElement} table
   * @param {Progress} progress
   */
  function buildRows(table, { rows }) {
    const layout = rows.map(keyOf).join();
    if (table.dataset.layout === layout) return;
    table.dataset.layout = layout;
    table.replaceChildren();
    let group = "";
    for (const row of rows) {
      if (row.activation !== group) table.append(create("h4", "lottery-group", row.group));
      group = row.activation;
      const line = create("button", "lottery-row");
      line.type = "button";
      line.dataset.row = keyOf(row);
      const track = create("span", "lottery-track");
      track.append(create("i", "whisker"), create("i", "dot"));
      const when = create("span", "lottery-when");
      when.append(create("canvas", "lottery-bins"));
      const name = create("span", "lottery-name", row.name);
      line.append(name, track, create("span", "lottery-percent"), when, create("span", "lottery-median"));
      line.addEventListener("click", () => {
        chosen = chosen === keyOf(row) ? null : keyOf(row);
        draw();
      });
      table.append(line);
    }
  }

  /**
   * @param {HTMLElement} line
   * @param {Row} row
   * @param {number} steps
   */
  function fillRow(line, row, steps) {
    const whisker = find(line, ".whisker");
    whisker.style.left = `${100 * row.low}%`;
    whisker.style.right = `${100 * (1 - row.high)}%`;
    find(line, ".dot").style.left = `${100 * row.share}%`;
    setText(find(line, ".lottery-percent"), percent(row.share));
    setText(find(line, ".lottery-median"), row.quartiles ? count(row.quartiles[1]) : say("never"));
    line.setAttribute("aria-label", row.label);
    line.setAttribute("aria-pressed", String(chosen === keyOf(row)));
    line.title = row.label;
    drawBins(find(line, ".lottery-bins", HTMLCanvasElement), row, steps, colours);
  }

  /**
   * One card for each kind of solution: its map, how many found it, solved or stuck.
   * @param {HTMLElement} place
   * @param {Progress} progress
   */
  function buildGallery(place, progress) {
    const key = `${progress.version} ${progress.over} ${chosen}`;
    if (shown === key) return;
    shown = key;
    place.replaceChildren(...shownSolutions(progress, chosen).map(({ row, solution }) => {
      const card = create("button", "lottery-card");
      card.type = "button";
      card.title = say("open", { seed: solution.seed });
      card.dataset.seed = String(solution.seed);
      card.dataset.net = keyOf(row);
      const head = create("span", "lottery-card-head");
      const verdict = create("b", "", solution.verdict);
      verdict.dataset.tone = solution.solved ? "good" : "bad";
      head.append(verdict, create("span", "", solution.found));
      card.append(create("canvas", "lottery-map"), head, create("span", "lottery-card-net", solution.net));
      card.append(create("span", "lottery-card-open", card.title));
      card.setAttribute("aria-label", `${solution.net}: ${solution.verdict}, ${solution.found}. ${card.title}`);
      card.addEventListener("click", () => {
        trigger("select", { hidden: row.hidden, activation: row.activation, seed: solution.seed });
        document.querySelector("#xor-stage")?.scrollIntoView({ behavior: scrolling() });
      });
      return card;
    }));
  }

  function draw() {
    if (!latest) return;
    const progress = latest;
    element.dataset.running = String(progress.running);
    element.dataset.over = String(progress.over);
    element.dataset.step = String(progress.step);
    setText(find(element, ".lottery-status"), progress.status);
    setText(find(element, ".lottery-setting"), progress.setting);
    find(element, ".lottery-progress i").style.width = `${100 * progress.share}%`;
    setText(find(element, ".lottery-head-share"), say("share"));
    setText(find(element, ".lottery-head-steps"), say("steps_axis"));
    setText(find(element, ".lottery-head-median"), say("median"));
    const table = find(element, ".lottery-rows");
    buildRows(table, progress);
    for (const row of progress.rows) fillRow(find(table, `[data-row="${keyOf(row)}"]`), row, progress.steps);
    setText(find(element, ".lottery-gallery-title"), say("gallery"));
    setText(find(element, ".lottery-gallery-hint"), say(progress.over ? "gallery_hint" : "waiting"));
    const all = find(element, ".lottery-all");
    setText(all, say("all_rows"));
    all.hidden = !chosen;
    buildGallery(find(element, ".lottery-gallery"), progress);
    const solutions = shownSolutions(progress, chosen);
    findAll(element, ".lottery-map", HTMLCanvasElement).forEach((canvas, at) => {
      if (solutions[at]) drawMap(canvas, solutions[at].solution, progress, colours);
    });
  }

  const redraw = oncePerFrame(draw);

  function receive() {
    /** @type {Progress | null} */
    const progress = parseMessage(props.value);
    if (!progress || (latest && progress.version < latest.version)) return;
    if (latest && progress.version > latest.version) chosen = null;
    latest = progress;
    find(element, ".lottery").dataset.drawn = "true";
    redraw();
  }

  find(element, ".lottery-all").addEventListener("click", () => { chosen = null; draw(); });
  // The first lottery begins when the chart is seen for the first time.
  const sight = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    sight.disconnect();
    if (!props.value) trigger("expand");
  }, { threshold: 0.3 });
  sight.observe(element);

  watch("value", receive);
  new ResizeObserver(redraw).observe(element);
  new MutationObserver(() => {
    colours = readColours(element);
    redraw();
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  receive();
}
