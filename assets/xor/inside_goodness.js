// Forward-Forward's own quantity: how good each layer finds each place with each label, and the points in the mean.

const GOODNESS = { side: 24, threshold: 0.5 }; // θ of forward_forward.py

// For each layer: [with label 0, with label 1] over `places`.
function goodnessOfLayers(net, places) {
  const looks = [0, 1].map((label) => activities(net, places, label).map((h, layer) => goodnesses(h, net.layers[layer].outputs)));
  return looks[0].map((_, layer) => [looks[0][layer], looks[1][layer]]);
}

function goodnessRow() {
  const row = document.createElement("div");
  row.className = "inside-goodness-row";
  row.innerHTML = `<strong></strong>${[0, 1].map(() => "<figure><canvas></canvas><figcaption></figcaption></figure>").join("")}<p></p>`;
  return row;
}

function drawGoodness(box, scene) {
  const { net, inks, words } = scene;
  const local = net.kind === "forward-forward";
  box.hidden = !local;
  if (!local) return;
  const maps = goodnessOfLayers(net, gridPlaces(scene.view, GOODNESS.side));
  const ofPoints = goodnessOfLayers(net, scene.pointPlaces);
  while (box.children.length < maps.length) box.append(goodnessRow());
  while (box.children.length > maps.length) box.lastChild.remove();
  maps.forEach((both, layer) => {
    const row = box.children[layer];
    write(row.querySelector("strong"), fillIn(words.inside_layer, { layer: layer + 1 }));
    const all = [...both[0], ...both[1]];
    const [least, most] = all.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
    both.forEach((values, label) => {
      const canvas = row.querySelectorAll("canvas")[label];
      const { pen, width, height } = sheet(canvas);
      const centred = values.map((value) => value - GOODNESS.threshold);
      pen.imageSmoothingQuality = "high";
      pen.drawImage(tintedMap(scene.scratch, values.map((value) => (value - least) / Math.max(1e-9, most - least)), GOODNESS.side, inks, inks.rgb.card, inks.rgb.ink), 0, 0, width, height);
      stroke(pen, inks.ink, 1.5, [], () => border(pen, centred, GOODNESS.side, width, height));
      write(row.querySelectorAll("figcaption")[label], `${words.inside_label} ${label}`);
    });
    const mean = (right) => scene.classes.reduce((sum, kind, p) => sum + ofPoints[layer][right ? kind : 1 - kind][p], 0) / scene.classes.length;
    write(row.querySelector("p"), fillIn(words.inside_goodness, { right: asNumber(mean(true)), wrong: asNumber(mean(false)) }));
  });
}
