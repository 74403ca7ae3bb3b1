// The lottery's chart and gallery (see demos/xor/lottery/look.py); net.js and ink.js stand before this file.
const SIDE = 48; // cells of a decision map along a side
const find = (selector) => element.querySelector(selector);
const KINDS = 4; // of solutions shown of each row while none is chosen
let latest = null;
let chosen = null; // the row whose solutions are shown, all if null
let shown = ""; // what the gallery was built from

const keyOf = (row) => `${row.activation} ${row.hidden}`;

function make(parent, tag, name, words = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = words;
  parent.append(made);
  return made;
}

// The rows, built anew only when a draw of another shape begins; the numbers in them move.
function buildRows(table) {
  const layout = latest.rows.map(keyOf).join();
  if (table.dataset.layout === layout) return;
  table.dataset.layout = layout;
  table.replaceChildren();
  let group = null;
  latest.rows.forEach((row) => {
    if (row.activation !== group) make(table, "h4", "lottery-group", row.group);
    group = row.activation;
    const line = make(table, "button", "lottery-row");
    line.type = "button";
    line.dataset.row = keyOf(row);
    make(line, "span", "lottery-name", row.name);
    const track = make(line, "span", "lottery-track");
    for (const part of ["whisker", "dot"]) make(track, "i", part);
    make(line, "span", "lottery-percent");
    const when = make(line, "span", "lottery-when");
    make(when, "canvas", "lottery-bins");
    make(line, "span", "lottery-median");
    line.addEventListener("click", () => {
      chosen = chosen === keyOf(row) ? null : keyOf(row);
      draw();
    });
  });
}

function fillRow(line, row) {
  const part = (name) => line.querySelector(`.${name}`);
  part("whisker").style.left = `${100 * row.low}%`;
  part("whisker").style.right = `${100 * (1 - row.high)}%`;
  part("dot").style.left = `${100 * row.share}%`;
  write(part("lottery-percent"), row.percent);
  write(part("lottery-median"), row.quartiles ? Math.round(row.quartiles[1]).toLocaleString() : latest.words.never);
  line.setAttribute("aria-label", row.told);
  line.setAttribute("aria-pressed", chosen === keyOf(row));
  line.title = row.told;
  drawBins(part("lottery-bins"), row);
}

// When the nets solved it: bars on a logarithmic axis, the middle half underlined, the median marked.
function drawBins(canvas, row) {
  const { pen, width, height } = sheet(canvas);
  if (!width) return;
  const base = height - 5;
  const most = Math.max(...row.bins, 1);
  const wide = width / row.bins.length;
  const across = (step) => (Math.log1p(step) / Math.log1p(latest.steps)) * width;
  stroke(pen, colour("--line"), 1, [], (pen) => { pen.moveTo(0, base); pen.lineTo(width, base); });
  pen.fillStyle = colour("--muted");
  row.bins.forEach((count, at) => {
    const tall = count ? Math.max(1.5, (count / most) * (base - 2)) : 0;
    pen.fillRect(at * wide + 0.5, base - tall, wide - 1, tall);
  });
  if (!row.quartiles) return;
  const [low, middle, high] = row.quartiles.map(across);
  stroke(pen, colour("--ink"), 3, [], (pen) => { pen.moveTo(low, height - 2); pen.lineTo(high, height - 2); });
  stroke(pen, colour("--ink"), 2, [], (pen) => { pen.moveTo(middle, 0); pen.lineTo(middle, height - 2); });
}

function drawMap(canvas, kind) {
  const { pen, width, height } = sheet(canvas);
  if (!width) return;
  const net = makeNet(kind.spec, unpackNumbers(kind.weights));
  const score = scores(net, gridPlaces(latest.view, SIDE));
  pen.imageSmoothingQuality = "high";
  pen.drawImage(region(sureness(net, score), SIDE), 0, 0, width, height);
  stroke(pen, colour("--ink"), 2, [], (pen) => border(pen, score, SIDE, width, height));
  const [low, high] = latest.view;
  const radius = latest.points.length <= 16 ? 6 : 2.2;
  latest.points.forEach(([x, y], index) => {
    const [left, top] = [((x - low) / (high - low)) * width, ((high - y) / (high - low)) * height];
    const one = latest.classes[index];
    for (const [grown, ink] of [[radius + 1.5, "--card"], [radius, `--class-${one}`]]) {
      pen.fillStyle = colour(ink);
      pen.beginPath();
      if (one) pen.roundRect(left - 0.9 * grown, top - 0.9 * grown, 1.8 * grown, 1.8 * grown, grown / 4);
      else pen.arc(left, top, grown, 0, 7);
      pen.fill();
    }
  });
}

// Of the chosen row all kinds, of every row the most frequent ones.
function shownKinds() {
  return latest.rows
    .filter((row) => !chosen || keyOf(row) === chosen)
    .flatMap((row) => row.kinds.slice(0, chosen ? undefined : KINDS).map((kind) => ({ row, kind })));
}

// One card for each kind of solution: its map, how many found it, solved or stuck.
function buildGallery(place) {
  const cards = shownKinds();
  const wanted = `${latest.turn} ${latest.over} ${chosen}`;
  if (shown === wanted) return;
  shown = wanted;
  place.replaceChildren();
  cards.forEach(({ row, kind }) => {
    const card = make(place, "button", "lottery-card");
    card.type = "button";
    card.title = latest.words.open.replace("{seed}", kind.seed);
    card.dataset.seed = kind.seed;
    card.dataset.net = keyOf(row);
    make(card, "canvas", "lottery-map");
    const head = make(card, "span", "lottery-card-head");
    make(head, "b", "", kind.verdict).dataset.tone = kind.solved ? "good" : "bad";
    make(head, "span", "", kind.found);
    make(card, "span", "lottery-card-net", kind.net);
    make(card, "span", "lottery-card-open", card.title);
    card.setAttribute("aria-label", `${kind.net}: ${kind.verdict}, ${kind.found}. ${card.title}`);
    card.addEventListener("click", () => {
      trigger("select", { hidden: row.hidden, activation: row.activation, seed: kind.seed });
      document.querySelector("#xor-picture")?.scrollIntoView({ behavior: "smooth" });
    });
  });
}

function drawMaps() {
  if (!latest) return;
  const cards = shownKinds();
  [...element.querySelectorAll(".lottery-map")].forEach((canvas, at) => cards[at] && drawMap(canvas, cards[at].kind));
}

function draw() {
  if (!latest) return;
  element.dataset.running = latest.running;
  element.dataset.over = latest.over;
  element.dataset.step = latest.step;
  write(find(".lottery-status"), latest.status);
  write(find(".lottery-setting"), latest.setting);
  find(".lottery-progress i").style.width = `${100 * latest.share}%`;
  write(find(".lottery-head-share"), latest.words.share);
  write(find(".lottery-head-steps"), latest.words.steps_axis);
  write(find(".lottery-head-median"), latest.words.median);
  const table = find(".lottery-rows");
  buildRows(table);
  latest.rows.forEach((row) => fillRow(table.querySelector(`[data-row="${keyOf(row)}"]`), row));
  write(find(".lottery-gallery-title"), latest.words.gallery);
  write(find(".lottery-gallery-hint"), latest.over ? latest.words.gallery_hint : latest.words.waiting);
  const all = find(".lottery-all");
  write(all, latest.words.all_rows);
  all.hidden = !chosen;
  buildGallery(find(".lottery-gallery"));
  drawMaps();
}

let asked = false;
function redraw() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => { asked = false; draw(); });
}

function take() {
  const picture = glassbox.unpacked(props.value);
  if (!picture) return;
  if (latest && picture.turn < latest.turn) return;
  if (latest && picture.turn > latest.turn) chosen = null;
  latest = picture;
  find(".lottery").dataset.drawn = true;
  redraw();
}

find(".lottery-all").addEventListener("click", () => { chosen = null; draw(); });
// The first draw begins when the chart is seen for the first time.
const sight = new IntersectionObserver((entries) => {
  if (!entries.some((entry) => entry.isIntersecting)) return;
  sight.disconnect();
  if (!props.value) trigger("expand");
}, { threshold: 0.3 });
sight.observe(element);

watch("value", take);
new ResizeObserver(redraw).observe(element);
new MutationObserver(redraw).observe(document.body, { attributes: true, attributeFilter: ["class"] });
take();
