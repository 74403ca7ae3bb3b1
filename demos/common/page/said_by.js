// @ts-check
// Which string of ours a sentence on the page is: without what stands in its {placeholders}, which may be a visitor's.

const OURS = "glassbox."; // before our keys, among Gradio's (common/ui/labels.py)
const LEAST = 6; // characters of a string besides its placeholders: fewer fit almost anything

/**
 * The key of the string that a sentence was made from, in whichever language; "" for a sentence of others. Where several
 * could be it, the one with the most characters of its own.
 * @param {string} sentence
 * @param {Record<Language, Record<string, string>>} translations
 * @returns {string} "clip.damaged"
 */
export function keyOf(sentence, translations) {
  let best = "", most = LEAST - 1;
  for (const strings of Object.values(translations)) {
    for (const [name, string] of Object.entries(strings)) {
      const own = string.trim().split(/\{\w+(?:\|[^{}]*)?\}/);
      const characters = own.join("").length;
      if (characters <= most || !name.startsWith(OURS) || !isMadeOf(sentence.trim(), own)) continue;
      best = name.slice(OURS.length);
      most = characters;
    }
  }
  return best;
}

/**
 * Whether the sentence begins with the first of the parts, ends with the last and has the others between, in their order.
 * @param {string} sentence
 * @param {string[]} parts
 */
function isMadeOf(sentence, parts) {
  const [first, last] = [parts[0], parts[parts.length - 1]];
  if (parts.length === 1) return sentence === first;
  const end = sentence.length - last.length;
  if (end < first.length || !sentence.startsWith(first) || !sentence.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = sentence.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
