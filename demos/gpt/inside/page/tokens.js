// @ts-check
// How the tokeniser cut the text: each token with its number and its bytes, and the merges that led to it.

import { create, find, findAll, targetOf } from "../../../common/page/dom.js";
import { count } from "../../../common/page/numbers.js";
import { visible } from "../../page/token.js";

/** @import { Part, View } from "./view.js" */

/**
 * @param {View} view
 * @returns {Part}
 */
export function mountTokens(view) {
  const chips = find(view.root, ".gi-chips");
  const merges = find(view.root, ".gi-merges");

  function begin() {
    find(view.root, ".gi-cut").textContent = view.seen.cut;
    chips.replaceChildren(...view.seen.tokens.map(({ id, text, completes, partial, bytes }, t) => {
      const chip = create("li", partial ? "partial" : "");
      chip.dataset.t = String(t);
      chip.append(create("b", "", visible(text)), create("span", "id", id), create("span", "bytes", bytes.join(" ")));
      if (partial && completes) chip.append(create("span", "whole", `= ${visible(completes)}`));
      return chip;
    }));
  }

  function redraw() {
    findAll(chips, "li").forEach((chip, t) => chip.classList.toggle("chosen", t === view.position));
    drawMerges();
  }

  /** Byte pair encoding: the word of the chosen token, from its bytes to its tokens, a merge a line. */
  function drawMerges() {
    const word = view.seen.words_merged.find(({ first, last }) => first <= view.position && view.position <= last);
    merges.hidden = !word;
    if (!word) return;
    const title = !word.steps.length ? "merges_long" : word.same ? "merges" : "merges_other";
    find(merges, "h4").textContent = view.say(title, { word: visible(word.word), bytes: count(word.bytes) });
    find(merges, "ol").replaceChildren(...word.steps.map((pieces, step) => {
      const line = create("li");
      const before = new Set(step ? word.steps[step - 1] : pieces);
      line.append(...pieces.map((text) => create("b", before.has(text) ? "" : "new", visible(text))));
      return line;
    }));
  }

  chips.addEventListener("click", (event) => {
    const chip = targetOf(event, "[data-t]");
    if (chip) view.lookFrom(Number(chip.dataset.t));
  });
  return { begin, redraw };
}
