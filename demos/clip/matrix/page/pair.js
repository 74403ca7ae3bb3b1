// @ts-check
// The pair of a cell in large: the image, the caption, and where each stands among the others.

import { create } from "../../../common/page/dom.js";
import { decimals, probability } from "../../../common/page/numbers.js";

/** @import { Say } from "../../../common/page/words.js" */
/** @import { Matrix } from "./matrix.js" */

/**
 * The place of the value at `at` among those at `others`; 1 is the largest.
 * @param {Float32Array} values
 * @param {number} at
 * @param {number[]} others
 */
const rank = (values, at, others) => 1 + others.filter((other) => values[other] > values[at]).length;

/**
 * Open the dialog on a pair.
 * @param {HTMLDialogElement} dialog
 * @param {Matrix} matrix
 * @param {number} image
 * @param {number} caption
 * @param {Say} say
 */
export function enlarge(dialog, matrix, image, caption, say) {
  const [rows, columns] = [matrix.images.length, matrix.captions.length];
  const at = image * columns + caption;
  const ofImage = Array.from({ length: columns }, (_, other) => image * columns + other);
  const ofCaption = Array.from({ length: rows }, (_, other) => other * columns + caption);
  const shown = create("img", "matrix-pair-image");
  shown.src = matrix.images[image].thumbnail;
  shown.alt = matrix.images[image].name;
  const told = create("div", "matrix-pair-told");
  told.append(
    create("p", "matrix-pair-caption", matrix.captions[caption]),
    create("p", "matrix-pair-cosine", `${say("cosine")} ${decimals(matrix.cosines[at], 3)}`),
    create("p", "", say("rank_caption", {
      count: columns, rank: rank(matrix.cosines, at, ofImage), share: probability(matrix.over_captions[at]),
    })),
    create("p", "", say("rank_image", {
      count: rows, rank: rank(matrix.cosines, at, ofCaption), share: probability(matrix.over_images[at]),
    })),
  );
  if (matrix.own[image] === caption) told.append(create("p", "", say("pair")));
  if (matrix.assignment.some(([i, j]) => i === image && j === caption)) told.append(create("p", "", say("assigned")));
  const close = create("button", "matrix-close", say("close"));
  close.type = "button";
  close.addEventListener("click", () => dialog.close());
  told.append(close);
  dialog.replaceChildren(shown, told);
  dialog.showModal();
}
