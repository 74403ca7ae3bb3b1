// A training as it goes: how far, the newest sample beside an older one, the losses, and all samples below each other.
// The value is look_train.picture() or look_train.before(): complete, so that one that is skipped is not missed.
const find = (selector) => element.querySelector(selector);
const course = find(".gpt-course");
const plot = find(".plot");
const drawing = plot.querySelector("svg");
const tip = find(".tip");
const slider = find(".scrub input");
const MARGIN = { left: 46, right: 14, top: 14, bottom: 30 };
let shown = null; // the value on show
let chosen = 0; // which sample the newest is compared with
let drawn = ""; // what the list of samples showed last
let scale = null; // of the plot: {x(step), y(loss), steps}

const count = (number) => Math.round(number).toLocaleString("en-US");

const fill = (page, title, words, given, note) => {
  if (title) page.querySelector("h4 b").textContent = title;
  page.querySelector(".note").textContent = note;
  const paper = page.querySelector("p");
  if (paper.textContent === words) return;
  const begin = document.createElement("b");
  begin.textContent = words.slice(0, given);
  paper.replaceChildren(begin, words.slice(given));
};

const drawPages = () => {
  const { samples } = shown;
  const newest = samples[samples.length - 1];
  if (newest) fill(find(".now"), count(newest.step), newest.text, newest.given, newest.note);
  else fill(find(".now"), "", shown.head ?? "", 0, "");
  const several = samples.length > 1;
  find(".then").hidden = find(".scrub").hidden = !several;
  chosen = Math.max(0, Math.min(chosen, samples.length - 2));
  if (!several) return;
  const older = samples[chosen];
  fill(find(".then"), count(older.step), older.text, older.given, older.note);
  slider.max = samples.length - 2;
  slider.value = chosen;
};

// --- the list, newest first ---
const drawList = () => {
  const { samples } = shown;
  find(".line").hidden = samples.length < 2;
  const wanted = `${samples.map(({ step, text }) => step + text).join("|")} ${chosen}`;
  if (wanted === drawn) return;
  drawn = wanted;
  const rows = samples.map(({ step, text, given, note }, at) => {
    const row = document.createElement("button");
    const [name, words] = [document.createElement("span"), document.createElement("span")];
    name.className = "step";
    name.textContent = count(step);
    words.className = "words";
    words.lang = "zxx";
    words.textContent = text.slice(given).trim().replace(/\s*\n\s*/g, " ↵ ");
    row.append(name, words);
    row.title = note;
    row.setAttribute("aria-pressed", String(at === chosen && samples.length > 1));
    row.addEventListener("click", () => compare(at));
    return row;
  });
  find(".rows").replaceChildren(...rows.reverse());
};

const compare = (at) => {
  chosen = at;
  drawPages();
  drawList();
  drawPlot();
};

// --- the losses ---
const nicely = (range) => {
  const rough = range / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
};
const path = (points) => points.map(([step, loss], at) => `${at ? "L" : "M"}${scale.x(step).toFixed(1)} ${scale.y(loss).toFixed(1)}`).join("");

const drawPlot = () => {
  if (!shown) return;
  const { curve, held_out: heldOut, lines, samples } = shown;
  const [width, height] = [plot.clientWidth, plot.clientHeight];
  if (!width) return;
  const losses = [...curve.map(([, loss]) => loss), ...heldOut.map(([, loss]) => loss), ...Object.values(lines)];
  if (!losses.length) losses.push(1, 4);
  const [low, high] = [Math.max(0, Math.min(...losses) - 0.35), Math.max(...losses) + 0.3];
  const steps = Math.max(shown.steps, 1, ...curve.map(([step]) => step));
  const [right, bottom] = [width - MARGIN.right, height - MARGIN.bottom];
  scale = {
    steps,
    x: (step) => MARGIN.left + (right - MARGIN.left) * (step / steps),
    y: (loss) => bottom - (bottom - MARGIN.top) * ((loss - low) / (high - low)),
  };
  const parts = [];
  const tick = nicely(high - low);
  for (let loss = Math.ceil(low / tick) * tick; loss < high; loss += tick) {
    parts.push(`<path class="grid" d="M${MARGIN.left} ${scale.y(loss)}H${right}"/>`);
    parts.push(`<text x="${MARGIN.left - 8}" y="${scale.y(loss) + 5}" text-anchor="end">${+loss.toFixed(2)}</text>`);
  }
  if (shown.steps) {
    const far = nicely(steps);
    for (let step = 0; step <= steps; step += far) {
      const anchor = step + far > steps && step > steps * 0.95 ? "end" : "middle";
      parts.push(`<text x="${scale.x(step)}" y="${height - 8}" text-anchor="${anchor}">${count(step)}</text>`);
    }
  }
  for (const loss of Object.values(lines)) parts.push(`<path class="counted" d="M${MARGIN.left} ${scale.y(loss)}H${right}"/>`);
  if (samples.length > 1) parts.push(`<path class="mark" d="M${scale.x(samples[chosen].step)} ${MARGIN.top}V${bottom}"/>`);
  if (curve.length > 1) parts.push(`<path class="trained" d="${path(curve)}"/>`);
  if (heldOut.length > 1) parts.push(`<path class="held" d="${path(heldOut)}"/>`);
  for (const [step, loss] of heldOut) parts.push(`<circle class="held" cx="${scale.x(step)}" cy="${scale.y(loss)}" r="4"/>`);
  parts.push('<path class="pointed" d=""/>');
  drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  drawing.innerHTML = parts.join("");
  nameLines(lines, bottom);
};

// A line's name stands on it. One that would cover the name above hangs below its line; at the foot all move up.
const nameLines = (lines, foot) => {
  const placed = [];
  for (const label of plot.querySelectorAll(".base")) {
    const loss = lines[label.dataset.line];
    label.hidden = loss === undefined;
    if (label.hidden) continue;
    label.querySelector("b").textContent = loss.toFixed(2);
    placed.push({ label, y: scale.y(loss), height: label.getBoundingClientRect().height });
  }
  placed.sort((one, other) => one.y - other.y);
  let taken = 0; // down to here
  for (const each of placed) {
    each.end = each.y - each.height >= taken ? each.y : Math.max(each.y, taken) + each.height;
    taken = each.end;
  }
  let free = foot; // up from here
  for (const each of placed.reverse()) {
    if (each.end > free) each.end = Math.min(each.y, free);
    free = each.end - each.height;
    each.label.style.top = `${each.end}px`;
  }
};

const nearest = (points, step) => points.reduce((best, point) => (!best || Math.abs(point[0] - step) < Math.abs(best[0] - step) ? point : best), null);
const point = (event) => {
  const box = plot.getBoundingClientRect();
  const step = ((event.clientX - box.left - MARGIN.left) / (box.width - MARGIN.left - MARGIN.right)) * scale.steps;
  const [trained, held] = [nearest(shown.curve, step), nearest(shown.held_out, step)];
  if (!trained && !held) return;
  const at = (trained ?? held)[0];
  drawing.querySelector(".pointed").setAttribute("d", `M${scale.x(at)} ${MARGIN.top}V${box.height - MARGIN.bottom}`);
  tip.hidden = false;
  tip.querySelector("b").textContent = count(at);
  tip.querySelector(".trained").textContent = trained ? trained[1].toFixed(2) : "–";
  tip.querySelector(".held").textContent = held ? held[1].toFixed(2) : "–";
  const middle = tip.offsetWidth / 2;
  tip.style.left = `${Math.max(middle, Math.min(box.width - middle, scale.x(at)))}px`;
};
plot.addEventListener("pointermove", (event) => { if (shown && scale) point(event); });
plot.addEventListener("pointerleave", () => {
  tip.hidden = true;
  drawing.querySelector(".pointed")?.setAttribute("d", "");
});
plot.addEventListener("click", (event) => {
  if (!shown || shown.samples.length < 2) return;
  const box = plot.getBoundingClientRect();
  const distances = shown.samples.map(({ step }) => Math.abs(scale.x(step) - (event.clientX - box.left)));
  compare(distances.indexOf(Math.min(...distances)));
});

const newest = (value) => JSON.stringify(value.curve.at(-1) ?? null); // the last step and its loss
let saved = "null"; // those of the model that was downloaded last
window.addEventListener("gpt:saved", () => {
  saved = newest(shown);
  glassbox.unsaved("training", false);
});

const draw = () => {
  const value = glassbox.unpacked(props.value);
  if (!value) return;
  glassbox.unsaved("training", value.curve.length > 0 && newest(value) !== saved);
  if (shown && value.samples.length < shown.samples.length) chosen = 0;
  shown = value;
  course.dataset.state = shown.state;
  find(".status").textContent = shown.status;
  find(".verdict").textContent = shown.verdict;
  find(".bar i").style.width = `${100 * shown.share}%`;
  drawPages();
  drawList();
  drawPlot();
};

slider.addEventListener("input", () => compare(Number(slider.value)));
new ResizeObserver(drawPlot).observe(plot);
watch("value", draw);
draw();
