// Step by step: one step's formula, its lines of model.py, and the numbers of the chosen token.
const stepButtons = all(".gi-steps button");
const names = stepButtons.map((button) => button.dataset.step);
const inLayer = (step) => stepButtons[step].hasAttribute("data-layer");
let walked = null; // look_inside.walk_picture(), with the turn it belongs to
let wanted = "";
let waiting = 0;

// Asks for the numbers of this layer and token, once the visitor rests there.
const ask = () => {
  const key = `${turn} ${state.layer} ${state.position}`;
  if (wanted === key) return;
  wanted = key;
  clearTimeout(waiting);
  waiting = setTimeout(() => trigger("inside_step", { turn, layer: state.layer, position: state.position }), 90);
};
const current = () => walked && walked.turn === turn && walked.layer === state.layer && walked.position === state.position;

const showStep = () => {
  ask();
  const name = names[state.step];
  stepButtons.forEach((button, step) => button.setAttribute("aria-selected", step === state.step));
  for (const part of all(".gi-explained")) part.hidden = part.dataset.step !== name;
  const [layer, head] = all(".gi-stepper");
  layer.hidden = !inLayer(state.step);
  head.hidden = name !== "attend";
  layer.querySelector("b").textContent = say("layer_of", { layer: state.layer + 1, layers: seen.shape.layers });
  head.querySelector("b").textContent = say("head_of", { head: state.head + 1, heads: seen.shape.heads });
  find(".gi-token-name").textContent = say("of_token", { token: token(state.position), t: state.position + 1 });
  find(".gi-back").disabled = state.step === 0 && state.layer === 0;
  find(".gi-next").disabled = state.step === names.length - 1;
  find(".gi-code").replaceChildren(...seen.code[name].map(excerpt));
  find(".gi-weights").replaceChildren(...Object.entries(seen.weights[name]).map(([parameter, shape]) => {
    const line = make("div");
    line.append(make("span", "", parameter.replace("{layer}", state.layer)), make("b", "", `(${shape.join(", ")})`));
    return line;
  }));
  find(".gi-weights").prepend(make("h4", "", Object.keys(seen.weights[name]).length ? say("weights") : say("no_weights")));
  showValues();
};

const excerpt = ({ function: owner, start, lines }) => {
  const figure = make("figure");
  figure.append(make("figcaption", "", `model.py · ${owner}`));
  const block = make("pre");
  lines.forEach((line, i) => {
    const row = make("code");
    row.dataset.line = start + i;
    const cut = line.indexOf("#");
    row.append(cut < 0 ? line : line.slice(0, cut));
    if (cut >= 0) row.append(make("i", "", line.slice(cut)));
    block.append(row);
  });
  figure.append(block);
  return figure;
};

const floats = (letters) => new Float32Array(bytes(letters).buffer);
const showValues = () => {
  const place = find(".gi-values");
  place.classList.toggle("stale", !current());
  if (!current()) return;
  const name = names[state.step];
  const fields = stepButtons[state.step].dataset.values.split(" ");
  place.replaceChildren();
  for (const field of fields) {
    const { line, paint } = valueOf(field, walked.values[field]);
    place.append(line);
    paint();
  }
  if (name !== "unembed") return;
  const best = make("div", "gi-bars");
  place.append(make("h4", "", say("best")), best);
  bars(best, walked.best.map(([text, logit, p]) => ({ name: visible(text), p, aside: `${percent(p)}  (${number(logit)})` })));
};

const valueOf = (field, { dims, shape, numbers, stats }) => {
  const line = make("div", "gi-value");
  const head = make("header");
  head.append(make("b", "", say(`value_${field}`)), make("code", "", `(${dims.replaceAll(" ", ", ")}) = (${shape.join(", ")})`));
  line.append(head);
  const whole = numbers ? floats(numbers) : null;
  const own = dims === "B H T T" ? whole.slice(state.head * (state.position + 1), (state.head + 1) * (state.position + 1)) : whole;
  const { box, paint } = own ? strips(dims, own) : { box: "", paint: () => {} };
  const [low, mean, high, norm] = (own === whole ? stats : summary(own)).map(number);
  line.append(box, make("p", "gi-stats", say("stats", { low, mean, high, norm })));
  return { line, paint };
};
const summary = (own) => [Math.min(...own), own.reduce((sum, x) => sum + x, 0) / own.length, Math.max(...own), Math.hypot(...own)];

// A vector as a row of cells, orange below zero and blue above; attention in the accent, a cell a token.
const strips = (dims, own) => {
  const rows = Math.max(1, Math.ceil(own.length / 260));
  const across = Math.ceil(own.length / rows);
  const height = rows === 1 ? 30 : Math.max(7, Math.min(16, 72 / rows));
  const canvas = make("canvas", "gi-vector");
  const aside = make("span", "gi-number");
  const paint = () => {
    const width = canvas.parentElement?.clientWidth ?? 0;
    if (!width) return;
    const pen = sheet(canvas, width, rows * height);
    const most = own.reduce((top, x) => Math.max(top, Math.abs(x)), 1e-12);
    const inks = ["--class-0", "--class-1"].map((name) => channels(colour(name)).join(","));
    own.forEach((x, i) => {
      pen.fillStyle = `rgba(${inks[x < 0 ? 0 : 1]},${Math.abs(x) / most})`;
      pen.fillRect(((i % across) * width) / across, Math.floor(i / across) * height, width / across + 0.4, height - (rows > 1 ? 1 : 0));
    });
    if (dims === "B H T D") {
      pen.fillStyle = colour("--ink");
      for (let h = 1; h < seen.shape.heads; h += 1) {
        const i = (h * own.length) / seen.shape.heads;
        pen.fillRect(((i % across) * width) / across - 0.5, Math.floor(i / across) * height, 1, height);
      }
    }
  };
  canvas.addEventListener("pointermove", (event) => {
    const frame = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - frame.left) / frame.width) * across);
    const i = Math.floor((event.clientY - frame.top) / height) * across + column;
    if (own[i] === undefined) return;
    const name = dims === "B H T T" ? `“${token(i)}”` : `[${i}]`;
    aside.textContent = `${name} = ${number(own[i])}`;
    aside.style.left = `${clamp(event.clientX - frame.left, 60, frame.width - 60)}px`;
  });
  canvas.addEventListener("pointerleave", () => { aside.textContent = ""; });
  const box = make("div", "gi-vector-box");
  box.append(canvas, aside);
  return { box, paint };
};

follow.walk.push(showStep);
// The walk goes through the layer once; from its last step on to the next layer, from the last layer out.
const go = (by) => {
  const [first, last] = [names.findIndex((_, step) => inLayer(step)), names.findLastIndex((_, step) => inLayer(step))];
  if (by > 0 && state.step === last && state.layer < seen.shape.layers - 1) [state.step, state.layer] = [first, state.layer + 1];
  else if (by < 0 && state.step === first && state.layer > 0) [state.step, state.layer] = [last, state.layer - 1];
  else {
    state.step = clamp(state.step + by, 0, names.length - 1);
    if (by > 0 && state.step === first) state.layer = 0;
    if (by < 0 && state.step === last) state.layer = seen.shape.layers - 1;
  }
  refresh();
};
find(".gi-next").addEventListener("click", () => go(1));
find(".gi-back").addEventListener("click", () => go(-1));
stepButtons.forEach((button, step) => button.addEventListener("click", () => {
  state.step = step;
  refresh();
}));
for (const stepper of all(".gi-stepper")) {
  stepper.addEventListener("click", (event) => {
    const by = Number(event.target.closest("button")?.dataset.by ?? 0);
    if (stepper.dataset.of === "layer") lookAt(state.layer + by, state.head);
    else lookAt(state.layer, state.head + by);
  });
}
