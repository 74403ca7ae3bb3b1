// The tab's page: takes the server's messages, keeps the film, and draws all that is on the screen from one picture of it.

const find = (selector) => element.querySelector(selector);
const sections = [...element.querySelectorAll(".xor-learner")];
const film = makeFilm();
let points = NO_POINTS; // on the screen: the run's, or those that are being edited
let view = [-0.45, 1.45];
let own = false; // the points have been edited, and the server has not answered yet
let unsent = false; // the last edit has not been sent: a run on the points before it must not undo it
let pointed = null; // a picture of the film that the mouse points at on a curve
const byHand = { index: null, nets: [] }; // weights changed by hand at picture `index`: all versions, [Float32Array, …] each

fill(element);
const transport = makeTransport(find(".xor-transport"), film, trigger, redraw);
const editor = makeEditor(find(".xor-tools"), { points: () => points, view: () => view, set: setPoints, redraw });
const spoken = Object.fromEntries(Object.entries(WORDS).map(([key, entry]) => [key, entry[language]]));
const table = makeTable(find(".xor-table"), editor, (text) => { unsent = false; trigger("upload", { text }); }, notice);
let inside = null;
let insideAsked = ""; // the look inside that a link asked for, once it was given
makeDock(find(".xor-dock"), find(".xor-transport"), find(".xor-run"), insidePlace);

function insidePlace() {
  return document.querySelector("#xor-inside .xor-inside");
}

// ---- what arrives

function take() {
  const message = glassbox.unpacked(props.value);
  if (!message) return;
  if (film.head && message.turn < film.head.turn) return;
  const another = film.take(message);
  if (another) {
    own = unsent && message.own;
    byHand.nets = [];
    if (!editor.dragging && !own) {
      unsent = false;
      view = message.view;
      points = {
        places: message.points,
        classes: message.classes,
        tests: message.test_points || [],
        testClasses: message.test_classes || [],
      };
    }
    sections.forEach((section, at) => { section.hidden = at >= message.learners.length; });
    element.dataset.learners = message.learners.length;
    element.dataset.run = message.run;
  }
  transport.heard(another);
}

// ---- the points

let settling = 0;
function setPoints(changed, settled) {
  if (!own) transport.pause();
  own = unsent = true;
  points = changed;
  clearTimeout(settling);
  const both = new Set(points.classes).size === 2;
  notice(both ? "" : say(points.places.length ? "one_class" : "no_points"));
  if (settled && both) settling = setTimeout(() => { unsent = false; trigger("edit", { points: editor.listed(), view }); }, 350);
  redraw();
}

function notice(words) {
  const place = find(".xor-notice");
  place.hidden = !words;
  write(place, words);
}

// ---- weights changed by hand

// A change that `goesOn` belongs to the version before it: one drag of a slider is taken back as one.
function editWeights(at, numbers, goesOn = false) {
  const frame = transport.frame;
  transport.pause();
  const before = byHand.nets.length ? byHand.nets[byHand.nets.length - 1] : film.head.learners.map(() => null);
  if (goesOn && byHand.index === frame.index) byHand.nets.pop();
  byHand.index = frame.index;
  byHand.nets.push(before.map((own, k) => (k === at ? Float32Array.from(numbers) : own)));
  redraw();
}

// The net on the screen, and whether it was changed by hand.
function shownNet(frame, at) {
  const changed = byHand.nets.length && byHand.index === frame.index ? byHand.nets[byHand.nets.length - 1][at] : null;
  return [changed ? makeNet(film.head.learners[at], changed) : film.netOf(frame, at), Boolean(changed)];
}

function packed(numbers) {
  const bytes = new Uint8Array(Float32Array.from(numbers).buffer);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function trainOn() {
  const frame = transport.frame;
  trigger("apply", {
    index: frame.index,
    steps: frame.learners.map(({ step }) => step),
    weights: film.head.learners.map((_, at) => packed(shownNet(frame, at)[0].numbers)),
    ...transport.settings,
  });
}

find("[data-do='train-on']").addEventListener("click", trainOn);
find("[data-do='undo-hand']").addEventListener("click", () => { byHand.nets.pop(); redraw(); });

// ---- drawing

function drawLearner(frame, at) {
  const { head } = film;
  const section = sections[at];
  const part = (selector) => section.querySelector(selector);
  const spec = head.learners[at];
  const record = frame.learners[at];
  const [net, changed] = shownNet(frame, at);
  const stand = own || changed
    ? verdictByHand(net, points)
    : verdictOf(head, at, record, net, points, transport.playing);
  if (own) stand.reason = say("points_changed");

  const name = say(spec.kind.replace("-", "_"));
  write(part("h3"), name);
  write(part(".xor-detail"), detailOf(spec, net));
  const verdict = part(".xor-verdict");
  write(verdict, stand.verdict);
  verdict.dataset.tone = stand.tone;
  write(part(".xor-reason"), stand.reason);
  const accuracy = 1 - wrongPoints(net, points.places, points.classes).size / Math.max(1, points.places.length);
  const numbers = part(".xor-numbers").children;
  write(numbers[0], say(spec.kind === "perceptron" ? "count_shown" : "count_steps", { steps: count(record.step) }));
  write(numbers[1], say("accuracy_is", { accuracy: percent(own || changed ? accuracy : record.accuracy) }));
  write(numbers[2], own || changed ? "" : say("loss_is", { loss: decimals(record.loss) }));
  const tested = record.test_accuracy != null && !own && !changed;
  write(numbers[3], tested ? `${say("held_out")}: ${say("accuracy_is", { accuracy: percent(record.test_accuracy) })}` : "");

  const witness = stand.key === "no_line" ? [...head.proof.ones, ...head.proof.zeros].map(({ index }) => index) : null;
  const lines = stand.key === "cycle" || stand.key === "long_cycle" ? head.cycle.lines : [];
  const plane = part(".xor-plane");
  plane.setAttribute("aria-label", `${name}: ${stand.verdict}. ${say("plane_help")}`);
  if (inSight.has(plane)) {
    const { pen, width, height } = sheet(plane);
    const size = transport.playing && net.numbers.length > 300 ? 40 : 64;
    drawPlane(pen, width, height, { net, view, points, witness, lines, size });
    editor.drawCursor(plane, pen, width, height);
  }
  if (inSight.has(part(".xor-curve"))) {
    const { pen, width, height } = sheet(part(".xor-curve"));
    drawCurves(pen, width, height, film.frames, at, record, pointed && pointed.learners[at]);
  }
  goodnessBars(part(".xor-goodness"), record);
  const proof = part(".xor-proof");
  proof.hidden = !(witness || lines.length) || !head.proof;
  if (!proof.hidden && proof.dataset.run !== String(head.run)) {
    proof.innerHTML = proofHtml(head.proof);
    proof.dataset.run = head.run;
  }
  return { name, spec, net, step: record.step };
}

function detailOf({ kind, widths, activation, lr }, net) {
  const parts = [[2, ...widths.slice(1)].join("–"), say(`activation_${activation}`), ...(lr ? [say("own_lr", { lr })] : [])];
  if (kind !== "perceptron") return parts.join(" · ");
  const [w1, w2, b] = lineOf(net).map(signed);
  return say("perceptron_detail", { w1, w2, b });
}

// How good each layer finds the points with their right label, and with a wrong one.
function goodnessBars(place, { positive = [], negative = [] }) {
  place.hidden = !positive.length;
  if (place.hidden) return;
  if (place.children.length !== positive.length + 1) {
    const row = "<li><span></span><i><b></b></i><i><b></b></i></li>";
    place.innerHTML = `<li class="xor-heads"><span></span><em></em><em></em></li>${row.repeat(positive.length)}`;
    ["goodness", "goodness_right", "goodness_wrong"].forEach((key, k) => { place.children[0].children[k].textContent = say(key); });
  }
  const most = Math.max(1, ...positive, ...negative);
  positive.forEach((value, layer) => {
    const [label, right, wrong] = place.children[layer + 1].children;
    write(label, say("layer", { layer: layer + 1 }));
    [[right, value], [wrong, negative[layer]]].forEach(([bar, share]) => {
      bar.firstChild.style.width = `${(100 * (share || 0)) / most}%`;
      bar.dataset.value = share === null ? "–" : share.toFixed(2);
    });
  });
}

function draw() {
  const frame = transport.frame;
  if (!frame) return;
  const learners = film.head.learners.map((_, at) => drawLearner(frame, at));
  inside ||= insidePlace() && makeInside(insidePlace(), { onEdit: editWeights }); // it may be mounted after this part
  inside?.show({ learners, points: points.places, classes: points.classes, view, language, words: spoken });
  if (inside && film.head.inside && film.head.inside !== insideAsked) inside.restore(insideAsked = film.head.inside);
  transport.show();
  table.refresh();
  find(".xor-hand").hidden = !(byHand.nets.length && byHand.index === frame.index);
  find("[data-do='undo-points']").disabled = !editor.canUndo;
  element.dataset.running = transport.playing;
  element.dataset.over = film.head.over && frame === film.last;
  element.dataset.frame = frame.index;
  element.dataset.pictures = Number(element.dataset.pictures || 0) + 1;
}

// At most one drawing per frame of the screen.
let wanted = false;
function redraw() {
  if (wanted) return;
  wanted = true;
  requestAnimationFrame(() => { wanted = false; draw(); });
}

// Planes and curves that nobody sees are not drawn: "Look inside" may be in sight alone.
const inSight = new Set();
const sight = new IntersectionObserver((entries) => {
  entries.forEach(({ target, isIntersecting }) => inSight[isIntersecting ? "add" : "delete"](target));
  redraw();
}, { rootMargin: "150px" });
element.querySelectorAll(".xor-plane, .xor-curve").forEach((canvas) => sight.observe(canvas));

// ---- the curves under the mouse

sections.forEach((section, at) => {
  const curve = section.querySelector(".xor-curve");
  const tip = section.querySelector(".xor-tip");
  const at_ = (event) => {
    const box = curve.getBoundingClientRect();
    return frameAt(film.frames, at, (event.clientX - box.left) / box.width);
  };
  curve.addEventListener("pointermove", (event) => {
    if (!film.last) return;
    pointed = at_(event);
    tip.hidden = false;
    write(tip, curveWords(film.head.learners[at].kind, pointed.learners[at]));
    redraw();
  });
  curve.addEventListener("pointerleave", () => { pointed = null; tip.hidden = true; redraw(); });
  curve.addEventListener("click", (event) => { if (film.last) transport.stand(at_(event).index); });
  editor.attach(section.querySelector(".xor-plane"));
});

// ---- for the rest of the tab

// What is on the screen: for links and for taking the nets along. `edited` are the learners changed by hand.
function present() {
  const frame = transport.frame;
  if (!frame) return null;
  const learners = film.head.learners.map((spec, at) => {
    const [net, changed] = shownNet(frame, at);
    return {
      kind: spec.kind, name: say(spec.kind.replace("-", "_")), spec, net, edited: changed,
      step: frame.learners[at].step, numbers: Array.from(net.numbers), weights: packed(net.numbers),
    };
  });
  const { speed, stop } = transport.settings;
  return { frame: frame.index, atEnd: frame === film.last, learners, points, view, own: own || film.head.own, speed, stop, inside: inside?.state || "" };
}

element.glassbox = {
  present,
  edit: editWeights,
  // Learner number `at` as it is on the screen, on any pen, width × height.
  drawLearner(pen, width, height, at) {
    const [net] = shownNet(transport.frame, at);
    drawPlane(pen, width, height, { net, view, points, size: 128 });
  },
  stand: transport.stand,
  play: transport.play,
  pause: transport.pause,
};

watch("value", take);
new ResizeObserver(redraw).observe(element);
new MutationObserver(redraw).observe(document.body, { attributes: true, attributeFilter: ["class"] });
take();
