// What the page says, from the strings of both languages (WORDS, put before this file by the tab).

const language = document.documentElement.lang.startsWith("ko") ? "ko" : "en";

function say(key, values = {}) {
  return WORDS[key][language].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

const count = (value) => value.toLocaleString("en-US");
const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
const decimals = (value) => (value === null || value === undefined ? "–" : value.toFixed(3));

// Never "100 %" while a point is wrong.
function percent(share) {
  const shown = Math.floor(share * 1000 + 1e-6) / 10;
  return `${shown.toFixed(1).replace(".0", "")}%`;
}

// The parts of a page are marked data-say="key" and filled once.
function fill(root) {
  root.querySelectorAll("[data-say]").forEach((part) => { part.textContent = say(part.dataset.say); });
  root.querySelectorAll("[data-title]").forEach((part) => { part.title = say(part.dataset.title); });
}
