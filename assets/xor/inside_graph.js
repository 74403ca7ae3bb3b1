// The net as a graph whose nodes are the units' own maps of the plane and whose edges are its weights.

const GRAPH = { least: 440, row: 34, input: 60, largest: 132, bend: 0.5, samples: 14 };

// Where each node stands: columns of { kind, layer, unit, x, y, size } (x, y its left top corner), from left to right.
function graphColumns(net, width, height) {
  const local = net.kind === "forward-forward";
  const counts = [net.widths[0], ...hiddenLayers(net).map((layer) => layer.outputs), 1];
  const room = height - 20;
  const fit = counts.map((count, column) => {
    const spare = count > 8 ? 6 : count > 4 ? 10 : 20;
    return Math.max(18, Math.min(column ? GRAPH.largest : GRAPH.input, room / count - spare));
  });
  const widest = Math.max(...fit.slice(1, -1), 0);
  if (widest) fit[fit.length - 1] = Math.max(GRAPH.input * 1.6, Math.min(GRAPH.largest, widest * 1.35));
  // Edges want room too: at least two fifths of the width.
  const shrink = Math.min(1, ((0.66 - 0.03 * counts.length) * width) / fit.reduce((sum, size) => sum + size, 0));
  const sizes = fit.map((size) => Math.max(16, Math.floor(size * shrink)));
  const gap = (width - 16 - sizes.reduce((sum, size) => sum + size, 0)) / (counts.length - 1);
  let left = 8;
  return counts.map((count, column) => {
    const size = sizes[column];
    const step = Math.min(room / count, size * 1.55 + 14);
    const top = height / 2 - (step * count) / 2;
    const kind = column === 0 ? "input" : column === counts.length - 1 ? "output" : "unit";
    const nodes = Array.from({ length: count }, (_, unit) => ({
      kind: local && column === 0 && unit > 1 ? "label" : kind,
      layer: column - 1,
      unit,
      x: left,
      y: top + (unit + 0.5) * step - size / 2,
      size,
    }));
    left += size + gap;
    return nodes;
  });
}

// The weights as curves between nodes; a bias as a dot at its node's lower left corner.
function graphEdges(net, columns) {
  const crowd = Math.max(...columns.map((nodes) => nodes.length));
  const thick = crowd > 8 ? 0.42 : crowd > 4 ? 0.7 : 1;
  return netWeights(net).map((weight) => {
    const to = columns[weight.layer + 1][weight.to];
    const value = net.numbers[weight.at];
    const size = Math.tanh(Math.abs(value) / 6);
    if (weight.from < 0) {
      const spot = [to.x - 1, to.y + to.size + 1];
      return { ...weight, value, width: (2 + 6 * size) * Math.max(0.6, Math.min(1, to.size / 60)), spot };
    }
    const from = columns[weight.layer][weight.from];
    const [x0, y0, x1, y1] = [from.x + from.size, from.y + from.size / 2, to.x, to.y + to.size / 2];
    return { ...weight, value, width: (0.5 + 9 * size) * thick, curve: [x0, y0, x1, y1] };
  });
}

function traceEdge(pen, [x0, y0, x1, y1]) {
  const bend = GRAPH.bend * (x1 - x0);
  pen.moveTo(x0, y0);
  pen.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
}

// A place on a curve, `along` from 0 to 1.
function onEdge([x0, y0, x1, y1], along) {
  const bend = GRAPH.bend * (x1 - x0);
  const back = 1 - along;
  const [a, b, c, d] = [back ** 3, 3 * back * back * along, 3 * back * along * along, along ** 3];
  return [a * x0 + b * (x0 + bend) + c * (x1 - bend) + d * x1, (a + b) * y0 + (c + d) * y1];
}

// The weight under the pointer, if any is near.
function edgeAt(edges, x, y, reach) {
  let best = null;
  let nearest = reach;
  for (const edge of edges) {
    if (edge.spot) {
      const away = Math.hypot(edge.spot[0] - x, edge.spot[1] - y) - edge.width;
      if (away < Math.min(nearest, reach * 0.6)) [best, nearest] = [edge, away];
      continue;
    }
    if (x < edge.curve[0] - 2 || x > edge.curve[2] + 2) continue;
    for (let k = 0; k < GRAPH.samples; k += 1) {
      const [[px, py], [qx, qy]] = [onEdge(edge.curve, k / GRAPH.samples), onEdge(edge.curve, (k + 1) / GRAPH.samples)];
      const [dx, dy] = [qx - px, qy - py];
      const t = Math.max(0, Math.min(1, ((x - px) * dx + (y - py) * dy) / (dx * dx + dy * dy || 1)));
      const away = Math.hypot(px + t * dx - x, py + t * dy - y);
      if (away < nearest) [best, nearest] = [edge, away];
    }
  }
  return best;
}

// Thousands of strokes cost more than a dozen: edges of about the same thickness and the same sign are one path.
function drawEdges(pen, edges, inks, alpha) {
  const paths = new Map();
  edges.forEach((edge) => {
    if (edge.spot) return;
    const key = `${edge.value < 0 ? 1 : 0} ${Math.max(0.5, Math.round(edge.width * 2) / 2)}`;
    if (!paths.has(key)) paths.set(key, []);
    paths.get(key).push(edge.curve);
  });
  pen.save();
  pen.globalAlpha = alpha;
  for (const [key, curves] of paths) {
    const [minus, width] = key.split(" ").map(Number);
    pen.lineCap = "butt";
    stroke(pen, minus ? inks.minus : inks.ink, width, minus ? [Math.max(4, width * 1.3), Math.max(3, width * 0.8)] : [],
      () => curves.forEach((curve) => traceEdge(pen, curve)));
  }
  pen.restore();
}

// A filled dot is positive, a ring negative; its size is that of the bias.
function drawBias(pen, { spot: [x, y], width, value }, inks) {
  pen.beginPath();
  pen.arc(x, y, width, 0, 7);
  pen.fillStyle = value < 0 ? inks.card : inks.ink;
  pen.fill();
  pen.strokeStyle = value < 0 ? inks.minus : inks.card;
  pen.lineWidth = value < 0 ? 2 : 1;
  pen.stroke();
}

const graphHeight = (net, width) => Math.max(Math.min(GRAPH.least, 0.85 * width), GRAPH.row * Math.max(...net.widths) + 20);

// Draws the whole graph; `scene` as in inside.js. Returns what can be hovered and clicked.
function drawGraph(canvas, scene) {
  const { net, inks, look, side, names } = scene;
  const { pen, width, height } = sheet(canvas);
  if (!width) return null;
  const columns = graphColumns(net, width, height);
  const edges = graphEdges(net, columns);
  const crowd = Math.max(...columns.map((nodes) => nodes.length));
  const { unit: hoveredUnit, weight: hoveredWeight } = scene.hover;
  const touches = (edge) => hoveredUnit && ((edge.layer === hoveredUnit.layer && edge.to === hoveredUnit.unit)
    || (edge.layer === hoveredUnit.layer + 1 && edge.from === hoveredUnit.unit));
  const usual = crowd > 8 ? 0.5 : 0.85;
  drawEdges(pen, edges.filter((edge) => !touches(edge)), inks, hoveredUnit ? usual * 0.25 : usual);
  if (hoveredUnit) drawEdges(pen, edges.filter(touches), inks, 1);

  columns.flat().forEach((node) => {
    const frame = planeFrame(scene.view, node.x, node.y, node.size);
    const chosen = hoveredUnit && node.kind === "unit" && node.layer === hoveredUnit.layer && node.unit === hoveredUnit.unit;
    const fine = node.size < 40 ? 1.2 : 2;
    if (node.kind === "label") {
      pen.fillStyle = inks.card;
      pen.fillRect(node.x, node.y, node.size, node.size);
    } else {
      const line = node.kind === "unit" && node.layer === 0 ? scene.lines[node.unit] : scene.soleLine && node.kind === "output" ? scene.soleLine : null;
      const cells = node.kind === "unit" ? unitColumn(look.layers[node.layer].z, look.layers[node.layer].units, node.unit)
        : node.kind === "output" ? look.score : null;
      drawUnitMap(pen, frame, scene.picture(node), { line, cells, side, style: inks.ink, width: fine });
    }
    pen.strokeStyle = chosen ? inks.ink : inks.line;
    pen.lineWidth = chosen ? 3 : 1;
    pen.strokeRect(node.x, node.y, node.size, node.size);
    if (node.kind === "unit" && node.size < 44) return;
    const name = { input: () => `x${belowLine(node.unit + 1)}`, unit: () => unitName(net, node.layer, node.unit),
      output: () => names.output, label: () => `${names.label} ${node.unit - 2}` }[node.kind]();
    if (node.kind === "unit") drawRimmed(pen, name, node.x + 5, node.y + 17, inks);
    else if (node.kind === "label") {
      pen.font = inks.font(15);
      pen.textAlign = "center";
      pen.fillStyle = inks.ink;
      pen.fillText(node.unit - 2 === scene.label ? "1" : "−1", node.x + node.size / 2, node.y + node.size / 2 + 6);
      drawRimmed(pen, name, node.x, node.y - 6, inks, { style: inks.muted });
    } else drawRimmed(pen, name, node.kind === "output" ? node.x + node.size : node.x, node.y - 6, inks,
      { align: node.kind === "output" ? "right" : "left", style: inks.muted });
  });
  if (scene.points.length <= 16) {
    columns.flat().filter((node) => node.size >= 90).forEach((node) => {
      const frame = planeFrame(scene.view, node.x, node.y, node.size);
      scene.points.forEach(([x, y], p) => drawMark(pen, frame.across(x), frame.down(y), scene.classes[p], 4.5, inks));
    });
  }
  edges.forEach((edge) => { if (edge.spot) drawBias(pen, edge, inks); });

  const lit = hoveredWeight && edges.find((edge) => edge.at === hoveredWeight.at);
  if (lit) {
    if (lit.curve) {
      stroke(pen, inks.card, lit.width + 7, [], () => traceEdge(pen, lit.curve));
      drawEdges(pen, [{ ...lit, width: lit.width + 2 }], inks, 1);
    } else drawBias(pen, { ...lit, width: lit.width + 3 }, inks);
    const [x, y] = lit.curve ? onEdge(lit.curve, 0.5) : [lit.spot[0], lit.spot[1] + 24];
    drawTag(pen, asNumber(lit.value), Math.max(36, Math.min(width - 36, x)), Math.min(height - 15, y), inks);
  }
  return { columns, edges };
}
