// @ts-check
// The numbers of one step of the loss that belong to the chosen cell of the matrix.

import { create } from "../../../common/page/dom.js";
import { decimals } from "../../../common/page/numbers.js";

/** @import { Say } from "../../../common/page/words.js" */

/**
 * Which numbers of a field belong to a cell: a row, a column of a matrix, or all of a list.
 * @param {Float32Array} numbers
 * @param {string} field
 * @param {string} of "row", "column" or "all"
 * @param {{ row: number, column: number, count: number }} cell
 */
export function numbersOf(numbers, field, of, { row, column, count }) {
  const width = Math.round(numbers.length / count);
  if (of === "all") return numbers;
  const isVector = field === "images" || field === "texts"; // (N, E): a vector for each image or caption
  if (of === "row" || isVector) {
    const at = of === "row" ? row : column;
    return numbers.slice(at * width, (at + 1) * width);
  }
  return numbers.filter((_, at) => at % width === column);
}

/**
 * Numbers as cells, orange below zero and blue above, those of few written out; `own` is the cell of the pair itself.
 * @param {string} title
 * @param {ArrayLike<number>} numbers
 * @param {number} own −1 for none
 * @param {number} chosen −1 for none
 */
export function createNumbers(title, numbers, own, chosen) {
  const element = create("div", "contrast-value");
  const row = create("div", numbers.length > 16 ? "contrast-cells many" : "contrast-cells");
  const most = Math.max(...Array.from(numbers, Math.abs), 1e-9);
  row.append(...Array.from(numbers, (value, at) => {
    const cell = create("span", "", numbers.length > 16 ? "" : decimals(value, 2));
    cell.style.setProperty("--tint", `${Math.round((45 * Math.abs(value)) / most)}%`);
    cell.classList.add(value < 0 ? "below" : "above");
    cell.classList.toggle("own", at === own);
    cell.classList.toggle("chosen", at === chosen);
    cell.title = decimals(value, 4);
    return cell;
  }));
  element.append(create("h4", "", title), row);
  return element;
}

/**
 * Draw the values that a step's button names in data-values ("cosines:row").
 * @param {HTMLElement} place
 * @param {string} wanted
 * @param {Record<string, Float32Array>} values
 * @param {{ row: number, column: number, count: number }} cell
 * @param {Say} say
 */
export function drawNumbers(place, wanted, values, cell, say) {
  place.replaceChildren(...wanted.split(" ").map((each) => {
    const [field, of] = each.split(":");
    const title = say(`value_${field}`, { row: cell.row + 1, column: cell.column + 1 });
    const isVector = field === "images" || field === "texts";
    const isMatrix = !isVector && of !== "all";
    const [own, chosen] = !isMatrix ? [-1, -1] : of === "row" ? [cell.row, cell.column] : [cell.column, cell.row];
    return createNumbers(title, numbersOf(values[field], field, of, cell), own, chosen);
  }));
}
