// The input plane, large: one unit's map (or the output's), the lines of all units of the first layer, the points.

function drawInputPlane(canvas, scene) {
  const { net, inks, look, side, hover } = scene;
  const { pen, width, height } = sheet(canvas);
  if (!width) return null;
  const size = Math.min(width, height);
  const frame = planeFrame(scene.view, (width - size) / 2, (height - size) / 2, size);
  const unit = hover.unit;
  const node = unit ? { kind: "unit", ...unit } : { kind: "output", layer: net.layers.length, unit: 0 };
  const cells = unit ? unitColumn(look.layers[unit.layer].z, look.layers[unit.layer].units, unit.unit) : look.score;
  const line = unit ? (unit.layer === 0 ? scene.lines[unit.unit] : null) : scene.soleLine;
  drawUnitMap(pen, frame, scene.picture(node), { line, cells, side, style: inks.ink, width: 3 });

  pen.save();
  pen.beginPath();
  pen.rect(frame.left, frame.top, size, size);
  pen.clip();
  const many = scene.lines.length > 8;
  scene.lines.forEach((weights, k) => {
    if (unit && unit.layer === 0 && unit.unit === k) return;
    const ends = lineEnds(weights, frame);
    if (!ends) return;
    pen.globalAlpha = many ? 0.4 : 0.75;
    stroke(pen, inks.ink, 1.4, [5, 5], () => ends.forEach(([x, y]) => pen.lineTo(frame.across(x), frame.down(y))));
    pen.globalAlpha = 1;
  });
  pen.restore();
  pen.strokeStyle = inks.line;
  pen.lineWidth = 1;
  pen.strokeRect(frame.left + 0.5, frame.top + 0.5, size - 1, size - 1);

  const radius = markRadius(scene.points.length, size);
  scene.points.forEach(([x, y], p) => drawMark(pen, frame.across(x), frame.down(y), scene.classes[p], radius, inks));
  if (!many) {
    // Each line's name stands near where it leaves the picture, at the first spot that no other name has taken.
    const taken = scene.points.length <= 16 ? scene.points.map(([x, y]) => [frame.across(x), frame.down(y)]) : [];
    scene.lines.forEach((weights, k) => {
      const ends = lineEnds(weights, frame);
      if (!ends) return;
      const [[x0, y0], [x1, y1]] = ends.map(([x, y]) => [frame.across(x), frame.down(y)]);
      const long = Math.hypot(x1 - x0, y1 - y0);
      const spots = [26, long - 26, 62, long - 62, 98, long - 98, long / 2].map((away) => Math.max(0, Math.min(1, away / long)))
        .map((along) => [x0 + along * (x1 - x0), y0 + along * (y1 - y0)]);
      const free = spots.find(([a, b]) => taken.every(([c, d]) => Math.hypot(a - c, b - d) > 34)) || spots[0];
      taken.push(free);
      const [x, y] = free;
      const strong = unit && unit.layer === 0 && unit.unit === k;
      drawRimmed(pen, unitName(net, 0, k), x, y + 5, inks, { size: strong ? 18 : 16, weight: strong ? 700 : 500, align: "center" });
    });
  }
  if (hover.place) drawProbe(pen, frame.across(hover.place[0]), frame.down(hover.place[1]), inks);
  return { frame };
}
