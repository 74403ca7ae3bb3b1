// What the panel says in words: names of weights, the line under the graph, the note under the fold.

const fillIn = (sentence, values) => (sentence || "").replace(/\{(\w+)\}/g, (_, key) => values[key]);

function weightName({ net, words }, { layer, from, to }) {
  const last = net.kind !== "forward-forward" && layer === net.layers.length - 1;
  const head = last ? words.inside_output : unitName(net, layer, to);
  const input = from < 2 ? `x${belowLine(from + 1)}` : `${words.inside_label} ${from - 2}`;
  return `${from < 0 ? words.inside_bias : layer ? unitName(net, layer - 1, from) : input} → ${head}`;
}

// Of the weight or the unit that is pointed at.
function insideStatus(scene) {
  const { net, words, hover, label } = scene;
  if (hover.weight) return `${weightName(scene, hover.weight)}   ${asNumber(net.numbers[hover.weight.at], 3)}`;
  if (!hover.unit) return words.inside_hint;
  const { layer, unit } = hover.unit;
  if (layer) return fillIn(words.inside_unit_of_layer, { name: unitName(net, layer, unit), layer: layer + 1 });
  const [w1, w2, b] = unitLine(net, unit, label).map((value) => asNumber(value));
  return `${unitName(net, 0, unit)}   ${w1} x₁ + ${w2} x₂ + ${b} = 0`.replaceAll("+ −", "− ");
}

// How the picture of a layer's space came about.
function spaceNote({ net, words, lattice }, layer, { direct, shares, ofPlane }) {
  if (direct && net.kind === "forward-forward") return words.inside_circle;
  if (direct) return layer === lattice.layers.length - 1 ? words.inside_direct : words.inside_direct_deeper;
  const percent = (share) => `${Math.round(1000 * share) / 10}%`;
  return fillIn(ofPlane ? words.inside_projection_plane : words.inside_projection, {
    units: lattice.layers[layer].units,
    share: percent(shares[0] + shares[1]),
    first: percent(shares[0]),
    second: percent(shares[1]),
  });
}

// Small buttons of which one is pressed; none at all where there is nothing to choose.
function insideChoices(group, names, pressed, choose) {
  group.hidden = !names.length;
  while (group.children.length > names.length) group.lastChild.remove();
  while (group.children.length < names.length) {
    const button = document.createElement("button");
    button.type = "button";
    group.append(button);
  }
  names.forEach((name, k) => {
    const button = group.children[k];
    write(button, name);
    button.setAttribute("aria-pressed", String(k === pressed));
    button.onclick = () => choose(k);
  });
}
