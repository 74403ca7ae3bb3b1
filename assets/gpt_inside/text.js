// The text as tokens in large type; press one, or use the arrow keys, to look from there.
const strip = find(".gi-text");
const arcs = find(".gi-arcs");
const MOST_ARCS = 24;
const LEAST = 0.02; // of the attention: fainter arcs are left out

const writeText = () => {
  const count = seen.tokens.length;
  strip.dataset.size = count <= 80 ? "large" : count <= 140 ? "middle" : "small";
  strip.setAttribute("aria-label", say("text"));
  strip.replaceChildren(...seen.tokens.flatMap(({ text, partial }, t) => {
    const span = make("span", `${partial ? "partial" : ""}${/^\s*\n\s*$/.test(text) ? " break" : ""}`, text);
    span.dataset.t = t;
    span.setAttribute("role", "option");
    return [span];
  }));
};

// What token t takes from each token s ≤ t, as the visitor chose: one head, the mean of a layer, or of all.
const taken = (t) => {
  const { layers, heads } = seen.shape;
  const weights = new Float64Array(t + 1);
  const from = state.spread === "all" ? 0 : state.layer;
  const to = state.spread === "all" ? layers : state.layer + 1;
  let count = 0;
  for (let layer = from; layer < to; layer += 1) {
    for (let head = 0; head < heads; head += 1) {
      if (state.spread === "head" && head !== state.head) continue;
      for (let s = 0; s <= t; s += 1) weights[s] += weight(layer, head, t, s);
      count += 1;
    }
  }
  return weights.map((sum) => sum / count);
};

const middle = (span) => {
  const at = span.getClientRects()[0] ?? span.getBoundingClientRect();
  const frame = strip.getBoundingClientRect();
  return [at.left - frame.left + Math.min(at.width, 400) / 2, at.top - frame.top + strip.scrollTop, at.height];
};

const showText = () => {
  const spans = strip.children;
  const from = state.hover ?? state.position;
  const looking = state.view === "attention";
  const weights = looking ? taken(from) : null;
  for (let s = 0; s < spans.length; s += 1) {
    const share = weights && s <= from ? weights[s] : 0;
    spans[s].style.setProperty("--tint", `${Math.round(65 * Math.sqrt(share))}%`);
    spans[s].classList.toggle("chosen", s === state.position);
    spans[s].classList.toggle("from", s === from);
    spans[s].classList.toggle("later", looking && s > from);
    spans[s].setAttribute("aria-selected", s === state.position);
  }
  arcs.replaceChildren();
  arcs.style.width = `${strip.clientWidth}px`;
  arcs.style.height = `${strip.scrollHeight}px`;
  arcs.style.transform = `translateY(${-strip.scrollTop}px)`;
  if (!looking) return;
  const [x, y] = middle(spans[from]);
  const shown = [...weights.keys()].filter((s) => s !== from && weights[s] >= LEAST);
  shown.sort((a, b) => weights[b] - weights[a]);
  for (const s of shown.slice(0, MOST_ARCS)) {
    const [x2, y2] = middle(spans[s]);
    const rise = clamp(Math.abs(x - x2) * 0.16, 10, 38);
    const high = Math.min(y, y2) - (Math.abs(y - y2) < 4 ? rise : rise * 0.7);
    arcs.append(draw("path", {
      d: `M${x},${y} C${x},${high} ${x2},${y2 - rise} ${x2},${y2}`,
      "stroke-width": (1 + 2.6 * weights[s]).toFixed(2),
      "stroke-opacity": Math.min(1, 0.12 + 0.88 * Math.sqrt(weights[s])).toFixed(3),
    }));
  }
};
follow.text.push(showText);

const tokenAt = (event) => event.target.closest?.("[data-t]");
strip.addEventListener("click", (event) => {
  if (tokenAt(event)) lookFrom(Number(tokenAt(event).dataset.t));
});
strip.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse" || !["attention", "lens"].includes(state.view) || !tokenAt(event)) return;
  state.hover = Number(tokenAt(event).dataset.t);
  refresh();
});
strip.addEventListener("pointerleave", () => {
  if (state.hover === null) return;
  state.hover = null;
  refresh();
});
strip.addEventListener("keydown", (event) => {
  const moves = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
  if (!seen || !(event.key in moves)) return;
  event.preventDefault();
  lookFrom(state.position + moves[event.key]);
  const chosen = strip.children[state.position];
  const [, top, height] = middle(chosen);
  strip.scrollTop = clamp(strip.scrollTop, top + 2 * height - strip.clientHeight, Math.max(0, top - 2 * height));
});
strip.addEventListener("scroll", () => { arcs.style.transform = `translateY(${-strip.scrollTop}px)`; });
