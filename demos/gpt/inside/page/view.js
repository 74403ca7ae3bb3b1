// @ts-check
// What the parts of “Look inside” share: what the model made of a text, and where the visitor looks.

import { cssValue, rgbOf } from "../../../common/page/canvas.js";
import { clamp } from "../../../common/page/numbers.js";
import { visible } from "../../page/token.js";

/** @import { Lines } from "../../../common/page/excerpt.js" */
/** @import { AttentionWeights } from "../../page/attention_weights.js" */

/**
 * @typedef {"attention" | "query_key" | "lens" | "steps" | "tokens" | "change" | "attribution"} Panel
 * @typedef {"head" | "layer" | "all"} Spread of which heads the mean is shown over the text
 * @typedef {{ layers: number, heads: number, width: number, vocab_size: number, block_size: number }} Shape
 * @typedef {{ id: number, text: string, completes: string, partial: boolean, bytes: string[] }} Token `partial`: only
 *   some bytes of a character, which it may complete
 * @typedef {{ p: number[][], rank: number[][] }} Standing of one token after each layer, at each position
 * @typedef {{ guesses: number[][][], probabilities: number[][][], answers: number[], answer: Standing,
 *   actual: Standing, first: number[] }} Lens guesses and probabilities by layer, position and rank; `first`: after how
 *   many layers the answer leads
 * @typedef {{ word: string, bytes: number, first: number, last: number, steps: string[][], same: boolean }} Word
 * @typedef {{ view?: Panel, layer?: number, head?: number, token?: string }} Focus where a lesson wants one to look;
 *   layer and head from 1
 * @typedef {{ turn: number, shape: Shape, tokens: Token[], pieces: Record<string, string>, attention: string,
 *   lens: Lens, norms: number[][], code: Record<string, Lines[]>, weights: Record<string, Record<string, number[]>>,
 *   words_merged: Word[], notes: string[], cut: string, focus: Focus | null }} Inside as look.py of this view makes it
 */

/**
 * A part of the view. `begin` is called when another text or model is looked at, `redraw` whenever the visitor looks
 * elsewhere.
 * @typedef {{ begin?: () => void, redraw: () => void }} Part
 */

export class View {
  /**
   * @param {HTMLElement} root
   * @param {(key: string, values?: Record<string, unknown>) => string} say the strings "gpt.inside_page_…"
   * @param {(view: View) => void} changed the visitor looks elsewhere
   */
  constructor(root, say, changed) {
    this.root = root;
    this.say = say;
    this.changed = changed;
    /** @type {Inside | null} */
    this.inside = null;
    /** @type {AttentionWeights | null} */
    this.attention = null;
    /** @type {Panel} */
    this.panel = "attention";
    this.position = 0;
    /** @type {number | null} the token under the pointer */
    this.hover = null;
    this.layer = 0;
    this.head = 0;
    /** @type {Spread} */
    this.spread = "head";
  }

  /** What is looked at; the parts ask only when there is something. */
  get seen() {
    if (!this.inside) throw new Error("Nothing is looked at yet.");
    return this.inside;
  }

  get weights() {
    if (!this.attention) throw new Error("Nothing is looked at yet.");
    return this.attention;
  }

  /** The token under the pointer, else the chosen one. */
  get looked() {
    return this.hover ?? this.position;
  }

  refresh() {
    if (this.inside) this.changed(this);
  }

  /** @param {number} position */
  lookFrom(position) {
    this.position = clamp(position, 0, this.seen.tokens.length - 1);
    this.hover = null;
    this.refresh();
  }

  /** @param {number} layer @param {number} head */
  lookAt(layer, head) {
    this.layer = clamp(layer, 0, this.seen.shape.layers - 1);
    this.head = clamp(head, 0, this.seen.shape.heads - 1);
    this.refresh();
  }

  /** The text of token number `t`. @param {number} t */
  token(t) {
    return visible(this.seen.tokens[t].text);
  }

  /** The text of a token of the vocabulary. @param {number} id */
  piece(id) {
    return visible(this.seen.pieces[id] ?? "");
  }

  /** @param {string} name of a CSS variable */
  colour(name) {
    return cssValue(this.root, name);
  }

  /** @param {string} name of a CSS variable that is a colour */
  rgb(name) {
    return rgbOf(this.colour(name));
  }
}
