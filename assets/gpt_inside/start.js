// Takes what the server sends: pictures (value), the walk's numbers (walk) and progress. An older message never
// replaces a newer one.
const fresh = (picture) => {
  const grew = seen && seen.tokens.every(({ id }, t) => picture.tokens[t]?.id === id);
  const sameShape = seen && picture.shape.layers === seen.shape.layers && picture.shape.heads === seen.shape.heads;
  seen = picture;
  attention = bytes(picture.attention);
  if (!grew) state.position = picture.tokens.length - 1;
  if (!sameShape) [state.layer, state.head] = mostDecided();
  [state.hover, state.row, pointed, columnShown, wanted] = [null, null, null, null, ""];
  find(".gi-notes").replaceChildren(...picture.notes.map((note) => make("p", "", note)));
  writeText();
  writeHeads();
  writeTable();
  writeChips();
  root.classList.add("ready");
  if (picture.sight) turnTo(picture.sight);
  refresh();
};

// Where a lesson wants the visitor to look.
const turnTo = ({ view, layer, head, token: text }) => {
  if (layer) [state.layer, state.head] = [clamp(layer - 1, 0, seen.shape.layers - 1), (head ?? 1) - 1];
  const chosen = seen.tokens.findLastIndex((each) => each.text === text);
  if (chosen >= 0) state.position = chosen;
  if (view) show(view);
};

const look = () => {
  const picture = glassbox.unpacked(props.value);
  if (!picture || picture.turn <= turn) return;
  turn = picture.turn;
  fresh(picture);
};
watch("value", look);
watch("walk", () => {
  const walk = glassbox.unpacked(props.walk);
  if (!walk || walk.turn !== turn) return;
  walked = walk;
  if (state.view === "walk") showValues();
});
watch("progress", () => {
  const share = props.progress ?? 1;
  const bar = find(".gi-progress");
  bar.hidden = share >= 1;
  bar.firstElementChild.style.width = `${100 * share}%`;
});

const show = (view) => {
  state.view = root.dataset.view = view;
  for (const button of all(".gi-switch button")) button.setAttribute("aria-selected", button.dataset.view === view);
  for (const panel of all("[data-panel]")) panel.hidden = panel.dataset.panel !== view;
  refresh();
};
for (const button of all(".gi-switch button")) button.addEventListener("click", () => show(button.dataset.view));

// Canvases follow the width of the page and the light.
let frame = 0;
new ResizeObserver(() => {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(refresh);
}).observe(root);
window.addEventListener("glassbox:light", () => {
  if (!seen) return;
  writeHeads();
  refresh();
});
show("attention");
look();
