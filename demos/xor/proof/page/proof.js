// @ts-check
// The two contradicting inequalities, typeset: what the perceptron would have to satisfy, for these points.

/** @import { Say } from "../../../common/page/words.js" */
/** @typedef {{ factor: string, x: [string, string], index: number }} Term a point's score, so many times */
/** @typedef {{ exact: boolean, ones: Term[], zeros: Term[], total: string[] }} Proof */

/**
 * @param {string} name
 * @param {number} [index]
 */
const letter = (name, index) => `<var>${name}${index ? `<sub>${index}</sub>` : ""}</var>`;

/**
 * a·w₁ + b·w₂ + c·b, without what is zero and without ones.
 * @param {string[]} factors
 */
function linear(factors) {
  const names = [letter("w", 1), letter("w", 2), letter("b")];
  const parts = factors.map((factor, k) => [factor, names[k]]).filter(([factor]) => Number(factor) !== 0);
  return parts.map(([factor, name], k) => {
    const minus = factor.startsWith("-");
    const size = factor.replace("-", "");
    const sign = k ? (minus ? " − " : " + ") : minus ? "−" : "";
    return `${sign}${size === "1" ? "" : `${size}\u2009`}${name}`;
  }).join("") || "0";
}

/** @param {Term[]} terms */
function sumOf(terms) {
  return terms.map(({ factor, x }) => {
    const score = `(${linear([...x, "1"])})`;
    return factor === "1" ? score : `${factor}\u2009·\u2009${score}`;
  }).join(" + ");
}

/**
 * @param {Proof} proof
 * @param {Say} say
 */
export function proofHtml(proof, say) {
  const row = (/** @type {0 | 1} */ classIndex, /** @type {Term[]} */ terms, /** @type {string} */ relation) => `<p><span class="xor-swatch" data-class="${classIndex}"></span>
    <span>${say(`needs_${classIndex}`)}</span> <span class="xor-formula">${sumOf(terms)} ${relation} 0</span></p>`;
  return `<h4>${say(proof.exact ? "proof" : "proof_rounded")}</h4>
    ${row(1, proof.ones, "&gt;")}${row(0, proof.zeros, "≤")}
    <p>${say("proof_end")} <span class="xor-formula">${linear(proof.total)}</span>${say("proof_stop")}</p>`;
}
