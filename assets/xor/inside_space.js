// The hidden space: where a layer sends the plane and its points. At fold 0 the plane as it is, at 1 as the layer sees it.

const SPACE = { every: 4, stride: 2, margin: 34 };

// (P × U) → two coordinates each: the two activities themselves, or the first two principal components of the points.
function spaceAxes(units, ofPoints, before) {
  if (units > 2) return { ...principalAxes(ofPoints, units, before), direct: false };
  return { mean: [0, 0], axes: units === 2 ? [[1, 0], [0, 1]] : [[1], [0]], shares: null, direct: true };
}

function ontoAxes(values, units, { mean, axes }) {
  const flat = new Float32Array((2 * values.length) / units);
  for (let p = 0; p < flat.length / 2; p += 1) {
    for (let k = 0; k < 2; k += 1) {
      let sum = 0;
      for (let u = 0; u < units; u += 1) sum += (values[p * units + u] - mean[u]) * axes[k][u];
      flat[2 * p + k] = sum;
    }
  }
  return flat;
}

function joined(lists) {
  const all = new Float32Array(lists.reduce((sum, list) => sum + list.length, 0));
  lists.reduce((at, list) => { all.set(list, at); return at + list.length; }, 0);
  return all;
}

// [w₁, w₂, b] of the output's border on the two axes. It is a plane across all units: this is where it cuts the picture.
function outputLine(net, { mean, axes }) {
  const { weight, bias } = net.layers[net.layers.length - 1];
  const along = (axis) => axis.reduce((sum, value, u) => sum + value * weight[u], 0);
  return [along(axes[0]), along(axes[1]), bias[0] + Array.from(mean).reduce((sum, value, u) => sum + (u < weight.length ? value * weight[u] : 0), 0)];
}

// Both ends of the fold on the sheet: for each place where it lies in the plane and in the space, in pixels.
function spaceFrame(all, width, height) {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at < all.length; at += 2) {
    left = Math.min(left, all[at]); right = Math.max(right, all[at]);
    low = Math.min(low, all[at + 1]); high = Math.max(high, all[at + 1]);
  }
  const scale = Math.min((width - 2 * SPACE.margin) / Math.max(right - left, 1e-3), (height - 2 * SPACE.margin) / Math.max(high - low, 1e-3));
  const [midX, midY] = [(left + right) / 2, (low + high) / 2];
  return {
    scale,
    across: (a) => width / 2 + (a - midX) * scale,
    down: (b) => height / 2 - (b - midY) * scale,
    low: Math.min(midX - width / scale, midY - height / scale),
    high: Math.max(midX + width / scale, midY + height / scale),
  };
}

function drawSpace(canvas, scene, { layer, fold, before }) {
  const { net, inks, lattice, hover } = scene;
  const { pen, width, height } = sheet(canvas);
  if (!width || !lattice.layers.length) return null;
  const { units } = lattice.layers[layer];
  const side = scene.latticeSide;
  // Two points have only one direction between them: then the plane's own spread is looked at.
  const few = scene.points.length < 3;
  const local = net.kind === "forward-forward";
  const pointSets = (local ? [scene.wrongLook, scene.rightLook] : [scene.pointLook]).map((look) => look.layers[layer].h);
  const axes = { ...spaceAxes(units, few ? lattice.layers[layer].h : joined(pointSets), before), ofPlane: few };
  const there = ontoAxes(lattice.layers[layer].h, units, axes);
  const sent = pointSets.map((h) => ontoAxes(h, units, axes));
  // The axes of two activities stand still while a net learns; ReLU has no upper bound.
  const least = net.activation === "sigmoid" ? 0 : -1;
  const bounded = axes.direct && net.activation !== "relu";
  const frame = spaceFrame(bounded ? [least, least, 1, 1] : joined([there, ...sent]), width, height);
  const size = Math.min(width, height) - 2 * SPACE.margin;
  const plane = planeFrame(scene.view, (width - size) / 2, (height - size) / 2, size);
  const between = (places, flat, p) => [
    plane.across(places[2 * p]) + fold * (frame.across(flat[2 * p]) - plane.across(places[2 * p])),
    plane.down(places[2 * p + 1]) + fold * (frame.down(flat[2 * p + 1]) - plane.down(places[2 * p + 1])),
  ];
  const corners = Array.from({ length: side * side }, (_, p) => between(lattice.places, there, p));
  const onCrossing = ([a, b, along]) => [corners[a][0] + along * (corners[b][0] - corners[a][0]), corners[a][1] + along * (corners[b][1] - corners[a][1])];
  const crossings = (values) => () => latticeCrossings(values, side).forEach(([from, to]) => {
    pen.moveTo(...onCrossing(from));
    pen.lineTo(...onCrossing(to));
  });

  // The sheet: the plane in the output's colours, translucent, so that one sees it lie on itself.
  const rim = [0, 1, 2, side + 2, 2 * side + 2, 2 * side + 1, 2 * side, side]; // round two by two cells
  for (let row = 0; row + 2 < side; row += SPACE.stride) {
    for (let column = 0; column + 2 < side; column += SPACE.stride) {
      const at = row * side + column;
      const sure = lattice.sure[at + side + 1];
      pen.globalAlpha = 0.12 + 0.2 * Math.abs(sure);
      pen.fillStyle = sure < 0 ? inks.zero : inks.one;
      pen.beginPath();
      for (const step of rim) pen.lineTo(corners[at + step][0], corners[at + step][1]);
      pen.fill();
    }
  }
  pen.globalAlpha = 0.45;
  stroke(pen, inks.ink, 0.8, [], () => {
    for (let k = 0; k < side; k += SPACE.every) {
      for (let p = 0; p < side; p += 1) pen[p ? "lineTo" : "moveTo"](...corners[k * side + p]);
      for (let p = 0; p < side; p += 1) pen[p ? "lineTo" : "moveTo"](...corners[p * side + k]);
    }
  });
  pen.globalAlpha = 1;

  const shown = Math.max(0, (fold - 0.5) * 2); // what belongs to the hidden space appears as the fold completes
  drawSpaceAxes(pen, frame, axes, scene, { layer, units, width, height, shown });
  const last = layer === lattice.layers.length - 1;
  if (last && !local) {
    const ends = lineEnds(outputLine(net, axes), frame);
    pen.globalAlpha = shown;
    if (ends) stroke(pen, inks.ink, axes.direct ? 3 : 2, axes.direct ? [] : [9, 7], () => ends.forEach(([a, b]) => pen.lineTo(frame.across(a), frame.down(b))));
    pen.globalAlpha = 1;
  }
  if (local && units === 2) {
    // Goodness is the mean square: one half is the circle of radius 1.
    pen.globalAlpha = shown;
    stroke(pen, inks.ink, 2, [9, 7], () => pen.arc(frame.across(0), frame.down(0), frame.scale, 0, 7));
    pen.globalAlpha = 1;
  }
  stroke(pen, inks.card, 5, [], crossings(lattice.score));
  stroke(pen, inks.ink, 3, [], crossings(lattice.score));
  if (hover.unit && hover.unit.layer <= layer) {
    const own = lattice.layers[hover.unit.layer];
    stroke(pen, inks.accent, 2.5, [7, 5], crossings(unitColumn(own.z, own.units, hover.unit.unit)));
  }

  const radius = markRadius(scene.points.length, size);
  const places = scene.pointPlaces;
  if (local) {
    const [wrongly, rightly] = sent;
    scene.classes.forEach((kind, p) => drawMark(pen, ...between(places, wrongly, p), kind, radius * 0.8, inks, true));
    scene.classes.forEach((kind, p) => drawMark(pen, ...between(places, rightly, p), kind, radius, inks));
  } else {
    scene.classes.forEach((kind, p) => drawMark(pen, ...between(places, sent[0], p), kind, radius, inks));
  }
  if (hover.place) {
    const probe = insideLook(net, Float32Array.from(hover.place), scene.label);
    drawProbe(pen, ...between(hover.place, ontoAxes(probe.layers[layer].h, units, axes), 0), inks);
  }
  return { axes, there, frame };
}

// The activities as axes, or each hovered unit's own direction among the principal components.
function drawSpaceAxes(pen, frame, axes, scene, { layer, units, width, height, shown }) {
  const { inks, net, hover } = scene;
  if (!shown) return;
  pen.save();
  pen.globalAlpha = shown;
  const lit = hover.unit && hover.unit.layer === layer ? hover.unit.unit : -1;
  if (axes.direct) {
    const ways = [[[0, frame.down(0)], [width, frame.down(0)]], [[frame.across(0), 0], [frame.across(0), height]]];
    ways.slice(0, units).forEach(([from, to], k) => stroke(pen, lit === k ? inks.accent : inks.muted, lit === k ? 3 : 1, [], () => {
      pen.moveTo(...from);
      pen.lineTo(...to);
    }));
    drawRimmed(pen, `${unitName(net, layer, 0)} →`, width - 4, frame.down(0) - 8, inks, { size: 16, align: "right" });
    if (units > 1) drawRimmed(pen, `↑ ${unitName(net, layer, 1)}`, frame.across(0) + 8, 18, inks, { size: 16 });
  } else {
    drawRimmed(pen, `${scene.names.component} 1 →`, width - 4, height - 8, inks, { align: "right", style: inks.muted });
    drawRimmed(pen, `↑ ${scene.names.component} 2`, 4, 18, inks, { style: inks.muted });
    if (lit >= 0) {
      const origin = Array.from(axes.mean, (value, u) => (u === lit ? 0 : value));
      const ends = [-1, 1].map((value) => ontoAxes(Float32Array.from(origin, (own, u) => (u === lit ? value : own)), units, axes));
      const [from, to] = ends.map(([a, b]) => [frame.across(a), frame.down(b)]);
      stroke(pen, inks.card, 6, [], () => { pen.moveTo(...from); pen.lineTo(...to); });
      stroke(pen, inks.accent, 3, [], () => { pen.moveTo(...from); pen.lineTo(...to); });
      drawRimmed(pen, unitName(net, layer, lit), to[0] + 6, to[1] - 6, inks, { size: 17, weight: 700 });
    }
  }
  pen.restore();
}
