// Attention: a small map for every head, one of them large. Row t, column s: what token t takes from token s.
const heads = find(".gi-heads");
const map = find(".gi-map");
const reading = find(".gi-read");
let attention = new Uint8Array(); // 255 √weight, the rows of each head up to the diagonal
let pointed = null; // [t, s] under the pointer

const at = (layer, head, t, s) => {
  const count = seen.tokens.length;
  return attention[((layer * seen.shape.heads + head) * count * (count + 1)) / 2 + (t * (t + 1)) / 2 + s];
};
const weight = (layer, head, t, s) => (at(layer, head, t, s) / 255) ** 2;

// A head as a picture with a pixel for each pair of tokens.
const pixels = (layer, head, ink) => {
  const count = seen.tokens.length;
  const small = document.createElement("canvas");
  small.width = small.height = count;
  const pen = small.getContext("2d");
  const image = pen.createImageData(count, count);
  let from = ((layer * seen.shape.heads + head) * count * (count + 1)) / 2;
  for (let t = 0; t < count; t += 1) {
    for (let s = 0; s <= t; s += 1) {
      const place = 4 * (t * count + s);
      [image.data[place], image.data[place + 1], image.data[place + 2]] = ink;
      image.data[place + 3] = attention[from];
      from += 1;
    }
  }
  pen.putImageData(image, 0, 0);
  return small;
};

const writeHeads = () => {
  const { layers, heads: count } = seen.shape;
  const ink = channels(colour("--accent"));
  heads.style.setProperty("--columns", count);
  heads.classList.toggle("many", count > 6);
  const made = [make("span", "corner")];
  for (let head = 0; head < count; head += 1) made.push(make("span", "gi-column", head + 1));
  for (let layer = 0; layer < layers; layer += 1) {
    made.push(make("span", "gi-row", layer + 1));
    for (let head = 0; head < count; head += 1) {
      const button = make("button", "gi-small");
      button.type = "button";
      button.dataset.layer = layer;
      button.dataset.head = head;
      button.setAttribute("aria-label", say("head", { layer: layer + 1, head: head + 1 }));
      button.append(pixels(layer, head, ink));
      made.push(button);
    }
  }
  heads.replaceChildren(...made);
  find(".gi-legend b").replaceChildren(...[0.01, 0.1, 0.5, 1].map((p) => {
    const swatch = make("i", "", `${100 * p} %`);
    swatch.style.setProperty("--tint", `${Math.round(100 * Math.sqrt(p))}%`);
    return swatch;
  }));
};

// The head that most clearly looks back further than one token: what the visitor meets first.
const mostDecided = () => {
  const { layers, heads: count } = seen.shape;
  let best = [-1, 0, 0];
  for (let layer = 0; layer < layers; layer += 1) {
    for (let head = 0; head < count; head += 1) {
      let sum = 0;
      for (let t = 2; t < seen.tokens.length; t += 1) {
        let most = 0;
        for (let s = 1; s < t - 1; s += 1) most = Math.max(most, at(layer, head, t, s));
        sum += most;
      }
      if (sum > best[0]) best = [sum, layer, head];
    }
  }
  return best.slice(1);
};

const showHeads = () => {
  for (const button of heads.querySelectorAll("button")) {
    const [layer, head] = [Number(button.dataset.layer), Number(button.dataset.head)];
    const own = layer === state.layer && head === state.head;
    button.classList.toggle("chosen", own);
    button.classList.toggle("among", state.spread === "all" || (state.spread === "layer" && layer === state.layer));
    button.tabIndex = own ? 0 : -1;
  }
  for (const button of all("[data-spread]")) button.setAttribute("aria-checked", button.dataset.spread === state.spread);
  find(".gi-name").textContent = say("head", { layer: state.layer + 1, head: state.head + 1 });
};

const LABEL = 15; // pixels of type on the axes
const layout = () => {
  const width = Math.min(map.parentElement.clientWidth, 640);
  const longest = Math.max(...seen.tokens.map((_, t) => short(token(t), 7).length));
  const margin = 16 + LABEL * 0.62 * longest;
  return { width, margin, cell: (width - margin - 2) / seen.tokens.length };
};

const showMap = () => {
  const { width, margin, cell } = layout();
  const count = seen.tokens.length;
  map.style.width = `${width}px`;
  const pen = sheet(map, width, width);
  const side = cell * count;
  pen.imageSmoothingEnabled = cell < 1;
  pen.drawImage(pixels(state.layer, state.head, channels(colour("--accent"))), margin, margin, side, side);
  pen.strokeStyle = colour("--line");
  pen.strokeRect(margin - 0.5, margin - 0.5, side + 1, side + 1);
  const row = pointed?.[0] ?? state.hover ?? state.position;
  const column = pointed?.[1] ?? null;
  pen.strokeStyle = colour("--ink");
  pen.lineWidth = 1;
  pen.strokeRect(margin - 0.5, margin + row * cell - 0.5, (row + 1) * cell + 1, cell + 1);
  if (column !== null) pen.strokeRect(margin + column * cell - 0.5, margin + row * cell - 0.5, cell + 1, cell + 1);
  // Labels stand where there is room; that of the row and the column pointed at always.
  const every = Math.max(1, Math.ceil(17 / cell));
  pen.font = `${LABEL}px ${colour("--font-mono")}`;
  pen.textBaseline = "middle";
  const write = (t, marked, down) => {
    pen.save();
    pen.fillStyle = colour(marked ? "--ink" : "--muted");
    const middleOf = margin + (t + 0.5) * cell;
    pen.translate(...(down ? [margin - 8, middleOf] : [middleOf, margin - 8]));
    const label = short(token(t), 7);
    if (down || label.length === 1) {
      pen.textAlign = down ? "right" : "center";
      pen.fillText(label, 0, down ? 0 : -4);
    } else {
      pen.rotate(-Math.PI / 2);
      pen.textAlign = "left";
      pen.fillText(label, 0, 0);
    }
    pen.restore();
  };
  const near = (t, other) => other !== null && t !== other && Math.abs(t - other) * cell < 17;
  for (let t = 0; t < count; t += 1) {
    if (t === row || (t % every === 0 && !near(t, row))) write(t, t === row, true);
    if (t === column || (t % every === 0 && !near(t, column))) write(t, t === column, false);
  }
  read(row, column);
};

const read = (t, s) => {
  if (s !== null && s > t) reading.textContent = say("later", { from: token(t), to: token(s) });
  else if (s !== null) {
    const values = { from: token(t), t: t + 1, to: token(s), s: s + 1, p: percent(weight(state.layer, state.head, t, s)) };
    reading.textContent = say("takes", values);
  } else {
    const row = Array.from({ length: t + 1 }, (_, each) => weight(state.layer, state.head, t, each));
    const best = [...row.keys()].sort((a, b) => row[b] - row[a]).slice(0, 3);
    const list = best.map((each) => `“${token(each)}” ${percent(row[each])}`).join(" · ");
    reading.textContent = say("most", { from: token(t), list });
  }
};

follow.attention.push(showHeads, showMap);
heads.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) lookAt(Number(button.dataset.layer), Number(button.dataset.head));
});
heads.addEventListener("keydown", (event) => {
  const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  if (!(event.key in moves)) return;
  event.preventDefault();
  lookAt(state.layer + moves[event.key][0], state.head + moves[event.key][1]);
  heads.querySelector("button.chosen").focus();
});
for (const button of all("[data-spread]")) {
  button.addEventListener("click", () => {
    state.spread = button.dataset.spread;
    refresh();
  });
}
const place = (event) => {
  const { margin, cell } = layout();
  const frame = map.getBoundingClientRect();
  const [s, t] = [event.clientX - frame.left, event.clientY - frame.top].map((x) => Math.floor((x - margin) / cell));
  const inside = Math.min(s, t) >= 0 && Math.max(s, t) < seen.tokens.length;
  return inside ? [t, s] : null;
};
map.addEventListener("pointermove", (event) => {
  if (!seen) return;
  pointed = place(event);
  showMap();
});
map.addEventListener("pointerleave", () => {
  pointed = null;
  if (seen) showMap();
});
map.addEventListener("click", (event) => {
  const where = seen && place(event);
  if (where) lookFrom(where[0]);
});
