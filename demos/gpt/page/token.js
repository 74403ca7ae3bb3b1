// @ts-check
// How a token is written where its blanks have to be seen, and how surprising it was.

/** @type {Record<string, string>} tokens that are nothing but a blank */
const BLANKS = { "\n": "↵", " ": "␣", "\t": "⇥", "": "∅" };

/**
 * A token's name: a blank alone or at an end is seen, one between letters stays.
 * @param {string} piece
 */
export function tokenName(piece) {
  return BLANKS[piece] ?? piece.replace(/\n/g, "↵").replace(/^ | $/g, "␣");
}

/**
 * Text with every blank to be seen.
 * @param {string} text
 */
export function visible(text) {
  return text.replace(/\n/g, "↵").replace(/ /g, "␣").replace(/\t/g, "⇥");
}

/**
 * Text of at most so many characters.
 * @param {string} text
 * @param {number} most
 */
export function shorten(text, most) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/**
 * The surprise of a token that had probability `p`: −ln p, in nats.
 * @param {number} p
 */
export function nats(p) {
  return Math.max(0, -Math.log(Math.max(p, 1e-12)));
}
