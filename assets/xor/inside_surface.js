// The output as a landscape over the input plane, seen from a side that can be chosen. Heights: 0 class 0, 1 class 1.

const SURFACE = { stride: 2, tall: 0.95, flattest: 0.08, steepest: 1.45, light: [-0.45, -0.35, 0.82] };

// From the plane (u, v in [-1, 1], v upwards) and a height to the sheet: turned by `yaw`, tilted by `pitch`, a little
// perspective. The third number grows with the distance from the eye.
function surfaceLens(width, height, { yaw, pitch }) {
  const [cosine, sine, rise, sink] = [Math.cos(yaw), Math.sin(yaw), Math.sin(pitch), Math.cos(pitch)];
  const scale = Math.min((width - 30) / 3.1, height / 2.7);
  return (u, v, z) => {
    const x = u * cosine - v * sine;
    const y = u * sine + v * cosine;
    const w = (z - 0.5) * SURFACE.tall;
    const away = y * sink - w * rise;
    const near = scale / (1 + 0.13 * away);
    return [width / 2 + x * near, height / 2 + 6 - (y * rise + w * sink) * near, away];
  };
}

function drawSurface(canvas, scene, turn) {
  const { inks, lattice, hover, net } = scene;
  const { pen, width, height } = sheet(canvas);
  if (!width) return;
  const side = scene.latticeSide;
  const stride = SURFACE.stride;
  const lens = surfaceLens(width, height, turn);
  const [low, high] = scene.view;
  const flat = ([x, y]) => [(2 * (x - low)) / (high - low) - 1, (2 * (y - low)) / (high - low) - 1];
  const tall = lattice.sure.map((value) => (1 + value) / 2);
  const at = (p) => [(2 * (p % side)) / (side - 1) - 1, 1 - (2 * Math.floor(p / side)) / (side - 1)];
  const corners = Array.from(tall, (z, p) => lens(...at(p), z));
  const path = (places) => { pen.beginPath(); places.forEach(([x, y]) => pen.lineTo(x, y)); pen.closePath(); };
  const ground = [[-1, -1], [1, -1], [1, 1], [-1, 1]];
  const onBorder = ([a, b, along]) => {
    const [[u, v], [s, t]] = [at(a), at(b)];
    return lens(u + along * (s - u), v + along * (t - v), 0.5);
  };
  const join = (from, to, style, thick, dash = []) => stroke(pen, style, thick, dash, () => { pen.moveTo(from[0], from[1]); pen.lineTo(to[0], to[1]); });

  // The floor, its names and the scale at the edge that is furthest left.
  const floor = ground.map(([u, v]) => lens(u, v, 0));
  path(floor);
  pen.fillStyle = inks.paper;
  pen.fill();
  pen.strokeStyle = inks.line;
  pen.lineWidth = 1;
  pen.stroke();
  const post = ground.reduce((best, corner) => (lens(...corner, 0)[0] < lens(...best, 0)[0] ? corner : best));
  join(lens(...post, 0), lens(...post, 1), inks.muted, 1);
  [[0, "0"], [0.5, "½"], [1, "1"]].forEach(([z, words]) => {
    const [x, y] = lens(...post, z);
    drawRimmed(pen, words, x - 8, y + 5, inks, { size: 16, align: "right", style: inks.muted });
  });
  nameSides(pen, lens, inks);

  // From far to near, first all that lies below one half: seen from above, the plane at one half covers only that.
  const things = [];
  for (let row = 0; row + stride < side; row += stride) {
    for (let column = 0; column + stride < side; column += stride) {
      const a = row * side + column;
      const four = [a, a + stride, a + stride * side + stride, a + stride * side];
      const [u, v] = at(a);
      const away = lens(u + stride / (side - 1), v - stride / (side - 1), 0.5)[2];
      cutAtHalf(four, tall, lattice.score).forEach(({ outline, mean }) => {
        const shape = outline.map(([p, q, along]) => (along ? onBorder([p, q, along]) : corners[p]));
        things.push({ away, mean, four, shape });
      });
    }
  }
  const radius = markRadius(scene.points.length, Math.min(width, height));
  const heights = sureness(net, scores(net, scene.pointPlaces)).map((value) => (1 + value) / 2);
  scene.points.forEach((place, p) => {
    const [u, v] = flat(place);
    const target = scene.classes[p];
    things.push({ away: lens(u, v, 0.5)[2] - 0.3, mean: target, foot: lens(u, v, heights[p]), head: lens(u, v, target), target });
  });
  things.sort((one, other) => other.away - one.away);
  const slope = (side - 1) / 2 / stride;
  const drawThing = (thing) => {
    if (thing.four) drawPiece(pen, thing, tall, slope, inks, path);
    else if (radius > 4) {
      join(thing.foot, thing.head, inks.ink, 1.6, [3, 3]);
      drawMark(pen, thing.head[0], thing.head[1], thing.target, radius, inks);
    } else drawMark(pen, thing.head[0], thing.head[1], thing.target, radius, inks);
  };
  things.filter(({ mean }) => mean < 0.5).forEach(drawThing);
  path(ground.map(([u, v]) => lens(u, v, 0.5)));
  pen.globalAlpha = 0.42;
  pen.fillStyle = inks.card;
  pen.fill();
  pen.globalAlpha = 1;
  pen.strokeStyle = inks.muted;
  pen.lineWidth = 1;
  pen.stroke();
  const edge = () => latticeCrossings(lattice.score, side).forEach(([from, to]) => {
    const [p, q] = [onBorder(from), onBorder(to)];
    pen.moveTo(p[0], p[1]);
    pen.lineTo(q[0], q[1]);
  });
  stroke(pen, inks.ink, 3, [], edge);
  things.filter(({ mean }) => mean >= 0.5).forEach(drawThing);
  // What hills hide is still there: the border and the points shine through faintly.
  pen.globalAlpha = 0.35;
  stroke(pen, inks.ink, 2.5, [], edge);
  things.forEach((thing) => { if (!thing.four) drawMark(pen, thing.head[0], thing.head[1], thing.target, radius, inks); });
  pen.globalAlpha = 1;
  if (hover.place) {
    const [score] = sureness(net, scores(net, Float32Array.from(hover.place)));
    const [u, v] = flat(hover.place);
    join(lens(u, v, 0), lens(u, v, (1 + score) / 2), inks.ink, 1.5);
    const [x, y] = lens(u, v, (1 + score) / 2);
    drawProbe(pen, x, y, inks);
  }
}

// A quad of the surface cut along the border, so that each piece lies on one side of one half: its outline, as corners
// [p] and places between corners [p, q, along], and its mean height.
function cutAtHalf(four, tall, score) {
  return [false, true].map((above) => {
    const outline = [];
    let sum = 0;
    four.forEach((p, k) => {
      const q = four[(k + 1) % 4];
      if (score[p] > 0 === above) {
        outline.push([p, p, 0]);
        sum += tall[p];
      }
      if (score[p] > 0 !== score[q] > 0) {
        outline.push([p, q, Math.min(0.999, Math.max(0.001, score[p] / (score[p] - score[q])))]);
        sum += 0.5;
      }
    });
    return { outline, mean: above ? Math.max(0.5, sum / outline.length) : Math.min(0.4999, sum / outline.length) };
  }).filter(({ outline }) => outline.length > 2);
}

// A piece of the surface: the class's colour, stronger where the net is surer, lit from the upper left.
function drawPiece(pen, { four, shape, mean }, tall, slope, inks, path) {
  const [a, b, c, d] = four.map((p) => tall[p]);
  const [gu, gv] = [((b + c - a - d) / 2) * slope * SURFACE.tall, ((a + b - c - d) / 2) * slope * SURFACE.tall];
  const [lu, lv, lz] = SURFACE.light;
  const lit = (lz - lu * gu - lv * gv) / Math.sqrt(1 + gu * gu + gv * gv);
  const sure = 2 * mean - 1;
  const tint = mixed(inks.rgb.card, sure < 0 ? inks.rgb.zero : inks.rgb.one, 0.42 + 0.38 * Math.abs(sure));
  const rgb = lit < 0.75 ? mixed(tint, [0, 0, 0], Math.min(0.4, (0.75 - lit) * 0.38)) : mixed(tint, [255, 255, 255], Math.min(0.2, (lit - 0.75) * 0.6));
  path(shape);
  pen.fillStyle = asRgb(rgb);
  pen.fill();
  pen.strokeStyle = asRgb(mixed(rgb, inks.rgb.ink, 0.24));
  pen.lineWidth = 0.7;
  pen.stroke();
}

// x₁ and x₂ at the two sides of the floor that are nearest.
function nameSides(pen, lens, inks) {
  const away = (u, v) => lens(u, v, 0)[2];
  const v = away(0, -1) < away(0, 1) ? -1.16 : 1.16;
  const u = away(-1, 0) < away(1, 0) ? -1.16 : 1.16;
  const [x1, y1] = lens(0, v, 0);
  const [x2, y2] = lens(u, 0, 0);
  drawRimmed(pen, "x₁", x1, y1 + 8, inks, { size: 17, align: "center", style: inks.muted });
  drawRimmed(pen, "x₂", x2, y2 + 8, inks, { size: 17, align: "center", style: inks.muted });
}

// Turned by drag, by touch (sideways; up and down scrolls the page) and by the arrow keys.
function makeTurnable(canvas, turn, redraw) {
  let from = null;
  const rotate = (yaw, pitch) => {
    turn.yaw += yaw;
    turn.pitch = Math.max(SURFACE.flattest, Math.min(SURFACE.steepest, turn.pitch + pitch));
    redraw();
  };
  canvas.addEventListener("pointerdown", (event) => {
    from = [event.clientX, event.clientY];
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
    rotate((event.clientX - from[0]) * 0.01, event.pointerType === "touch" ? 0 : (event.clientY - from[1]) * 0.008);
    from = [event.clientX, event.clientY];
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { from = null; });
  const keys = { ArrowLeft: [-0.12, 0], ArrowRight: [0.12, 0], ArrowUp: [0, -0.08], ArrowDown: [0, 0.08] };
  canvas.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    rotate(...keys[event.key]);
  });
}
