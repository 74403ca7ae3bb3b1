// What the views of "Look inside" draw with: the page's colours, tinted maps, lines, the points' marks.

// The page's colours by name; read again when the page turns from day to night.
function insideInks() {
  const names = { ink: "--ink", card: "--card", paper: "--paper", line: "--line", muted: "--muted",
    accent: "--accent", minus: "--bad", zero: "--class-0", one: "--class-1" };
  const inks = Object.fromEntries(Object.entries(names).map(([key, name]) => [key, colour(name)]));
  inks.rgb = Object.fromEntries(["ink", "card", "zero", "one"].map((key) => [key, channels(inks[key])]));
  inks.font = (size, weight = 400) => `${weight} ${size}px ${inks.family}`;
  inks.family = getComputedStyle(element).fontFamily || "sans-serif";
  return inks;
}

const mixed = (from, to, part) => from.map((value, k) => Math.round(value + part * (to[k] - value)));
const asRgb = (rgb) => `rgb(${rgb[0]},${rgb[1]},${rgb[2]})`;

// Values from -1 to 1 as a small picture: the colour of `low` or `high`, the stronger the further from zero.
function tintedMap(canvas, values, side, inks, low = inks.rgb.zero, high = inks.rgb.one) {
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(side, side);
  const card = inks.rgb.card;
  for (let at = 0; at < values.length; at += 1) {
    const rgb = values[at] < 0 ? low : high;
    const part = 0.06 + 0.5 * Math.min(1, Math.abs(values[at]));
    for (let k = 0; k < 3; k += 1) image.data[4 * at + k] = card[k] + part * (rgb[k] - card[k]);
    image.data[4 * at + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
  return canvas;
}

// The square view of the input plane, on a square of the sheet: where a place lies, and which place lies there.
function planeFrame([low, high], left, top, size) {
  const scale = size / (high - low);
  return {
    left, top, size, low, high,
    across: (x) => left + (x - low) * scale,
    down: (y) => top + (high - y) * scale,
    placeAt: (x, y) => [low + (x - left) / scale, high - (y - top) / scale],
    holds: (x, y) => x >= left && x <= left + size && y >= top && y <= top + size,
  };
}

// w₁x₁ + w₂x₂ + b = 0 from edge to edge of a frame: two ends, or null where it does not pass.
function lineEnds([w1, w2, b], { low, high }) {
  const ends = [];
  const add = (x, y) => {
    if (x < low - 1e-6 || x > high + 1e-6 || y < low - 1e-6 || y > high + 1e-6) return;
    if (!ends.some(([p, q]) => Math.hypot(p - x, q - y) < 1e-6)) ends.push([x, y]);
  };
  if (Math.abs(w2) > 1e-9) for (const x of [low, high]) add(x, -(w1 * x + b) / w2);
  if (Math.abs(w1) > 1e-9) for (const y of [low, high]) add(-(w2 * y + b) / w1, y);
  return ends.length > 1 ? ends.slice(0, 2) : null;
}

// A map with its border: the map stretched over the frame, then the line, straight where it is one.
function drawUnitMap(pen, frame, picture, { line = null, cells = null, side = 0, style, width = 2 }) {
  const { left, top, size } = frame;
  pen.imageSmoothingEnabled = true;
  pen.drawImage(picture, left, top, size, size);
  const ends = line && lineEnds(line, frame);
  pen.save();
  pen.beginPath();
  pen.rect(left, top, size, size);
  pen.clip();
  if (ends) {
    stroke(pen, style, width, [], () => ends.forEach(([x, y]) => pen.lineTo(frame.across(x), frame.down(y))));
  } else if (!line && cells) {
    pen.translate(left, top);
    stroke(pen, style, width, [], () => border(pen, cells, side, size, size));
  }
  pen.restore();
}

// A point's mark: a disc for class 0, a square for class 1; hollow for a point shown with the wrong label.
function drawMark(pen, x, y, kind, radius, inks, hollow = false) {
  const trace = (r) => {
    pen.beginPath();
    if (kind) pen.roundRect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r, r / 4);
    else pen.arc(x, y, r, 0, 7);
  };
  trace(radius + (radius > 6 ? 2.5 : 1.2));
  pen.fillStyle = inks.card;
  pen.fill();
  trace(radius);
  pen.fillStyle = pen.strokeStyle = kind ? inks.one : inks.zero;
  if (!hollow) pen.fill();
  pen.lineWidth = 2;
  if (hollow) pen.stroke();
}

const markRadius = (count, width) => (count <= 16 ? Math.max(8, width / 48) : Math.max(3, width / 130));

// The place under the pointer, the same ring in every view.
function drawProbe(pen, x, y, inks) {
  for (const [style, width] of [[inks.card, 6], [inks.ink, 2.5]]) {
    stroke(pen, style, width, [], () => pen.arc(x, y, 9, 0, 7));
  }
}

// Words on a card of their own, so that they can be read over anything.
function drawTag(pen, words, x, y, inks, size = 16) {
  pen.font = inks.font(size, 600);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const wide = pen.measureText(words).width + 14;
  pen.fillStyle = inks.card;
  pen.strokeStyle = inks.ink;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.roundRect(x - wide / 2, y - 14, wide, 28, 4);
  pen.fill();
  pen.stroke();
  pen.fillStyle = inks.ink;
  pen.fillText(words, x, y + 1);
  pen.textBaseline = "alphabetic";
}

// Words with a rim in the card's colour.
function drawRimmed(pen, words, x, y, inks, { size = 15, weight = 500, align = "left", style = inks.ink } = {}) {
  pen.font = inks.font(size, weight);
  pen.textAlign = align;
  pen.lineWidth = 4;
  pen.strokeStyle = inks.card;
  pen.strokeText(words, x, y);
  pen.fillStyle = style;
  pen.fillText(words, x, y);
}
