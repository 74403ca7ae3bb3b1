// "Look inside" one net: the graph of its units' maps, the output as a landscape, the plane with all lines, the fold.
// What the pointer touches in one view is marked in the others. Every view draws only when it is seen and has changed.

const INSIDE_VIEWS = ["graph", "surface", "plane", "space"];
const INSIDE_WIDE = 700; // CSS pixels from which two views stand beside each other
const INSIDE_BUDGET = 8; // milliseconds a frame before the next view waits for the next frame
const INSIDE_REST = 250; // milliseconds without a new frame after which a net is drawn finely

const INSIDE_PAGE = `
  <div class="inside-bar"><h3></h3><div class="inside-which inside-choice" role="group"></div>
    <div class="inside-labels inside-choice" role="group"></div></div>
  <div class="inside-views">${INSIDE_VIEWS.map((name) => `
    <section class="inside-view inside-${name}"><h4></h4><p class="inside-caption"></p>
      <div class="inside-frame"><canvas></canvas></div><div class="inside-below"></div></section>`).join("")}
  </div>`;

// show({ learners: [{ name, spec, net, step }], points, classes, view, language, words }) draws a frame;
// onEdit(learner, numbers, goesOn) is called when a weight is changed by hand; `goesOn` while it is the same drag.
// state is what is looked at, as letters for a link ("" for the usual look); restore(letters) looks at that again.
function makeInside(root, { onEdit }) {
  root.classList.add("inside");
  root.innerHTML = INSIDE_PAGE;
  const find = (selector) => root.querySelector(selector);
  const canvases = Object.fromEntries(INSIDE_VIEWS.map((name) => [name, find(`.inside-${name} canvas`)]));
  INSIDE_VIEWS.forEach((name) => {
    const byKeys = name === "graph" || name === "surface";
    canvases[name].setAttribute("role", byKeys ? "application" : "img");
    if (byKeys) canvases[name].tabIndex = 0;
  });
  find(".inside-graph .inside-below").innerHTML = `<p class="inside-status" aria-live="polite"></p><div class="inside-goodness"></div>`;
  find(".inside-space .inside-below").innerHTML = `<div class="inside-fold"></div>
    <div class="inside-layers inside-choice" role="group"></div><p class="inside-note"></p>`;
  const box = document.createElement("div");
  box.className = "inside-edit";
  box.setAttribute("role", "dialog");
  find(".inside-graph .inside-frame").append(box);

  let frame = null; // what show() was given last
  let scene = null; // what is drawn of it
  let inks = null;
  let axesBefore = null;
  const chosen = { learner: -1, label: 1, layer: -1 };
  const hover = { unit: null, weight: null, place: null };
  let kept = null; // the unit that a click keeps marked
  const turn = { yaw: -0.62, pitch: 0.56 };
  const drawn = {}; // what the views returned, for the pointer
  const stale = new Set(INSIDE_VIEWS); // in the order in which they wait
  const seen = new Set(INSIDE_VIEWS);
  const canvasesKept = { pictures: new Map(), scratch: document.createElement("canvas") };

  const netShown = () => frame.learners[chosen.learner].net;
  function layerShown(net) {
    const layers = hiddenLayers(net).length;
    return chosen.layer < 0 || chosen.layer >= layers ? layers - 1 : chosen.layer;
  }

  // ---- drawing -----------------------------------------------------------------------------------------------
  const painters = {
    graph() {
      canvases.graph.style.height = `${graphHeight(scene.net, canvases.graph.clientWidth)}px`;
      drawn.graph = drawGraph(canvases.graph, scene);
      drawGoodness(find(".inside-goodness"), scene);
      write(find(".inside-status"), insideStatus(scene));
    },
    surface() { drawSurface(canvases.surface, scene, turn); },
    plane() { drawn.plane = drawInputPlane(canvases.plane, scene); },
    space() {
      const flat = !hiddenLayers(scene.net).length;
      find(".inside-space").classList.toggle("inside-flat", flat);
      if (flat) return;
      const layer = layerShown(scene.net);
      const found = drawSpace(canvases.space, scene, { layer, fold: fold.value, before: axesBefore });
      if (!found) return;
      axesBefore = found.axes.direct ? null : found.axes.axes;
      write(find(".inside-note"), spaceNote(scene, layer, found.axes));
    },
  };

  function paint() {
    if (!frame || !root.offsetParent) return undefined;
    inks ||= insideInks();
    scene ||= insideScene(frame, netShown(), { label: chosen.label, resting, inks, hover, ...canvasesKept });
    const start = performance.now();
    for (const name of [...stale]) {
      if (!seen.has(name)) continue;
      if (performance.now() - start > INSIDE_BUDGET) return repaint(name);
      stale.delete(name);
      painters[name]();
      canvases[name].dataset.pictures = Number(canvases[name].dataset.pictures || 0) + 1;
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

  // ---- words and choices -------------------------------------------------------------------------------------
  function speak() {
    const { words, learners } = frame;
    const net = netShown();
    const kind = net.kind.replace("-", "_");
    INSIDE_VIEWS.forEach((name) => {
      const section = find(`.inside-${name}`);
      const title = words[`inside_${name}`];
      const caption = words[`inside_${name}_${kind}`] || words[`inside_${name}_caption`];
      write(section.querySelector("h4"), title);
      write(section.querySelector(".inside-caption"), fillIn(caption, { label: chosen.label }));
      canvases[name].setAttribute("aria-label", `${title}. ${words[`inside_${name}_keys`] || ""}`);
    });
    write(find("h3"), words.inside_title);
    fold.speak(words);
    edit.speak(words);
    const names = (wanted, list) => (wanted ? list : []);
    const layers = hiddenLayers(net).map((_, layer) => fillIn(words.inside_layer, { layer: layer + 1 }));
    const labels = [0, 1].map((label) => fillIn(words.inside_with_label, { label }));
    insideChoices(find(".inside-which"), names(learners.length > 1, learners.map(({ name }) => name)), chosen.learner, choose("learner"));
    insideChoices(find(".inside-labels"), names(net.kind === "forward-forward", labels), chosen.label, choose("label"));
    insideChoices(find(".inside-layers"), names(layers.length > 1, layers), layerShown(net), choose("layer"));
  }

  const choose = (what) => (value) => {
    chosen[what] = value;
    if (what !== "label") axesBefore = null;
    if (what === "learner") forget();
    scene = null;
    speak();
    repaint();
  };

  // What was pointed at belongs to another net.
  function forget() {
    kept = axesBefore = null;
    Object.assign(hover, { unit: null, weight: null });
    edit.close();
  }

  // ---- pointer and keys --------------------------------------------------------------------------------------
  const edit = makeEdit(box, {
    change(weight, value, goesOn) {
      const numbers = Float32Array.from(netShown().numbers);
      numbers[weight.at] = value;
      onEdit(chosen.learner, numbers, goesOn);
    },
    walk: (by) => open(weightBeside(netShown(), edit.weight, by), false),
    closed() {
      canvases.graph.focus({ preventScroll: true });
      repaint("graph");
    },
  });

  function open(weight, focus) {
    paint();
    const edge = drawn.graph && drawn.graph.edges.find((other) => other.at === weight.at);
    if (!edge) return;
    Object.assign(hover, { unit: null, weight });
    edit.open(weight, edge.value, weightName(scene, weight), edge.curve ? onEdge(edge.curve, 0.5) : edge.spot, focus);
    repaint();
  }

  // While a weight is open it stays marked; a kept unit gives way to the one under the pointer.
  function point(unit, weight, place) {
    const next = edit.weight ? { unit: null, weight: edit.weight, place } : { unit: unit || (weight ? null : kept), weight, place };
    const same = ["unit", "weight", "place"].every((key) => JSON.stringify(next[key]) === JSON.stringify(hover[key]));
    Object.assign(hover, next);
    if (!same) repaint();
  }

  makeGraphTouch(canvases.graph, {
    drawn: () => drawn.graph,
    scene: () => scene,
    point,
    open,
    keep(unit) {
      kept = unit && JSON.stringify(unit) !== JSON.stringify(kept) ? unit : null;
      point(kept, null, hover.place);
    },
    leave: () => edit.close(),
  });
  const touchPlane = (event) => {
    if (!drawn.plane) return;
    const { left, top } = canvases.plane.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    point(kept, null, drawn.plane.frame.holds(x, y) ? drawn.plane.frame.placeAt(x, y) : null);
  };
  for (const kind of ["pointermove", "pointerdown"]) canvases.plane.addEventListener(kind, touchPlane);
  canvases.plane.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") point(kept, null, null); });
  makeTurnable(canvases.surface, turn, () => repaint("surface"));
  const fold = makeFold(find(".inside-fold"), () => {
    if (frame) fold.speak(frame.words);
    repaint("space");
  });

  // ---- frames ------------------------------------------------------------------------------------------------
  const watcher = new IntersectionObserver((entries) => {
    entries.forEach(({ target, isIntersecting }) => {
      seen[isIntersecting ? "add" : "delete"](INSIDE_VIEWS.find((name) => canvases[name] === target));
    });
    paint();
  }, { rootMargin: "120px" });
  Object.values(canvases).forEach((canvas) => watcher.observe(canvas));
  new ResizeObserver(() => {
    root.classList.toggle("inside-wide", root.clientWidth >= INSIDE_WIDE);
    repaint();
  }).observe(root);
  new MutationObserver(() => {
    inks = scene = null;
    repaint();
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });

  let resting = true;
  let pause = 0;
  let shownAt = -Infinity;
  function rest(net) {
    const moves = performance.now() - shownAt < INSIDE_REST;
    shownAt = performance.now();
    if (!moves && !isLargeNet(net)) return; // one step, or a jump on the time line
    clearTimeout(pause);
    resting = false;
    pause = setTimeout(() => {
      resting = true;
      scene = null;
      repaint();
    }, INSIDE_REST);
  }

  // kind_label_layer_fold_yaw_pitch, the fold in percent, the angles in whole degrees.
  const LOOK = /^(perceptron|mlp|forward-forward)_([01])_(\d)_(\d{1,3})_(\d{1,3})_(\d{1,2})$/;
  const degrees = (angle) => (Math.round((angle * 180) / Math.PI) + 360) % 360;
  const firstLook = () => Math.max(0, frame.learners.findIndex(({ net }) => net.kind !== "perceptron")); // has something inside
  const usualTurn = `${degrees(turn.yaw)}_${degrees(turn.pitch)}`;

  function state() {
    if (!frame) return "";
    const { kind } = netShown();
    const layer = hiddenLayers(netShown()).length ? layerShown(netShown()) : 0;
    const usual = [frame.learners[firstLook()].net.kind, 1, Math.max(0, hiddenLayers(netShown()).length - 1), 100, usualTurn].join("_");
    const found = [kind, chosen.label, layer, Math.round(100 * fold.value), degrees(turn.yaw), degrees(turn.pitch)].join("_");
    return found === usual ? "" : found;
  }

  function restore(letters) {
    const [, kind, label, layer, folded, yaw, pitch] = LOOK.exec(letters) || [];
    const learner = frame.learners.findIndex(({ net }) => net.kind === kind);
    if (learner < 0) return;
    Object.assign(chosen, { learner, label: Number(label), layer: Number(layer) });
    Object.assign(turn, { yaw: (Number(yaw) * Math.PI) / 180, pitch: (Math.max(5, Math.min(83, Number(pitch))) * Math.PI) / 180 });
    fold.moveTo(Math.min(1, Number(folded) / 100));
    forget();
    scene = null;
    speak();
    repaint();
  }

  const sameNumbers = (one, other) => one.length === other.length && one.every((value, k) => Object.is(value, other[k]));
  const last = { shape: "", setting: "" };

  return {
    get state() { return state(); },
    restore,
    show(given) {
      frame = given;
      const kinds = given.learners.map(({ net }) => net.kind);
      if (!kinds[chosen.learner]) chosen.learner = firstLook();
      const net = netShown();
      const shape = JSON.stringify(given.learners.map(({ name, net: { kind, activation, widths } }) => [name, kind, activation, widths]));
      const setting = JSON.stringify([given.points, given.classes, given.view, given.language]);
      const known = shape === last.shape && setting === last.setting;
      if (known && scene && sameNumbers(net.numbers, scene.net.numbers)) return paint();
      if (shape !== last.shape) forget();
      if (!known) speak();
      Object.assign(last, { shape, setting });
      scene = null;
      rest(net);
      INSIDE_VIEWS.forEach((name) => stale.add(name));
      if (edit.weight) edit.follow(net.numbers[edit.weight.at]);
      return paint();
    },
  };
}
