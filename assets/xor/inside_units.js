// What every unit of a net does with places of the plane: its sum z, its activity h, its line.
// Shapes as in net.js: P places in one flat list; a layer of U units gives (P × U), row by row.

// How the whole net sees `places`: for each hidden layer { units, z, h }, both (P × U); the score (P) and how sure it is.
function insideLook(net, places, label) {
  const local = net.kind === "forward-forward";
  const layers = [];
  let seen = local ? labelled(places, label) : places;
  for (const layer of local ? net.layers : net.layers.slice(0, -1)) {
    const z = sums(layer, seen);
    const h = z.map(SQUASH[net.activation]);
    layers.push({ units: layer.outputs, z, h });
    seen = local ? directions(h, layer.outputs) : h;
  }
  const score = local ? goodnessGap(net, places, label, layers) : sums(net.layers[net.layers.length - 1], seen);
  return { places, layers, score, sure: sureness(net, score) };
}

// Forward-Forward's score as in net.js, where the activities with one of the labels are known already.
function goodnessGap(net, places, label, layers) {
  const found = new Float32Array(places.length / 2);
  const add = (h, units, sign) => goodnesses(h, units).forEach((good, p) => { found[p] += sign * good; });
  layers.forEach(({ h, units }) => add(h, units, label ? 1 : -1));
  activities(net, places, 1 - label).forEach((h, layer) => add(h, layers[layer].units, label ? -1 : 1));
  return found;
}

// One unit's values out of (P × U).
function unitColumn(values, units, unit) {
  const own = new Float32Array(values.length / units);
  for (let p = 0; p < own.length; p += 1) own[p] = values[p * units + unit];
  return own;
}

// Activities as a map shows them, from -1 to 1: a sigmoid's half is its line; ReLU has no upper bound.
const SHOWN_ACTIVITY = {
  tanh: (h) => h,
  sine: (h) => h,
  sigmoid: (h) => 2 * h - 1,
  relu: (h) => h / (h + 0.5),
};

// [w₁, w₂, b]: a unit of the first layer changes its mind along w₁x₁ + w₂x₂ + b = 0. A label adds to the bias.
function unitLine(net, unit, label) {
  const { inputs, outputs, weight, bias } = net.layers[0];
  const own = (input) => weight[input * outputs + unit];
  const told = inputs === 4 ? (label ? own(3) - own(2) : own(2) - own(3)) : 0;
  return [own(0), own(1), bias[unit] + told];
}

// A row of columns as the graph draws it: { inputs, hidden: [units, …], output }; a perceptron has no hidden layer.
function hiddenLayers(net) {
  return net.kind === "forward-forward" ? net.layers : net.layers.slice(0, -1);
}

// Every number of the net: { layer, from, to, at }, `at` its place in net.numbers; a bias comes from -1.
function netWeights(net) {
  const found = [];
  let at = 0;
  net.layers.forEach(({ inputs, outputs }, layer) => {
    for (let from = 0; from < inputs; from += 1) {
      for (let to = 0; to < outputs; to += 1) found.push({ layer, from, to, at: at + from * outputs + to });
    }
    for (let to = 0; to < outputs; to += 1) found.push({ layer, from: -1, to, at: at + inputs * outputs + to });
    at += (inputs + 1) * outputs;
  });
  return found;
}

// The lecture's names: x₁, h₂; with several layers h²₅, the layer above, the unit below.
const digitsAs = (digits, number) => [...String(number)].map((digit) => digits[digit]).join("");
const belowLine = (number) => digitsAs("₀₁₂₃₄₅₆₇₈₉", number);
const aboveLine = (number) => digitsAs("⁰¹²³⁴⁵⁶⁷⁸⁹", number);
function unitName(net, layer, unit) {
  return `h${hiddenLayers(net).length > 1 ? aboveLine(layer + 1) : ""}${belowLine(unit + 1)}`;
}

const asNumber = (value, places = 2) => (Number.isFinite(value) ? value.toFixed(places).replace("-", "−") : "–");

// Where values on a (side × side) lattice cross zero: pieces [[a, b, along], [c, d, along]], each end between two corners.
function latticeCrossings(values, side) {
  const pieces = [];
  for (let row = 0; row + 1 < side; row += 1) {
    for (let column = 0; column + 1 < side; column += 1) {
      const first = row * side + column;
      const above = values[first] > 0;
      if (above === values[first + 1] > 0 && above === values[first + side] > 0 && above === values[first + side + 1] > 0) continue;
      const corners = [first, first + 1, first + side + 1, first + side];
      const ends = [];
      for (let k = 0; k < 4; k += 1) {
        const [a, b] = [corners[k], corners[(k + 1) % 4]];
        if (values[a] > 0 !== values[b] > 0) ends.push([a, b, values[a] / (values[a] - values[b])]);
      }
      for (let k = 0; k + 1 < ends.length; k += 2) pieces.push([ends[k], ends[k + 1]]);
    }
  }
  return pieces;
}

// The corners of a side × side lattice over the view, row by row from the top left: (side² × 2).
function latticePlaces([low, high], side) {
  const places = new Float32Array(2 * side * side);
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const at = 2 * (row * side + column);
      places[at] = low + ((high - low) * column) / (side - 1);
      places[at + 1] = high - ((high - low) * row) / (side - 1);
    }
  }
  return places;
}
