// Logit lens: what the output layer would answer after each layer. A column a position, a row a layer.
const table = find(".gi-lens");
const frameOfTable = find(".gi-table");
const curve = find(".gi-curve");
let hoverRow = null; // the row under the pointer

const rowName = (row) => (row === 0 ? say("embedding") : row === seen.shape.layers ? say("output") : say("layer", { layer: row }));

const writeTable = () => {
  const { guesses, probabilities, first } = seen.lens;
  const row = (name, cells, className = "") => {
    const line = make("tr", className);
    const head = make("th", "", name);
    head.scope = "row";
    line.append(head, ...cells);
    return line;
  };
  const cell = (text, t, name = "td") => {
    const made = make(name, "", short(visible(text), 8));
    made.dataset.t = t;
    return made;
  };
  const lines = [row(say("read"), seen.tokens.map(({ text }, t) => cell(text, t)), "gi-given")];
  guesses.forEach((best, layer) => {
    lines.push(row(rowName(layer), best.map((ids, t) => {
      const made = cell(seen.pieces[ids[0]], t);
      made.dataset.row = layer;
      made.style.setProperty("--tint", `${Math.round(58 * probabilities[layer][t][0])}%`);
      made.classList.toggle("first", first[t] === layer);
      return made;
    }), layer === seen.shape.layers ? "gi-output" : ""));
  });
  lines.push(row(say("next"), seen.tokens.map((_, t) => cell(seen.tokens[t + 1]?.text ?? "…", t)), "gi-given"));
  table.replaceChildren(...lines);
};

let columnShown = null;
const showTable = () => {
  for (const cell of table.querySelectorAll(".column")) cell.classList.remove("column");
  for (const cell of table.querySelectorAll(`[data-t="${state.position}"]`)) cell.classList.add("column");
  if (columnShown === state.position) return;
  columnShown = state.position;
  const cell = table.querySelector(`[data-t="${state.position}"]`);
  const head = table.querySelector("th").offsetWidth;
  const [left, right] = [cell.offsetLeft - head - 60, cell.offsetLeft + cell.offsetWidth + 60];
  const { scrollLeft, clientWidth } = frameOfTable;
  if (left < scrollLeft || right > scrollLeft + clientWidth) frameOfTable.scrollLeft = left - (clientWidth - head) / 2;
};

const showVerdict = () => {
  const t = state.hover ?? state.position;
  const { answers, answer, actual, first } = seen.lens;
  const last = seen.shape.layers;
  const values = { token: token(t), answer: piece(answers[t]), p: percent(answer.p[last][t]), layer: first[t] };
  find(".gi-verdict").textContent = say(first[t] === 0 ? "verdict_start" : first[t] === last ? "verdict_end" : "verdict", values);
  find(".gi-key .actual").hidden = !actual.rank[last][t] || actual.rank[last][t] === 1;
};

// The probability of the final answer, and of what really came next, after each layer.
const showCurve = () => {
  const t = state.hover ?? state.position;
  const { answer, actual } = seen.lens;
  const last = seen.shape.layers;
  const [width, height, left, low, top] = [curve.parentElement.clientWidth, 250, 62, 34, 12];
  curve.setAttribute("viewBox", `0 0 ${width} ${height}`);
  curve.style.height = `${height}px`;
  const x = (layer) => left + 12 + (layer / last) * (width - left - 30);
  const y = (p) => top + (1 - p) * (height - top - low);
  curve.replaceChildren();
  for (const p of [0, 0.5, 1]) {
    curve.append(draw("line", { x1: left, x2: width, y1: y(p), y2: y(p), class: "grid" }));
    curve.append(draw("text", { x: left - 8, y: y(p) + 5, "text-anchor": "end" }, `${100 * p} %`));
  }
  const every = Math.ceil(last / Math.max(1, Math.floor((width - left) / 40)));
  for (let layer = 0; layer <= last; layer += every) {
    curve.append(draw("text", { x: x(layer), y: height - 8, "text-anchor": "middle" }, `${layer}`));
  }
  const line = (standing, name) => {
    const points = standing.p.map((row, layer) => [x(layer), y(row[t])]);
    curve.append(draw("polyline", { points: points.map((point) => point.join(",")).join(" "), class: name }));
    for (const [cx, cy] of points) curve.append(draw("circle", { cx, cy, r: 4, class: name }));
  };
  if (actual.rank[last][t] > 1) line(actual, "actual");
  line(answer, "answer");
};

const showCell = () => {
  const t = state.hover ?? state.position;
  const row = (state.hover === null ? state.row : hoverRow) ?? seen.shape.layers;
  const { guesses, probabilities, answers, actual } = seen.lens;
  const name = row === 0 ? say("after_embedding") : row === seen.shape.layers ? say("after_output") : say("after_layer", { layer: row });
  find(".gi-cell").textContent = name;
  bars(find(".gi-bars"), guesses[row][t].map((id, k) => ({ name: piece(id), p: probabilities[row][t][k], mark: id === answers[t] })));
  const facts = make("p", "gi-fact", say("norm", { norm: number(seen.norms[row][t]) }));
  const next = seen.tokens[t + 1];
  if (next) facts.prepend(`${say("rank", { next: visible(next.text), rank: actual.rank[row][t], p: percent(actual.p[row][t]) })} `);
  find(".gi-bars").append(facts);
};

follow.lens.push(showTable, showVerdict, showCurve, showCell);
// A press stays, the pointer only passes.
const point = (event) => {
  const cell = event.target.closest("[data-t]");
  if (!cell || (event.type === "pointerover" && event.pointerType !== "mouse")) return;
  const [t, row] = [Number(cell.dataset.t), cell.dataset.row === undefined ? null : Number(cell.dataset.row)];
  if (event.type === "click") {
    [state.row, columnShown] = [row, t]; // nothing scrolls away under the pointer
    lookFrom(t);
  } else {
    [state.hover, hoverRow] = [t, row];
    refresh();
  }
};
table.addEventListener("click", point);
table.addEventListener("pointerover", point);
table.addEventListener("pointerleave", () => {
  [state.hover, hoverRow] = [null, null];
  refresh();
});
frameOfTable.addEventListener("keydown", (event) => {
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  if (!seen || !(event.key in moves)) return;
  event.preventDefault();
  const [along, down] = moves[event.key];
  state.row = clamp((state.row ?? seen.shape.layers) + down, 0, seen.shape.layers);
  lookFrom(state.position + along);
});
