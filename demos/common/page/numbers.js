// @ts-check
// The one way to say a number. demos/common/numbers.py says the same on the server; a test holds the two together.

const MISSING = "–";

/** @param {number | null | undefined} value @returns {value is number} */
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

/** @param {string} digits a real minus sign, as wide as a plus */
const withMinus = (digits) => digits.replaceAll("-", "−");

/**
 * A share of things that were counted: "97.5%". Cut, not rounded: "100%" means all of them.
 * @param {number | null | undefined} share 0 to 1
 */
export function percent(share) {
  if (!isNumber(share)) return MISSING;
  const tenths = Math.floor(share * 1000 + 1e-6);
  return tenths % 10 ? `${(tenths / 10).toFixed(1)}%` : `${tenths / 10}%`;
}

/**
 * What a model believes: "83%", and near the ends as fine as it takes: "99.7%", "> 99.9%", "1.2%", "0.034%", "< 0.01%".
 * "100%" and "0%" are said only of 1 and 0.
 * @param {number | null | undefined} p 0 to 1
 */
export function probability(p) {
  if (!isNumber(p)) return MISSING;
  if (p >= 1) return "100%";
  if (p <= 0) return "0%";
  if (p >= 0.9995) return "> 99.9%";
  if (p >= 0.1) return `${(100 * p).toFixed(p > 0.99 ? 1 : 0)}%`;
  return p >= 0.0001 ? `${(100 * p).toPrecision(2)}%` : "< 0.01%";
}

/**
 * With so many digits after the point: "0.693"; zero has no sign.
 * @param {number | null | undefined} value
 */
export function decimals(value, places = 3) {
  return isNumber(value) ? withMinus(value.toFixed(places).replace(/^-(?=[0.]*$)/, "")) : MISSING;
}

/**
 * With so many digits in all: "12.3", "0.00123"; whole from 1000 on.
 * @param {number | null | undefined} value
 */
export function significant(value, digits = 3) {
  if (!isNumber(value)) return MISSING;
  if (value === 0) return "0";
  return withMinus(Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(digits));
}

/**
 * With its sign: "+0.50", "−0.50"; what is rounded to zero has a plus.
 * @param {number | null | undefined} value
 */
export function signed(value, places = 2) {
  if (!isNumber(value)) return MISSING;
  const digits = Math.abs(value).toFixed(places);
  return `${value < 0 && Number(digits) ? "−" : "+"}${digits}`;
}

/**
 * How many: "12,345".
 * @param {number | null | undefined} value
 */
export function count(value) {
  return isNumber(value) ? withMinus((Math.round(value) || 0).toLocaleString("en-US")) : MISSING;
}

/**
 * `value`, or the end of the range that it is beyond.
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
