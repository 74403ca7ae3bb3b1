// @ts-check
// Draws the matrix: a row for each caption, a column for each image, and the pair that is clicked in large.

import { floatsOf } from "../../../common/page/base64.js";
import { create, find, findAll, parseMessage, setText, targetOf } from "../../../common/page/dom.js";
import { clamp, decimals, probability } from "../../../common/page/numbers.js";
import { fillWords, sayFrom } from "../../../common/page/words.js";
import { enlarge } from "./pair.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @typedef {"cosines" | "over_captions" | "over_images"} Mode one of the three tables */
/**
 * @typedef {{ images: { name: string, thumbnail: string }[], captions: string[], own: (number | null)[],
 *   cosines: string, over_captions: string, over_images: string, assignment: [number, number][], notes: string[],
 *   confusions: { image: number, caption: number, sentence: string }[], skipped: string[], waiting: string }} Message
 *   as demos/clip/matrix/look.py makes it
 * @typedef {Omit<Message, Mode> & Record<Mode, Float32Array>} Matrix its tables (N, M) as numbers
 */

const MODES = /** @type {Mode[]} */ (["cosines", "over_captions", "over_images"]);
const MOST_NUMBERS = 14; // columns that are wide enough for a number
const STEPS = /** @type {Record<string, [image: number, caption: number]>} */ ({
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
});

/**
 * What a cell says.
 * @param {Mode} mode
 * @param {number} value
 */
const written = (mode, value) => (mode === "cosines" ? decimals(value, 2) : probability(value));

/**
 * The grid anew.
 * @param {HTMLElement} grid
 * @param {Matrix} matrix
 */
function lay(grid, matrix) {
  grid.replaceChildren();
  grid.style.setProperty("--images", String(matrix.images.length));
  grid.classList.toggle("dense", matrix.images.length > MOST_NUMBERS);
  if (!matrix.images.length) return;
  grid.append(create("span", "matrix-corner"));
  for (const { name, thumbnail } of matrix.images) {
    const image = create("img", "matrix-image");
    image.src = thumbnail;
    image.alt = image.title = name;
    grid.append(image);
  }
  const assigned = new Set(matrix.assignment.map(([image, caption]) => `${image} ${caption}`));
  matrix.captions.forEach((caption, j) => {
    const label = create("span", "matrix-caption", caption);
    label.title = caption;
    grid.append(label);
    matrix.images.forEach((_, i) => {
      const cell = create("button", "matrix-cell");
      cell.type = "button";
      cell.tabIndex = i || j ? -1 : 0;
      cell.dataset.image = String(i);
      cell.dataset.caption = String(j);
      cell.classList.toggle("own", matrix.own[i] === j);
      cell.classList.toggle("assigned", assigned.has(`${i} ${j}`));
      cell.append(create("span", "matrix-value"));
      grid.append(cell);
    });
  });
}

/**
 * What the cells say in this mode, and how deep their colour is: shares by what they are, cosines from the least to the
 * greatest that occurs.
 * @param {HTMLElement} grid
 * @param {Matrix} matrix
 * @param {Mode} mode
 * @param {Say} say
 */
function colour(grid, matrix, mode, say) {
  const values = matrix[mode];
  const [low, high] = mode === "cosines" ? [Math.min(...values), Math.max(...values)] : [0, 1];
  for (const cell of findAll(grid, ".matrix-cell")) {
    const [image, caption] = [Number(cell.dataset.image), Number(cell.dataset.caption)];
    const value = values[image * matrix.captions.length + caption];
    const depth = high > low ? (value - low) / (high - low) : 0;
    cell.style.setProperty("--depth", depth.toFixed(3));
    setText(find(cell, ".matrix-value"), written(mode, value));
    cell.ariaLabel = say("cell", {
      image: matrix.images[image].name, caption: matrix.captions[caption], value: written(mode, value),
    });
  }
}

/**
 * What was found, in sentences.
 * @param {HTMLElement} place
 * @param {Matrix} matrix
 * @param {Say} say
 * @param {(image: number, caption: number) => void} open
 */
function tell(place, matrix, say, open) {
  place.replaceChildren(...matrix.notes.map((note) => create("p", "matrix-note", note)));
  if (matrix.confusions.length) {
    const list = create("ul", "matrix-confusions");
    for (const { image, caption, sentence } of matrix.confusions) {
      const entry = create("button", "matrix-confusion", sentence);
      entry.type = "button";
      entry.addEventListener("click", () => open(image, caption));
      const item = create("li");
      item.append(entry);
      list.append(item);
    }
    place.append(create("h4", "matrix-confused", say("confused")), list);
  }
  for (const sentence of matrix.skipped) place.append(create("p", "matrix-skipped", sentence));
  if (matrix.waiting) place.append(create("p", "matrix-waiting", matrix.waiting));
}

/**
 * @param {MountContext} context
 * @param {{ words: Words }} constants
 */
export function mount({ element, props, watch }, { words }) {
  const say = sayFrom(words);
  const root = find(element, ".matrix");
  const grid = find(root, ".matrix-grid");
  const dialog = find(root, ".matrix-pair", HTMLDialogElement);
  /** @type {Matrix | null} */
  let matrix = null;
  /** @type {Mode} */
  let mode = "cosines";
  const open = (/** @type {number} */ image, /** @type {number} */ caption) => {
    if (matrix) enlarge(dialog, matrix, image, caption, say);
  };
  const paint = () => {
    for (const button of findAll(root, ".matrix-mode")) button.ariaPressed = String(button.dataset.mode === mode);
    setText(find(root, ".matrix-info"), say(`${mode}_info`));
    if (matrix?.images.length) colour(grid, matrix, mode, say);
  };
  for (const each of MODES) {
    const button = create("button", "matrix-mode");
    button.type = "button";
    button.dataset.mode = button.dataset.say = each;
    button.addEventListener("click", () => { mode = each; paint(); });
    find(root, ".matrix-modes").append(button);
  }
  fillWords(root, say);
  grid.addEventListener("click", (event) => {
    const cell = targetOf(event, ".matrix-cell");
    if (cell) open(Number(cell.dataset.image), Number(cell.dataset.caption));
  });
  /** The one cell that the key Tab stops at: where the focus was last. @param {HTMLElement} cell */
  const stopAt = (cell) => { for (const each of findAll(grid, ".matrix-cell")) each.tabIndex = each === cell ? 0 : -1; };
  grid.addEventListener("focusin", (event) => {
    const cell = targetOf(event, ".matrix-cell");
    if (cell) stopAt(cell);
  });
  grid.addEventListener("keydown", (event) => {
    const [cell, step] = [targetOf(event, ".matrix-cell"), STEPS[event.key]];
    if (!matrix || !cell || !step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const image = clamp(Number(cell.dataset.image) + step[0], 0, matrix.images.length - 1);
    const caption = clamp(Number(cell.dataset.caption) + step[1], 0, matrix.captions.length - 1);
    find(grid, `[data-image="${image}"][data-caption="${caption}"]`).focus();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  const show = () => {
    /** @type {Message | null} */
    const message = parseMessage(props.value);
    root.classList.toggle("empty", !message?.images.length);
    if (!message) return;
    matrix = {
      ...message, cosines: floatsOf(message.cosines), over_captions: floatsOf(message.over_captions),
      over_images: floatsOf(message.over_images),
    };
    lay(grid, matrix);
    paint();
    tell(find(root, ".matrix-notes"), matrix, say, open);
  };
  watch("value", show);
  show();
}
