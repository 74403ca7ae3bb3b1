// What the scripts of the writing view share: how a token and a probability are written.
const NAMES = { "\n": "↵", " ": "␣", "\t": "⇥", "": "∅" };
const nameOf = (piece) => NAMES[piece] ?? piece.replace(/\n/g, "↵").replace(/^ | $/g, "␣");
const percent = (p) => {
  if (p > 0.9995) return p === 1 ? "100 %" : "> 99.9 %";
  if (p >= 0.1) return `${(100 * p).toFixed(p > 0.99 ? 1 : 0)} %`;
  if (p >= 0.0001) return `${(100 * p).toPrecision(2)} %`;
  return p > 0 ? "< 0.01 %" : "0";
};
const nats = (p) => Math.max(0, -Math.log(Math.max(p, 1e-12)));
const make = (tag, className, words) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (words !== undefined) made.textContent = words;
  return made;
};
