// Draws the pictures that the server sends (see demos/xor/look.py). Each is complete: a missed one is not missed.
const learners = [...element.querySelectorAll(".xor-learner")];
let latest = null;

const colour = (name) => getComputedStyle(element).getPropertyValue(name).trim();
const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

// A canvas in CSS pixels, sharp on every screen.
function sheet(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.lineCap = pen.lineJoin = "round";
  return { pen, width, height };
}

function stroke(pen, style, width, dash, path) {
  pen.save();
  pen.strokeStyle = style;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.beginPath();
  path(pen);
  pen.stroke();
  pen.restore();
}

// The bytes of a map, finest around one half, back to how sure each cell is: -1 (class 0) to 1 (class 1).
function unpack(letters) {
  return Float32Array.from(atob(letters), (letter) => {
    const root = letter.charCodeAt(0) / 127.5 - 1;
    return root * Math.abs(root);
  });
}

// The map: the class's colour, the stronger the surer, on the colour of the card.
function region(cells, size, inks) {
  const small = document.createElement("canvas");
  small.width = small.height = size;
  const pen = small.getContext("2d");
  const image = pen.createImageData(size, size);
  for (let at = 0; at < cells.length; at += 1) {
    const ink = cells[at] < 0 ? inks.zero : inks.one;
    const part = 0.05 + 0.37 * Math.abs(cells[at]);
    for (let k = 0; k < 3; k += 1) image.data[4 * at + k] = inks.card[k] + part * (ink[k] - inks.card[k]);
    image.data[4 * at + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
  return small;
}

// Where the probability crosses one half, between the centres of the cells (marching squares).
function border(pen, cells, size, width, height) {
  const place = (column, row) => [((column + 0.5) / size) * width, ((row + 0.5) / size) * height];
  for (let row = 0; row < size - 1; row += 1) {
    for (let column = 0; column < size - 1; column += 1) {
      const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]];
      const crossings = [];
      for (let k = 0; k < 4; k += 1) {
        const [a, b] = [corners[k], corners[(k + 1) % 4]];
        const [p, q] = [cells[a[1] * size + a[0]], cells[b[1] * size + b[0]]];
        if (p > 0 === q > 0) continue;
        const along = p / (p - q);
        crossings.push(place(a[0] + along * (b[0] - a[0]), a[1] + along * (b[1] - a[1])));
      }
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        pen.moveTo(...crossings[k]);
        pen.lineTo(...crossings[k + 1]);
      }
    }
  }
}

function drawPlane(canvas, learner, picture) {
  const { pen, width, height } = sheet(canvas);
  if (!width) return;
  const [low, high] = picture.view;
  const across = (x) => ((x - low) / (high - low)) * width;
  const down = (y) => ((high - y) / (high - low)) * height;
  const [ink, card, bad, muted] = ["--ink", "--card", "--bad", "--muted"].map(colour);
  const classes = [colour("--class-0"), colour("--class-1")];

  const cells = unpack(learner.region);
  const size = Math.round(Math.sqrt(cells.length));
  const inks = { card: channels(card), zero: channels(classes[0]), one: channels(classes[1]) };
  if (learner.line) halves(pen, learner.line, inks);
  else {
    pen.imageSmoothingQuality = "high";
    pen.drawImage(region(cells, size, inks), 0, 0, width, height);
  }

  // The two halves of the perceptron, cut exactly along its line.
  function halves(pen, [w1, w2, b], inks) {
    const tint = (rgb) => `rgb(${rgb.map((value, k) => inks.card[k] + 0.42 * (value - inks.card[k])).join(",")})`;
    const corners = [[low, low], [high, low], [high, high], [low, high]];
    [inks.zero, inks.one].forEach((rgb, kind) => {
      const score = ([x, y]) => (kind ? 1 : -1) * (w1 * x + w2 * y + b);
      const shape = [];
      corners.forEach((from, k) => {
        const to = corners[(k + 1) % 4];
        const [p, q] = [score(from), score(to)];
        if (p >= 0) shape.push(from);
        if (p >= 0 !== q >= 0) {
          const along = p / (p - q);
          shape.push([from[0] + along * (to[0] - from[0]), from[1] + along * (to[1] - from[1])]);
        }
      });
      pen.fillStyle = tint(rgb);
      pen.beginPath();
      shape.forEach(([x, y]) => pen.lineTo(across(x), down(y)));
      pen.fill();
    });
  }

  // w₁x + w₂y + b = 0, from edge to edge.
  const line = ([w1, w2, b]) => (pen) => {
    const length = Math.hypot(w1, w2);
    if (length < 1e-9) return;
    const centre = (low + high) / 2;
    const gap = (w1 * centre + w2 * centre + b) / length;
    const foot = [centre - (gap * w1) / length, centre - (gap * w2) / length];
    const reach = 2 * (high - low);
    pen.moveTo(across(foot[0] - (reach * w2) / length), down(foot[1] + (reach * w1) / length));
    pen.lineTo(across(foot[0] + (reach * w2) / length), down(foot[1] - (reach * w1) / length));
  };

  pen.font = `16px ${colour("--font-mono") || "monospace"}`;
  pen.fillStyle = muted;
  for (let tick = Math.ceil(low); tick <= high; tick += 1) {
    pen.textAlign = "center";
    pen.fillText(String(tick).replace("-", "−"), across(tick), height - 8);
    pen.textAlign = "left";
    if (tick > low + 0.1 * (high - low)) pen.fillText(String(tick).replace("-", "−"), 7, down(tick) + 5);
  }

  pen.globalAlpha = learner.lines.length > 4 ? 0.55 : 0.9;
  learner.lines.forEach((weights) => stroke(pen, ink, 1.5, [5, 6], line(weights)));
  pen.globalAlpha = 1;
  if (learner.line) stroke(pen, ink, 3.5, [], line(learner.line));
  else stroke(pen, ink, 2.5, [], (pen) => border(pen, cells, size, width, height));

  const few = picture.points.length <= 16;
  const usual = few ? Math.max(11, width / 26) : Math.max(4, width / 75);
  const wrong = new Set(learner.wrong);
  const order = picture.points.map((_, index) => index).sort((a, b) => wrong.has(a) - wrong.has(b));
  const mark = (index, grown = 1) => {
    const radius = usual * grown;
    const [x, y] = [across(picture.points[index][0]), down(picture.points[index][1])];
    const kind = picture.classes[index];
    const trace = (r) => {
      pen.beginPath();
      if (kind) pen.roundRect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r, r / 4);
      else pen.arc(x, y, r, 0, 7);
    };
    trace(radius + (few ? 3 : 1.5));
    pen.fillStyle = card;
    pen.fill();
    trace(radius);
    pen.fillStyle = classes[kind];
    pen.fill();
    if (wrong.has(index)) {
      trace(radius + (few ? 6 : 2.5));
      pen.strokeStyle = bad;
      pen.lineWidth = few ? 3.5 : 2;
      pen.stroke();
    }
  };
  order.forEach((index) => mark(index));

  // The points that no line separates, joined within their class: the joins meet.
  if (learner.witness) {
    [0, 1].forEach((kind) => {
      const joined = learner.witness.filter((index) => picture.classes[index] === kind).map((index) => picture.points[index]);
      const join = (pen) => {
        joined.forEach(([x, y]) => pen.lineTo(across(x), down(y)));
        if (joined.length > 2) pen.closePath();
      };
      stroke(pen, card, 7, [], join);
      stroke(pen, bad, 3.5, [], join);
    });
    learner.witness.forEach((index) => mark(index, few ? 1 : 1.5));
  }
}

function drawCurve(canvas, curve) {
  const { pen, width, height } = sheet(canvas);
  if (!width) return;
  const last = Math.max(curve.step[curve.step.length - 1], 1);
  const most = Math.max(...curve.loss.filter((value) => value !== null), 1e-9);
  const trace = (values, top) => (pen) => {
    values.forEach((value, at) => {
      if (value !== null) pen.lineTo(2 + (curve.step[at] / last) * (width - 4), 6 + (1 - value / top) * (height - 10));
    });
  };
  stroke(pen, colour("--line"), 1, [], (pen) => { pen.moveTo(0, 6); pen.lineTo(width, 6); });
  stroke(pen, colour("--accent"), 2, [6, 5], trace(curve.loss, most));
  stroke(pen, colour("--ink"), 2.5, [], trace(curve.accuracy, 1));
}

function write(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

function draw() {
  if (!latest) return;
  latest.learners.forEach((learner, at) => {
    const section = learners[at];
    const find = (selector) => section.querySelector(selector);
    write(find("h3"), learner.name);
    write(find(".xor-detail"), learner.detail);
    const verdict = find(".xor-verdict");
    write(verdict, learner.verdict);
    verdict.dataset.tone = learner.tone;
    write(find(".xor-reason"), learner.reason);
    const [steps, accuracy, loss] = find(".xor-numbers").children;
    write(steps, learner.step_text);
    write(accuracy, learner.accuracy_text);
    write(loss, learner.loss_text);
    find(".xor-plane").setAttribute("aria-label", `${learner.name}: ${learner.verdict}`);
    drawPlane(find(".xor-plane"), learner, latest);
    drawCurve(find(".xor-curve"), learner.curve);
  });
  element.dataset.running = latest.running;
  element.dataset.pictures = Number(element.dataset.pictures || 0) + 1;
}

// At most one drawing per frame of the screen.
let asked = false;
function redraw() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => { asked = false; draw(); });
}

function take() {
  if (!props.value) return;
  const picture = JSON.parse(props.value);
  if (latest && picture.turn < latest.turn) return;
  latest = picture;
  redraw();
}

watch("value", take);
new ResizeObserver(redraw).observe(element);
new MutationObserver(redraw).observe(document.body, { attributes: true, attributeFilter: ["class"] });
take();
