// What all views need of a frame, each computed once and only if a view asks for it.

// Along a side: cells of a unit's map, corners of the lattice of the landscape and the fold (1 + a multiple of 4).
// ReLU has corners, which only small cells show. What moves may be coarser.
const INSIDE_SIDES = {
  still: { smooth: [48, 57], corners: [96, 57], large: [40, 57] },
  moving: { smooth: [40, 33], corners: [56, 33], large: [32, 33] },
};
const INSIDE_LARGE = 24; // units from which a net is drawn more coarsely

const isLargeNet = (net) => hiddenLayers(net).reduce((sum, layer) => sum + layer.outputs, 0) > INSIDE_LARGE;

// `frame` as in inside.js; `label` is what a Forward-Forward net is told; `hover` { unit, weight, place } what is pointed
// at; `pictures` and `scratch` are canvases that are used again for every frame.
function insideScene(frame, net, { label, resting, inks, hover, pictures, scratch }) {
  const { points, classes, view, words } = frame;
  const pointPlaces = Float32Array.from(points.flat());
  const grain = isLargeNet(net) ? "large" : net.activation === "relu" ? "corners" : "smooth";
  const [side, latticeSide] = INSIDE_SIDES[resting ? "still" : "moving"][grain];
  const kept = {};
  const once = (key, make) => (key in kept ? kept[key] : (kept[key] = make()));
  const scene = {
    net, points, classes, view, words, pointPlaces, side, latticeSide, label, inks, hover, scratch,
    names: {
      output: net.kind === "forward-forward" ? words.inside_output_goodness : words.inside_output,
      label: words.inside_label,
      component: words.inside_component,
    },
    get look() { return once("look", () => insideLook(net, gridPlaces(view, side), label)); },
    get lattice() { return once("lattice", () => insideLook(net, latticePlaces(view, latticeSide), label)); },
    get pointLook() { return once("points", () => insideLook(net, pointPlaces, label)); },
    get rightLook() { return once("right", () => labelledLook(net, pointPlaces, classes)); },
    get wrongLook() { return once("wrong", () => labelledLook(net, pointPlaces, classes.map((kind) => 1 - kind))); },
    // The first layer's lines; a sine's units change their mind along many.
    lines: net.kind !== "perceptron" && net.activation !== "sine"
      ? Array.from({ length: net.layers[0].outputs }, (_, unit) => unitLine(net, unit, label)) : [],
    soleLine: net.kind === "perceptron" ? unitLine(net, 0, label) : null,
    // A node's map, painted once.
    picture({ kind, layer, unit }) {
      const key = `${kind} ${layer} ${unit}`;
      return once(key, () => {
        if (!pictures.has(key)) pictures.set(key, document.createElement("canvas"));
        return tintedMap(pictures.get(key), nodeValues(scene, kind, layer, unit), side, inks);
      });
    },
  };
  return scene;
}

// What a node's map shows, from -1 to 1: an input itself, a unit's activity, how sure the output is.
function nodeValues({ net, look }, kind, layer, unit) {
  if (kind === "output") return look.sure;
  if (kind === "input") {
    const most = look.places.reduce((far, value) => Math.max(far, Math.abs(value)), 1e-9);
    return unitColumn(look.places, 2, unit).map((value) => (0.7 * value) / most);
  }
  return unitColumn(look.layers[layer].h, look.layers[layer].units, unit).map(SHOWN_ACTIVITY[net.activation]);
}

// Forward-Forward with each point's own label: insideLook for points of which some carry 0, some 1.
function labelledLook(net, places, labels) {
  const [zero, one] = [0, 1].map((label) => insideLook(net, places, label));
  one.layers.forEach(({ units, z, h }, layer) => {
    labels.forEach((label, p) => {
      if (label) return;
      for (let u = p * units; u < (p + 1) * units; u += 1) {
        z[u] = zero.layers[layer].z[u];
        h[u] = zero.layers[layer].h[u];
      }
    });
  });
  return one;
}
