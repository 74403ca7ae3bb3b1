// The plane: where the net says class 0 and class 1, its border, its hidden units' lines, and the points.

const NO_POINTS = { places: [], classes: [], tests: [], testClasses: [] };

// From plane to picture: a square view on a picture of width × height.
function frameOf([low, high], width, height) {
  return {
    across: (x) => ((x - low) / (high - low)) * width,
    down: (y) => ((high - y) / (high - low)) * height,
    x: (across) => low + (across / width) * (high - low),
    y: (down) => high - (down / height) * (high - low),
  };
}

function flatPlaces(places) {
  const flat = new Float32Array(2 * places.length);
  places.forEach(([x, y], index) => flat.set([x, y], 2 * index));
  return flat;
}

// Which points are on the wrong side.
function wrongPoints(net, places, classes) {
  const found = scores(net, flatPlaces(places));
  return new Set([...classes.keys()].filter((index) => found[index] > 0 !== (classes[index] === 1)));
}

// Draws on any pen, width × height. `picture`: { net, view, points: {places, classes, tests, testClasses}, lines,
// witness, size }; `lines` are [w₁, w₂, b] to be dashed, `witness` the indices of points that no line separates.
function drawPlane(pen, width, height, picture) {
  const { net, view, points } = picture;
  const to = frameOf(view, width, height);
  pen.save();
  if (net && net.kind === "perceptron") halves(pen, to, view, lineOf(net));
  else if (net) drawMap(pen, width, height, net, view, picture.size || 64);
  ticks(pen, to, view, width, height);
  if (net && net.kind === "perceptron") {
    dashed(pen, to, view, picture.lines || []);
    stroke(pen, colour("--ink"), 3.5, [], tracedLine(to, view, lineOf(net)));
  } else if (net && net.kind === "mlp" && net.activation !== "sine") dashed(pen, to, view, unitLines(net));
  drawPoints(pen, width, to, net, points, picture.witness);
  pen.restore();
}

const lineOf = (net) => [...net.layers[0].weight, net.layers[0].bias[0]];

// [w₁, w₂, b] of each unit of the first hidden layer.
function unitLines(net) {
  const { outputs, weight, bias } = net.layers[0];
  return Array.from({ length: outputs }, (_, k) => [weight[k], weight[outputs + k], bias[k]]);
}

function drawMap(pen, width, height, net, view, size) {
  const found = scores(net, gridPlaces(view, size));
  pen.imageSmoothingQuality = "high";
  pen.drawImage(region(sureness(net, found), size), 0, 0, width, height);
  stroke(pen, colour("--ink"), 2.5, [], (path) => border(path, found, size, width, height));
}

function dashed(pen, to, view, lines) {
  pen.globalAlpha = lines.length > 4 ? 0.55 : 0.9;
  lines.forEach((weights) => stroke(pen, colour("--ink"), 1.5, [5, 6], tracedLine(to, view, weights)));
  pen.globalAlpha = 1;
}

// w₁x + w₂y + b = 0, from edge to edge.
function tracedLine(to, [low, high], [w1, w2, b]) {
  return (pen) => {
    const length = Math.hypot(w1, w2);
    if (!(length > 1e-9)) return;
    const centre = (low + high) / 2;
    const gap = (w1 * centre + w2 * centre + b) / length;
    const reach = 2 * (high - low);
    if (Math.abs(gap) > reach) return;
    const foot = [centre - (gap * w1) / length, centre - (gap * w2) / length];
    pen.moveTo(to.across(foot[0] - (reach * w2) / length), to.down(foot[1] + (reach * w1) / length));
    pen.lineTo(to.across(foot[0] + (reach * w2) / length), to.down(foot[1] - (reach * w1) / length));
  };
}

// The two halves of the perceptron, cut exactly along its line.
function halves(pen, to, [low, high], [w1, w2, b]) {
  const card = channels(colour("--card"));
  const corners = [[low, low], [high, low], [high, high], [low, high]];
  ["--class-0", "--class-1"].forEach((name, kind) => {
    const ink = channels(colour(name));
    const score = ([x, y]) => (kind ? 1 : -1) * (w1 * x + w2 * y + b);
    pen.fillStyle = `rgb(${ink.map((value, k) => card[k] + 0.42 * (value - card[k])).join(",")})`;
    pen.beginPath();
    corners.forEach((from, k) => {
      const next = corners[(k + 1) % 4];
      const [p, q] = [score(from), score(next)];
      if (p >= 0) pen.lineTo(to.across(from[0]), to.down(from[1]));
      if (p >= 0 !== q >= 0) {
        const along = p / (p - q);
        pen.lineTo(to.across(from[0] + along * (next[0] - from[0])), to.down(from[1] + along * (next[1] - from[1])));
      }
    });
    pen.fill();
  });
}

function ticks(pen, to, [low, high], width, height) {
  const gap = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((step) => (high - low) / step <= 6) || 1000;
  pen.font = `16px ${colour("--font-mono") || "monospace"}`;
  pen.fillStyle = colour("--muted");
  for (let tick = Math.ceil(low / gap) * gap; tick <= high; tick += gap) {
    const words = String(tick).replace("-", "−");
    pen.textAlign = "center";
    pen.fillText(words, to.across(tick), height - 8);
    pen.textAlign = "left";
    if (tick > low + 0.1 * (high - low)) pen.fillText(words, 7, to.down(tick) + 5);
  }
}

const pointRadius = (total, width) => (total <= 24 ? Math.max(10, width / 28) : Math.max(4, width / 75));

function drawPoints(pen, width, to, net, points, witness) {
  const { places, classes, tests = [], testClasses = [] } = points;
  const few = places.length + tests.length <= 24;
  const usual = pointRadius(places.length + tests.length, width);
  const inks = [colour("--class-0"), colour("--class-1")];
  const wrong = net ? wrongPoints(net, places, classes) : new Set();
  const trace = (x, y, kind, r) => {
    pen.beginPath();
    if (kind) pen.roundRect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r, r / 4);
    else pen.arc(x, y, r, 0, 7);
  };
  const fillIn = (style) => { pen.fillStyle = style; pen.fill(); };
  tests.forEach(([x, y], index) => {  // held out: rings
    trace(to.across(x), to.down(y), testClasses[index], usual);
    fillIn(colour("--card"));
    pen.strokeStyle = inks[testClasses[index]];
    pen.lineWidth = few ? 4 : 2;
    pen.stroke();
  });
  const mark = (index, grown = 1) => {
    const [x, y, kind, radius] = [to.across(places[index][0]), to.down(places[index][1]), classes[index], usual * grown];
    trace(x, y, kind, radius + (few ? 3 : 1.5));
    fillIn(colour("--card"));
    trace(x, y, kind, radius);
    fillIn(inks[kind]);
    if (!wrong.has(index)) return;
    trace(x, y, kind, radius + (few ? 6 : 2.5));
    pen.strokeStyle = colour("--bad");
    pen.lineWidth = few ? 3.5 : 2;
    pen.stroke();
  };
  [...places.keys()].sort((a, b) => wrong.has(a) - wrong.has(b)).forEach((index) => mark(index));
  if (!witness) return;
  [0, 1].forEach((kind) => {  // joined within their class: the joins meet
    const joined = witness.filter((index) => classes[index] === kind).map((index) => places[index]);
    const join = (path) => {
      joined.forEach(([x, y]) => path.lineTo(to.across(x), to.down(y)));
      if (joined.length > 2) path.closePath();
    };
    stroke(pen, colour("--card"), 7, [], join);
    stroke(pen, colour("--bad"), 3.5, [], join);
  });
  witness.forEach((index) => mark(index, few ? 1 : 1.5));
}
