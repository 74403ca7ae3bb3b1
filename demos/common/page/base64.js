// @ts-check
// Arrays of numbers as text: what demos/common/base64_arrays.py writes and reads. All little-endian.

/**
 * The bytes that base64 text stands for.
 * @param {string} text
 */
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/**
 * 32-bit floats.
 * @param {string} text
 */
export function floatsOf(text) {
  return new Float32Array(bytesOf(text).buffer);
}

/**
 * Base64 text of 32-bit floats.
 * @param {ArrayLike<number>} numbers
 */
export function textOfFloats(numbers) {
  const bytes = new Uint8Array(Float32Array.from(numbers).buffer);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
