// @ts-check
// Lines of the code itself, as demos/common/excerpts.py reads them.

import { create } from "./dom.js";

/** @typedef {{ file: string, function: string, start: number, lines: string[] }} Lines */

/**
 * A figure with the lines, numbered, their comments set apart.
 * @param {Lines} excerpt
 */
export function createExcerpt({ file, function: owner, start, lines }) {
  const figure = create("figure");
  const block = create("pre");
  lines.forEach((line, at) => {
    const row = create("code");
    row.dataset.line = String(start + at);
    const comment = line.indexOf("#");
    row.append(comment < 0 ? line : line.slice(0, comment));
    if (comment >= 0) row.append(create("i", "", line.slice(comment)));
    block.append(row);
  });
  figure.append(create("figcaption", "", `${file} · ${owner}`), block);
  return figure;
}
