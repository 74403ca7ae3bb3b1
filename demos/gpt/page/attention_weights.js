// @ts-check
// The attention weights of all heads. Row t, column s: how much token t takes from token s, which is none of the later.

import { bytesOf } from "../../common/page/base64.js";
import { contextOf } from "../../common/page/canvas.js";
import { probability } from "../../common/page/numbers.js";

/** @import { Rgb } from "../../common/page/canvas.js" */

export class AttentionWeights {
  /**
   * @param {string} text base64 of 255 √weight: head by head the rows up to the diagonal
   * @param {number} layers
   * @param {number} heads of each layer
   * @param {number} count of tokens
   */
  constructor(text, layers, heads, count) {
    this.roots = bytesOf(text);
    this.layers = layers;
    this.heads = heads;
    this.count = count;
  }

  /** Where a head's rows begin. @param {number} layer @param {number} head */
  #start(layer, head) {
    return ((layer * this.heads + head) * this.count * (this.count + 1)) / 2;
  }

  /** 0 to 255. @param {number} layer @param {number} head @param {number} t @param {number} s */
  #root(layer, head, t, s) {
    return this.roots[this.#start(layer, head) + (t * (t + 1)) / 2 + s];
  }

  /** @param {number} layer @param {number} head @param {number} t @param {number} s */
  weight(layer, head, t, s) {
    return (this.#root(layer, head, t, s) / 255) ** 2;
  }

  /**
   * A weight in words. The first token takes all from itself; every other 0 and 1 is only what eight bits make of it.
   * @param {number} layer @param {number} head @param {number} t @param {number} s
   */
  name(layer, head, t, s) {
    const root = this.#root(layer, head, t, s);
    if (t > 0 && root === 255) return "> 99%";
    return probability(Math.max((root / 255) ** 2, 1e-9));
  }

  /**
   * A head as an image with a pixel for each pair of tokens.
   * @param {number} layer @param {number} head
   * @param {Rgb} colour of weight 1; less is less opaque
   */
  image(layer, head, colour) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = this.count;
    const context = contextOf(canvas);
    const image = context.createImageData(this.count, this.count);
    let from = this.#start(layer, head);
    for (let t = 0; t < this.count; t += 1) {
      for (let s = 0; s <= t; s += 1) {
        const place = 4 * (t * this.count + s);
        [image.data[place], image.data[place + 1], image.data[place + 2]] = colour;
        image.data[place + 3] = this.roots[from];
        from += 1;
      }
    }
    context.putImageData(image, 0, 0);
    return canvas;
  }

  /**
   * The head that most clearly looks back further than one token: what the visitor meets first.
   * @returns {[layer: number, head: number]}
   */
  mostDecided() {
    let [most, bestLayer, bestHead] = [-1, 0, 0];
    for (let layer = 0; layer < this.layers; layer += 1) {
      for (let head = 0; head < this.heads; head += 1) {
        let sum = 0;
        for (let t = 2; t < this.count; t += 1) {
          let largest = 0;
          for (let s = 1; s < t - 1; s += 1) largest = Math.max(largest, this.#root(layer, head, t, s));
          sum += largest;
        }
        if (sum > most) [most, bestLayer, bestHead] = [sum, layer, head];
      }
    }
    return [bestLayer, bestHead];
  }
}
