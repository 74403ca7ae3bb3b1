// Pointer and keys on the graph: units and weights are pointed at, weights are opened, units are kept by a click.

// The numbers in the order of the net's layers; a walk ends where it began.
function weightBeside(net, weight, by) {
  const all = netWeights(net);
  const at = weight ? all.findIndex((other) => other.at === weight.at) : by > 0 ? -1 : all.length;
  return all[(at + by + all.length) % all.length];
}

// What lies at a place of the graph: { node } or { edge }. A bias lies over its node's corner.
function graphHit({ columns, edges }, x, y, reach) {
  const bias = edgeAt(edges.filter((edge) => edge.spot), x, y, 10);
  if (bias) return { edge: bias };
  const node = columns.flat().find((one) => x >= one.x && x <= one.x + one.size && y >= one.y && y <= one.y + one.size);
  return node ? { node } : { edge: edgeAt(edges, x, y, reach) };
}

// `drawn()` is what drawGraph returned last, `scene()` what it drew; `point(unit, weight, place)` marks, `open(weight,
// focus)` opens a weight, `leave()` closes it.
function makeGraphTouch(canvas, { drawn, scene, point, open, keep, leave }) {
  const reach = (event) => (event.pointerType === "touch" ? 18 : 9);
  const hit = (event) => {
    const { left, top } = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    return { x, y, ...graphHit(drawn(), x, y, reach(event)) };
  };
  const asUnit = (node) => (node && node.kind === "unit" ? { layer: node.layer, unit: node.unit } : null);
  const asWeight = (edge) => edge && netWeights(scene().net).find((weight) => weight.at === edge.at);
  const placeIn = ({ x, y, node }) => (node && node.kind !== "label"
    ? planeFrame(scene().view, node.x, node.y, node.size).placeAt(x, y) : null);

  const pointAt = (event) => {
    if (!drawn()) return;
    const found = hit(event);
    canvas.style.cursor = found.edge || asUnit(found.node) ? "pointer" : "default";
    point(asUnit(found.node), asWeight(found.edge), placeIn(found));
  };
  canvas.addEventListener("pointermove", pointAt);
  canvas.addEventListener("pointerdown", pointAt);
  canvas.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") point(null, null, null); });
  canvas.addEventListener("click", (event) => {
    if (!drawn()) return;
    const { node, edge } = hit(event);
    if (edge) open(asWeight(edge), event.pointerType !== "touch");
    else {
      leave();
      keep(asUnit(node));
    }
  });
  canvas.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!scene()) return;
    const { net, hover } = scene();
    if (by) {
      const weight = weightBeside(net, hover.weight, by);
      point(weight.layer < hiddenLayers(net).length ? { layer: weight.layer, unit: weight.to } : null, weight, null);
    } else if ((event.key === "Enter" || event.key === " ") && hover.weight) open(hover.weight, true);
    else return;
    event.preventDefault();
  });
}
