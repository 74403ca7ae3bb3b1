// @ts-check
// A guess in detail: what each of its words does for it, and its tokens.

import { create, find } from "../../../common/page/dom.js";
import { decimals, probability } from "../../../common/page/numbers.js";

/** @import { Say } from "../../../common/page/words.js" */

/**
 * @typedef {"share" | "cosine"} Measure
 * @typedef {{ word: string, similarity: number, probability: number }} Word the guess's scores without it
 * @typedef {{ label: string, similarity: number, probability: number, sentence: string, words: Word[],
 *   tokens: { id: number, text: string }[] }} Guess as demos/clip/why/look.py makes it
 */

const LEAST = 1e-9; // a share whose logarithm is taken

/**
 * What the guess loses without the word: of its cosine, or of the logarithm of its share in nats.
 * @param {Guess} guess
 * @param {Word} word
 * @param {Measure} measure
 */
function lost(guess, word, measure) {
  if (measure === "cosine") return guess.similarity - word.similarity;
  return Math.log(Math.max(guess.probability, LEAST)) - Math.log(Math.max(word.probability, LEAST));
}

/**
 * @param {HTMLElement} root
 * @param {Guess} guess
 * @param {Measure} measure
 * @param {Say} say
 */
export function drawGuess(root, guess, measure, say) {
  find(root, ".why-words-title").textContent = say("words", { label: guess.label });
  const losses = guess.words.map((word) => lost(guess, word, measure));
  const most = Math.max(...losses.map(Math.abs), 1e-9);
  find(root, ".why-words").replaceChildren(...guess.words.map((word, at) => {
    const row = create("div", "why-word");
    const track = create("span", "why-track");
    const bar = create("i", losses[at] < 0 ? "against" : "for");
    bar.style.width = `${(50 * Math.abs(losses[at])) / most}%`;
    track.append(bar);
    const [before, after] = [guess, word].map((each) => (
      measure === "cosine" ? decimals(each.similarity, 2) : probability(each.probability)
    ));
    row.append(create("b", "", word.word), track, create("em", "", say("change", { before, after })));
    return row;
  }));
  find(root, ".why-one-word").hidden = guess.words.length > 1;
  const { sentence, tokens } = guess;
  find(root, ".why-tokens-title").textContent = say("tokens", { count: tokens.length, sentence });
  find(root, ".why-tokens").replaceChildren(...tokens.map(({ id, text }) => {
    const chip = create("li", /^<.*>$/.test(text) ? "mark" : "");
    chip.append(create("b", "", text.trim() || String(id)), create("span", "", id));
    if (text.endsWith(" ")) chip.classList.add("ends");
    return chip;
  }));
}
