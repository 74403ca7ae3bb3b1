// "Look inside" one net: the graph of its units' maps, the output as a landscape, the plane with all lines, the fold.
// What the pointer touches in one view is marked in the others. Every view draws only when it is seen and has changed.

// Along a side: cells of a unit's map, corners of the lattice of the landscape and the fold (1 + a multiple of 4).
const INSIDE_SIDES = { fine: [48, 57], large: [40, 57], moving: [32, 41] };
const INSIDE_LARGE = 24; // units from which a net in motion is drawn more coarsely
const INSIDE_BUDGET = 8; // milliseconds a frame before the next view waits for the next frame
const INSIDE_VIEWS = ["graph", "surface", "plane", "space"];

const fillIn = (sentence, values) => (sentence || "").replace(/\{(\w+)\}/g, (_, key) => values[key]);

// show({ learners: [{ name, spec, net, step }], points, classes, view, language, words }) draws a frame;
// onEdit(learner, numbers) is called when a weight is changed by hand.
function makeInside(root, { onEdit }) {
  root.classList.add("inside");
  root.innerHTML = `
    <div class="inside-bar"><div class="inside-which inside-choice" role="group"></div>
      <div class="inside-labels inside-choice" role="group"></div></div>
    <div class="inside-views">${INSIDE_VIEWS.map((name) => `
      <section class="inside-view inside-${name}"><h4></h4><p class="inside-caption"></p>
        <div class="inside-frame"><canvas tabindex="0" role="img"></canvas></div><div class="inside-below"></div></section>`).join("")}
    </div>`;
  const find = (selector) => root.querySelector(selector);
  const canvases = Object.fromEntries(INSIDE_VIEWS.map((name) => [name, find(`.inside-${name} canvas`)]));
  const below = Object.fromEntries(INSIDE_VIEWS.map((name) => [name, find(`.inside-${name} .inside-below`)]));
  below.graph.innerHTML = `<p class="inside-status" aria-live="polite"></p><div class="inside-goodness"></div>`;
  below.space.innerHTML = `<div class="inside-fold"><button type="button" class="inside-play"></button><span></span>
    <input type="range" min="0" max="1" step="0.01" value="1"><span></span></div>
    <div class="inside-layers inside-choice" role="group"></div><p class="inside-note"></p>`;
  const box = document.createElement("div");
  box.className = "inside-edit";
  box.setAttribute("role", "dialog");
  find(".inside-graph .inside-frame").append(box);

  let frame = null; // what show() was given last
  let scene = null;
  let inks = null;
  const chosen = { learner: 0, label: 1, layer: -1, fold: 1 };
  const hover = { unit: null, weight: null, place: null };
  const turn = { yaw: -0.62, pitch: 0.56 };
  const hits = {};
  const stale = new Set(INSIDE_VIEWS); // in the order in which they wait
  const seen = new Set(INSIDE_VIEWS);
  const pictures = new Map();
  const scratch = document.createElement("canvas");
  let axesBefore = null;

  // What all views need of a frame, computed once.
  function makeScene() {
    const { net } = frame.learners[chosen.learner];
    const { points, classes, view, words } = frame;
    const pointPlaces = Float32Array.from(points.flat());
    const units = hiddenLayers(net).reduce((sum, layer) => sum + layer.outputs, 0);
    const [side, latticeSide] = INSIDE_SIDES[units <= INSIDE_LARGE ? "fine" : resting ? "large" : "moving"];
    const label = chosen.label;
    const kept = {};
    const once = (key, make) => (key in kept ? kept[key] : (kept[key] = make()));
    const tinted = new Map();
    return {
      net, points, classes, view, words, pointPlaces, side, latticeSide, label, inks, hover, scratch,
      names: { output: net.kind === "forward-forward" ? words.inside_output_goodness : words.inside_output, label: words.inside_label, component: words.inside_component },
      get look() { return once("look", () => insideLook(net, gridPlaces(view, side), label)); },
      get lattice() { return once("lattice", () => insideLook(net, latticePlaces(view, latticeSide), label)); },
      get pointLook() { return once("points", () => insideLook(net, pointPlaces, label)); },
      get rightLook() { return once("right", () => labelledLook(net, pointPlaces, classes)); },
      get wrongLook() { return once("wrong", () => labelledLook(net, pointPlaces, classes.map((kind) => 1 - kind))); },
      // The first layer's lines; a sine's units change their mind along many.
      lines: net.kind !== "perceptron" && net.activation !== "sine"
        ? Array.from({ length: net.layers[0].outputs }, (_, unit) => unitLine(net, unit, label)) : [],
      soleLine: net.kind === "perceptron" ? unitLine(net, 0, label) : null,
      // A node's map, painted once a frame.
      picture({ kind, layer, unit }) {
        const key = `${kind} ${layer} ${unit}`;
        if (!tinted.has(key)) {
          if (!pictures.has(key)) pictures.set(key, document.createElement("canvas"));
          tinted.set(key, tintedMap(pictures.get(key), nodeValues(this, kind, layer, unit), side, inks));
        }
        return tinted.get(key);
      },
    };
  }

  function nodeValues({ net, look }, kind, layer, unit) {
    if (kind === "output") return look.sure;
    if (kind === "input") {
      const most = look.places.reduce((far, value) => Math.max(far, Math.abs(value)), 1e-9);
      return unitColumn(look.places, 2, unit).map((value) => (0.7 * value) / most);
    }
    return unitColumn(look.layers[layer].h, look.layers[layer].units, unit).map(SHOWN_ACTIVITY[net.activation]);
  }

  const painters = {
    graph() {
      canvases.graph.style.height = `${graphHeight(scene.net, canvases.graph.clientWidth)}px`;
      hits.graph = drawGraph(canvases.graph, scene);
      drawGoodness(find(".inside-goodness"), scene);
      write(find(".inside-status"), statusWords());
    },
    surface() { drawSurface(canvases.surface, scene, turn); },
    plane() { hits.plane = drawInputPlane(canvases.plane, scene); },
    space() {
      const layers = hiddenLayers(scene.net).length;
      find(".inside-space").classList.toggle("inside-flat", !layers);
      if (!layers) return;
      const drawn = drawSpace(canvases.space, scene, { layer: layerShown(), fold: chosen.fold, before: axesBefore });
      if (!drawn) return;
      hits.space = drawn;
      axesBefore = drawn.axes.direct ? null : drawn.axes.axes;
      write(find(".inside-note"), spaceNote(drawn.axes));
    },
  };

  function layerShown() {
    const layers = hiddenLayers(scene.net).length;
    return chosen.layer < 0 || chosen.layer >= layers ? layers - 1 : chosen.layer;
  }

  function paint() {
    if (!frame || !root.offsetParent) return;
    inks ||= insideInks();
    scene ||= makeScene();
    const start = performance.now();
    for (const name of [...stale]) {
      if (!seen.has(name)) continue;
      if (performance.now() - start > INSIDE_BUDGET) return repaint(name);
      stale.delete(name);
      painters[name]();
    }
    return undefined;
  }

  // All changes by the pointer within one frame of the screen are drawn once.
  let asked = false;
  function repaint(...names) {
    (names.length ? names : INSIDE_VIEWS).forEach((name) => stale.add(name));
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; paint(); });
  }

  // ---- words -------------------------------------------------------------------------------------------------
  function speak() {
    const { words, learners } = frame;
    const { net } = learners[chosen.learner];
    const local = net.kind === "forward-forward";
    const flat = !hiddenLayers(net).length;
    INSIDE_VIEWS.forEach((name) => {
      const section = find(`.inside-${name}`);
      write(section.querySelector("h4"), words[`inside_${name}`]);
      const own = words[`inside_${name}_${flat ? "perceptron" : local ? "forward_forward" : "mlp"}`];
      write(section.querySelector(".inside-caption"), fillIn(own || words[`inside_${name}_caption`], { label: chosen.label }));
      canvases[name].setAttribute("aria-label", `${words[`inside_${name}`]}. ${words[`inside_${name}_keys`] || ""}`);
    });
    const [plane, space] = below.space.querySelectorAll(".inside-fold span");
    write(plane, words.inside_plane_end);
    write(space, words.inside_space_end);
    write(find(".inside-play"), words.inside_fold);
    find(".inside-fold input").setAttribute("aria-label", words.inside_fold_slider);
    edit.speak(words);
    choices(find(".inside-which"), learners.length > 1 ? learners.map(({ name }) => name) : [], chosen.learner, (learner) => {
      chosen.learner = learner;
      edit.close();
      changed();
    });
    choices(find(".inside-labels"), local ? [0, 1].map((label) => fillIn(words.inside_with_label, { label })) : [], chosen.label, (label) => {
      chosen.label = label;
      changed();
    });
    const layers = hiddenLayers(net).length;
    const shown = chosen.layer < 0 || chosen.layer >= layers ? layers - 1 : chosen.layer;
    choices(find(".inside-layers"), layers > 1 ? hiddenLayers(net).map((_, k) => fillIn(words.inside_layer, { layer: k + 1 })) : [], shown, (layer) => {
      chosen.layer = layer;
      axesBefore = null;
      changed();
    });
  }

  // Small buttons of which one is pressed; none for a single entry.
  function choices(group, names, pressed, choose) {
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

  function weightName({ layer, from, to }) {
    const { net, words } = scene;
    const last = net.kind !== "forward-forward" && layer === net.layers.length - 1;
    const head = last ? words.inside_output : unitName(net, layer, to);
    const input = from < 2 ? `x${belowLine(from + 1)}` : `${words.inside_label} ${from - 2}`;
    return `${from < 0 ? words.inside_bias : layer ? unitName(net, layer - 1, from) : input} → ${head}`;
  }

  function statusWords() {
    const { net, words } = scene;
    if (hover.weight) return `${weightName(hover.weight)}   ${asNumber(net.numbers[hover.weight.at], 3)}`;
    if (hover.unit && hover.unit.layer === 0) {
      const [w1, w2, b] = unitLine(net, hover.unit.unit, chosen.label).map((value) => asNumber(value));
      return `${unitName(net, 0, hover.unit.unit)}   ${w1} x₁ + ${w2} x₂ + ${b} = 0`.replaceAll("+ −", "− ");
    }
    if (hover.unit) return fillIn(words.inside_unit_of_layer, { name: unitName(net, hover.unit.layer, hover.unit.unit), layer: hover.unit.layer + 1 });
    return words.inside_hint;
  }

  function spaceNote({ direct, shares }) {
    const { words, net } = scene;
    if (direct) return net.kind === "forward-forward" ? words.inside_circle : words.inside_direct;
    const percent = (share) => `${Math.round(1000 * share) / 10}%`;
    const units = scene.lattice.layers[layerShown()].units;
    return fillIn(words.inside_projection, { units, share: percent(shares[0] + shares[1]), first: percent(shares[0]), second: percent(shares[1]) });
  }

  // ---- pointer and keys --------------------------------------------------------------------------------------
  const edit = makeEdit(box, {
    change(weight, value) {
      const numbers = Float32Array.from(scene.net.numbers);
      numbers[weight.at] = value;
      onEdit(chosen.learner, numbers);
    },
    walk: (by) => openEdit(weightBeside(edit.weight, by), false),
    closed() {
      hover.weight = null;
      repaint("graph");
      canvases.graph.focus({ preventScroll: true });
    },
  });

  // The numbers in the order of the net's layers; the walk ends where it began.
  function weightBeside(weight, by) {
    const all = netWeights(scene.net);
    const at = weight ? all.findIndex((other) => other.at === weight.at) : by > 0 ? -1 : all.length;
    return all[(at + by + all.length) % all.length];
  }

  function openEdit(weight, focus) {
    paint();
    const edge = hits.graph && hits.graph.edges.find((other) => other.at === weight.at);
    if (!edge) return;
    hover.weight = weight;
    hover.unit = null;
    edit.open(weight, edge.value, weightName(weight), edge.curve ? onEdge(edge.curve, 0.5) : edge.spot, focus);
    repaint("graph");
  }

  const spot = (canvas, event) => {
    const { left, top } = canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const nodeAt = (x, y) => hits.graph && hits.graph.columns.flat().find((node) => x >= node.x && x <= node.x + node.size && y >= node.y && y <= node.y + node.size);

  function point(unit, weight, place) {
    const same = JSON.stringify([unit, weight, place]) === JSON.stringify([hover.unit, hover.weight, hover.place]);
    Object.assign(hover, { unit, weight, place });
    if (!same) repaint();
  }

  canvases.graph.addEventListener("pointermove", (event) => {
    if (!hits.graph) return;
    const [x, y] = spot(canvases.graph, event);
    const held = edit.weight;
    const touched = edgeAt(hits.graph.edges.filter((edge) => edge.spot), x, y, 10);
    const node = touched ? null : nodeAt(x, y);
    const edge = node ? null : touched || edgeAt(hits.graph.edges, x, y, event.pointerType === "touch" ? 18 : 9);
    canvases.graph.style.cursor = edge ? "pointer" : "default";
    const place = node && node.kind !== "label" ? planeFrame(scene.view, node.x, node.y, node.size).placeAt(x, y) : null;
    point(node && node.kind === "unit" ? { layer: node.layer, unit: node.unit } : null, held || edge, place);
  });
  canvases.graph.addEventListener("click", (event) => {
    if (!hits.graph) return;
    const [x, y] = spot(canvases.graph, event);
    const touched = edgeAt(hits.graph.edges.filter((edge) => edge.spot), x, y, 10);
    const node = touched ? null : nodeAt(x, y);
    if (node) return;
    const edge = touched || edgeAt(hits.graph.edges, x, y, 14);
    if (edge) openEdit(netWeights(scene.net).find((weight) => weight.at === edge.at), event.pointerType !== "touch");
    else edit.close();
  });
  canvases.graph.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by) point(null, weightBeside(hover.weight, by), null);
    else if ((event.key === "Enter" || event.key === " ") && hover.weight) openEdit(hover.weight, true);
    else return;
    event.preventDefault();
  });
  canvases.plane.addEventListener("pointermove", (event) => {
    if (!hits.plane) return;
    const [x, y] = spot(canvases.plane, event);
    point(hover.unit, edit.weight, hits.plane.frame.holds(x, y) ? hits.plane.frame.placeAt(x, y) : null);
  });
  canvases.graph.addEventListener("pointerleave", () => point(null, edit.weight, null));
  canvases.plane.addEventListener("pointerleave", () => point(hover.unit, edit.weight, null));
  makeTurnable(canvases.surface, turn, () => repaint("surface"));

  // ---- the fold ----------------------------------------------------------------------------------------------
  const slider = find(".inside-fold input");
  const foldTo = (value) => {
    chosen.fold = value;
    slider.value = value;
    repaint("space");
  };
  let playing = 0;
  slider.addEventListener("input", () => {
    playing += 1;
    foldTo(Number(slider.value));
  });
  find(".inside-play").addEventListener("click", () => {
    const own = (playing += 1);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return foldTo(chosen.fold < 0.5 ? 1 : 0);
    const [from, to] = chosen.fold < 0.5 ? [chosen.fold, 1] : [chosen.fold, 0];
    let start = null;
    const go = (now) => {
      if (own !== playing) return;
      start ??= now;
      const part = Math.min(1, (now - start) / 1800);
      foldTo(from + (to - from) * part * part * (3 - 2 * part));
      if (part < 1) requestAnimationFrame(go);
    };
    requestAnimationFrame(go);
    return undefined;
  });

  // ---- frames ------------------------------------------------------------------------------------------------
  function changed() {
    scene = null;
    hover.unit = null;
    speak();
    repaint();
  }

  // A large net is drawn finely once no new frame has come for a while.
  let resting = true;
  let pause = 0;
  function rest() {
    clearTimeout(pause);
    resting = false;
    pause = setTimeout(() => {
      resting = true;
      scene = null;
      repaint();
    }, 250);
  }

  const shape = (given) => given && given.learners.map(({ net }) => [net.kind, net.activation, net.widths].join(" ")).join("; ");
  const sameNumbers = (one, other) => one.length === other.length && one.every((value, k) => Object.is(value, other[k]));
  const fingerprint = ({ points, classes, view, language }) => JSON.stringify([points, classes, view, language]);
  let print = "";

  const watcher = new IntersectionObserver((entries) => {
    entries.forEach(({ target, isIntersecting }) => {
      seen[isIntersecting ? "add" : "delete"](INSIDE_VIEWS.find((name) => canvases[name] === target));
    });
    paint();
  }, { rootMargin: "120px" });
  Object.values(canvases).forEach((canvas) => watcher.observe(canvas));
  new ResizeObserver(() => repaint()).observe(root);
  new MutationObserver(() => {
    inks = scene = null;
    repaint();
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });

  return {
    show(given) {
      const before = frame;
      frame = given;
      chosen.learner = Math.min(chosen.learner, given.learners.length - 1);
      const { net } = given.learners[chosen.learner];
      const newPrint = fingerprint(given);
      const reshaped = shape(before) !== shape(given);
      if (!reshaped && newPrint === print && scene && scene.net.kind === net.kind && sameNumbers(net.numbers, scene.net.numbers)) {
        paint();
        return;
      }
      if (reshaped) {
        Object.assign(hover, { unit: null, weight: null });
        axesBefore = null;
        edit.close();
      }
      if (reshaped || newPrint !== print) speak();
      print = newPrint;
      scene = null;
      INSIDE_VIEWS.forEach((name) => stale.add(name));
      paint();
      if (hiddenLayers(net).reduce((sum, layer) => sum + layer.outputs, 0) > INSIDE_LARGE) rest();
      if (edit.weight) edit.follow(net.numbers[edit.weight.at]);
    },
  };
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
