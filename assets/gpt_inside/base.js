// Look inside: what all its pictures share. `seen` is look_inside.picture(), `state` is where the visitor looks.
const find = (selector) => element.querySelector(selector);
const all = (selector) => [...element.querySelectorAll(selector)];
const root = find(".gi");
const state = { view: "attention", position: 0, hover: null, layer: 0, head: 0, spread: "head", step: 0, row: null };
let seen = null;
let turn = 0; // of the newest message that was drawn

const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
// Any CSS colour as [r, g, b].
const channels = (css) => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  pen.fillStyle = css;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
};

const make = (name, className = "", text = "") => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== "") made.textContent = text;
  return made;
};
const draw = (name, attributes, text = "") => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== "") made.textContent = text;
  return made;
};

// A canvas in CSS pixels, sharp on every screen.
const sheet = (canvas, width, height) => {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
};

const bytes = (letters) => Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
const visible = (text) => text.replace(/\n/g, "↵").replace(/ /g, "␣").replace(/\t/g, "⇥");
const short = (text, most = 9) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const token = (t) => visible(seen.tokens[t].text);
const piece = (id) => visible(seen.pieces[id] ?? "");
const percent = (p) => (p > 0.995 ? "> 99 %" : p >= 0.1 ? `${Math.round(100 * p)} %` : p >= 0.0001 ? `${(100 * p).toPrecision(2)} %` : "< 0.01 %");
const number = (x) => (x === 0 ? "0" : Math.abs(x) >= 1000 ? x.toFixed(0) : x.toPrecision(3)).replace("-", "−");
// A sentence of the server's with its {places} filled.
const say = (name, values = {}) => (seen.words[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key]);
const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

const bars = (place, rows) => {
  const most = Math.max(...rows.map((row) => row.p), 1e-9);
  place.replaceChildren(...rows.map(({ name, p, aside, mark }) => {
    const line = make("div", `gi-bar${mark ? " marked" : ""}`);
    line.append(make("b", "", name));
    line.title = name; // a long one is cut
    const track = make("span");
    const filled = make("i");
    filled.style.width = `${(100 * p) / most}%`;
    track.append(filled);
    line.append(track, make("em", "", aside ?? percent(p)));
    return line;
  }));
};

// Everything that follows the place the visitor looks at. Each picture adds its own.
const follow = { text: [], attention: [], lens: [], walk: [], tokens: [] };
const refresh = () => {
  if (!seen) return;
  for (const redraw of [...follow.text, ...follow[state.view]]) redraw();
};
const lookFrom = (position) => {
  state.position = clamp(position, 0, seen.tokens.length - 1);
  state.hover = null;
  refresh();
};
const lookAt = (layer, head) => {
  state.layer = clamp(layer, 0, seen.shape.layers - 1);
  state.head = clamp(head, 0, seen.shape.heads - 1);
  refresh();
};
