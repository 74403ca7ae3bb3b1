// @ts-check
// What the parts of the comparison share: what the server sent (look.py of this view), and where the visitor looks.

import { shorten, visible } from "../../page/token.js";

/**
 * @typedef {[text: string, a: number | null, b: number | null]} Segment with the losses of either, in nats
 * @typedef {{ divergence: number, choices: [piece: string, a: number, b: number][] }} Shared where the vocabulary is one
 * @typedef {{ divergence: null, a: [piece: string, p: number][], b: [piece: string, p: number][] }} Apart
 * @typedef {{ bits_per_character: number, nats_per_token: number, tokens: number, characters: number }} Score
 * @typedef {{ name: string, layer: number | null, relative: number | null, cosine: number | null }} PartDistance
 * @typedef {{ turn: number, names: [string, string], same_vocabulary: boolean, segments: Segment[],
 *   places: (Shared | Apart | null)[], scores: [Score, Score], most_different: number[], weights: PartDistance[] | null,
 *   notes: string[], refused?: string }} Compared
 */

/**
 * A part of the view, drawn anew for another comparison (`begin`), and when the visitor looks elsewhere (`redraw`).
 * @typedef {{ begin?: (compared: Compared) => void, redraw?: (compared: Compared, place: number) => void }} Part
 */

const LONGEST = 14; // characters of a piece

/**
 * A piece of text with its blanks to be seen, cut where it is long.
 * @param {string} text
 */
export const piece = (text) => shorten(visible(text), LONGEST);

/**
 * How far the two are apart before a segment: their divergence, or else the difference of their losses; null if unknown.
 * @param {Compared} compared
 * @param {number} s
 */
export function difference({ places, segments }, s) {
  const divergence = places[s]?.divergence;
  if (typeof divergence === "number") return divergence;
  const [, a, b] = segments[s] ?? ["", null, null];
  return a === null || b === null ? null : Math.abs(a - b);
}
