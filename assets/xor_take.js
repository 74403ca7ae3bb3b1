// "Take it with you": the picture is made here, script and weights by the server, and nothing is left on a disk there.
const PIXELS = 1200; // along a side of the PNG
const SIZE = 600; // along a side of the SVG, and what the PNG's lines are drawn for
const find = (selector) => element.querySelector(selector);
let chosen = null; // the learner to take; first a net, if there is one
let watched = false;
const stage = () => [...document.querySelectorAll("#xor-picture, #xor-picture *")].find((one) => one.glassbox)?.glassbox;
let wishes = 0;
let known = "";

// One button for each learner on the screen, in case there are several.
function refresh() {
  follow();
  const present = stage()?.present();
  if (!present) return;
  chosen ??= Math.max(0, present.learners.findIndex(({ kind }) => kind !== "perceptron"));
  const learners = present.learners.map(({ name }) => name);
  chosen = Math.min(chosen, learners.length - 1);
  const wanted = `${learners} ${chosen}`;
  if (known === wanted) return;
  known = wanted;
  find(".take-learners").replaceChildren(...learners.map((name, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.setAttribute("aria-pressed", at === chosen);
    button.addEventListener("click", () => { chosen = at; refresh(); });
    return button;
  }));
}

function save(name, parts, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const pictureName = ({ kind, spec, step }, ending) => `glassbox-${kind}-${spec.widths.join("-")}-step-${step}.${ending}`;

function savePng(learner) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = PIXELS;
  const pen = canvas.getContext("2d");
  pen.scale(PIXELS / SIZE, PIXELS / SIZE);
  stage().drawLearner(pen, SIZE, SIZE, chosen);
  canvas.toBlob((blob) => save(pictureName(learner, "png"), [blob], "image/png"));
}

function saveSvg(learner) {
  const pen = new SvgPen(SIZE, SIZE);
  stage().drawLearner(pen, SIZE, SIZE, chosen);
  save(pictureName(learner, "svg"), [pen.text(`${learner.name}, step ${learner.step}`)], "image/svg+xml");
}

element.addEventListener("click", ({ target }) => {
  const what = target.closest("button")?.dataset.take;
  const present = what && stage()?.present();
  if (!present) return;
  refresh();
  const learner = present.learners[chosen];
  if (what === "png") savePng(learner);
  else if (what === "svg") saveSvg(learner);
  else {
    wishes += 1;
    const { kind, step, weights, edited } = learner;
    const own = { kind, step, weights, edited };
    const learners = present.learners.map((one) => ({ kind: one.kind, step: one.step, weights: one.weights, edited: one.edited }));
    trigger("submit", { what, number: wishes, hide: find(".take-hide").checked, ...(what === "link" ? { learners, inside: present.inside } : own) });
  }
});

async function copy(query) {
  const address = location.origin + location.pathname + (query === "?" ? "" : query);
  const field = find(".take-address");
  field.hidden = false;
  field.value = address;
  try {
    await navigator.clipboard.writeText(address);
    find(".take-done").hidden = false;
    setTimeout(() => { find(".take-done").hidden = true; }, 4000);
  } catch {
    field.select(); // no clipboard without HTTPS: the link stands there to be copied
  }
}

function take() {
  const given = glassbox.unpacked(props.value);
  if (!given) return;
  const { number, name, mime, content, link } = given;
  if (number !== wishes) return;
  if (link) copy(link);
  else save(name, [Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], mime);
}

find(".take-hide").addEventListener("change", () => { find(".take-address").hidden = true; });
watch("value", take);
element.addEventListener("pointerenter", refresh);
element.addEventListener("focusin", refresh);

// The stage may be mounted after this part.
function follow() {
  const picture = document.querySelector("#xor-picture");
  if (watched || !picture) return;
  watched = true;
  new MutationObserver(refresh).observe(picture, {
    subtree: true,
    attributes: true,
    attributeFilter: ["data-run", "data-learners", "data-running"],
  });
}
new IntersectionObserver(refresh).observe(element);
refresh();
