// The tree of branches: a row for each, drawn from where it left another one. The value is look.tree_picture().
const graph = element.querySelector("svg");
const list = element.querySelector(".gpt-rows");
const HEIGHT = 36; // of a row, in CSS pixels, as in the style sheet
let shown = null; // the tree on show
const drawing = (tag, attributes) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  return made;
};

const drawGraph = (value) => {
  const width = graph.getBoundingClientRect().width;
  if (!width) return;
  const across = (depth) => 8 + (depth / Math.max(value.longest, 1)) * (width - 22);
  const down = (row) => (row + 0.5) * HEIGHT;
  graph.setAttribute("height", value.rows.length * HEIGHT);
  const line = (row, at, end) => {
    const begin = across(row.start - 1);
    const run = Math.max(across(end), begin + 8);
    if (row.left === null) return `M${begin} ${down(at)}H${run}`;
    return `M${begin} ${down(row.left)}V${down(at) - 8}q0 8 8 8H${Math.max(run, begin + 8)}`;
  };
  const grounds = value.rows.map((row, at) => drawing("path", { d: line(row, at, row.end), class: "ground" }));
  const lit = value.rows.flatMap((row, at) => (row.shown ? [drawing("path", { d: line(row, at, row.shown), class: "shown" })] : []));
  const ends = value.rows.map((row, at) => drawing("circle", {
    cx: Math.max(across(row.end), across(row.start - 1) + 8), cy: down(at), r: row.here ? 6 : 4, class: row.here ? "here" : "end",
  }));
  graph.replaceChildren(...grounds, ...lit, ...ends);
};

const draw = () => {
  const value = props.value;
  if (value && !value.rows) return; // Gradio's word for "as it was"
  shown = value;
  element.querySelector(".gpt-branches").hidden = !value?.rows?.length;
  if (!value?.rows?.length) return;
  element.querySelector(".gpt-lone").hidden = value.rows.length > 1;
  element.querySelector(".gpt-clear").hidden = value.rows.length < 2;
  list.replaceChildren(...value.rows.map((row) => {
    const line = make("div", row.here ? "gpt-row here" : "gpt-row");
    const go = make("button", "go");
    const words = row.text.replace(/\n/g, "↵");
    const first = [...words][0] ?? "";
    go.append(make("b", "", nameOf(first)), words.slice(first.length));
    go.addEventListener("click", () => trigger("go", { tip: row.tip }));
    const prune = make("button", "prune", "×");
    prune.setAttribute("aria-label", element.querySelector(".gpt-prune-name").textContent);
    prune.addEventListener("click", () => trigger("prune", { tip: row.tip }));
    line.append(go, make("span", "count", row.end - row.start + 1), prune);
    return line;
  }));
  drawGraph(value);
  const [here, box] = [list.querySelector(".here"), element.querySelector(".gpt-scroll")];
  if (here && (here.offsetTop < box.scrollTop || here.offsetTop + HEIGHT > box.scrollTop + box.clientHeight))
    box.scrollTop = here.offsetTop - box.clientHeight / 2;
};

element.querySelector(".gpt-clear").addEventListener("click", () => trigger("clear"));
new ResizeObserver(() => { if (shown) drawGraph(shown); }).observe(element);
watch("value", draw);
draw();
