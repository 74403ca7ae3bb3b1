// One passage, or several side by side; each token tinted by what the model thought of it, and each a thing to click.
// The value is look.strip_picture().
const frame = element.querySelector(".gpt-frame");
const shelf = element.querySelector(".gpt-columns");
const tip = element.querySelector(".gpt-tip");
const find = (selector) => element.querySelector(selector);
const FULL = 6; // nats at which the tint is full: one chance in 400
let turn = -1;
let columns = []; // what each column shows: {section, box, passage, pieces, probabilities}
let pointed = null; // the token under the pointer or the arrow keys

const colour = (token, probability) => {
  if (probability === null) return;
  token.dataset.p = probability;
  token.style.setProperty("--surprise", `${Math.round(Math.min(1, nats(probability) / FULL) * 60)}%`);
  token.style.setProperty("--likely", `${Math.round(probability * 60)}%`);
};

const span = (shown, place) => {
  const piece = shown.pieces[place];
  const token = make("span", "", piece);
  const bytes = shown.bytes[place];
  if (bytes) { // <EB> are the bytes of a character that an earlier token began, or a later one completes
    const [, first, whole, last] = bytes.match(/^((?:<[0-9A-F]{2}>)*)([^]*?)((?:<[0-9A-F]{2}>)*)$/);
    Object.assign(token.dataset, { bytes, first, last: whole ? last : "" });
    token.classList.add("bytes");
  }
  if (place < shown.given) token.classList.add("given");
  if (piece.startsWith("\n")) token.classList.add("break");
  if (shown.chosen.includes(place)) token.classList.add("chosen");
  colour(token, shown.probabilities[place]);
  return token;
};

const newColumn = (at) => {
  const section = make("section", "gpt-column");
  const head = make("button", "gpt-head");
  const box = make("div", "gpt-box");
  const passage = make("p", "gpt-passage");
  const foot = make("p", "gpt-foot");
  box.tabIndex = 0;
  passage.lang = "zxx";
  head.addEventListener("click", () => trigger("single", { column: at }));
  box.append(passage);
  section.append(head, box, foot);
  shelf.append(section);
  box.addEventListener("scroll", () => { tip.hidden = true; });
  return { section, head, box, passage, foot, pieces: [], probabilities: [], bytes: {}, given: 0 };
};

// What is the same stays in the page; from the first difference on, the column is written anew.
const drawColumn = (column, { tokens, ...shown }) => {
  const pairs = JSON.parse(`[${tokens}]`);
  shown.pieces = pairs.map(([piece]) => piece);
  shown.probabilities = pairs.map(([, probability]) => probability);
  let same = 0;
  const least = Math.min(column.pieces.length, shown.pieces.length);
  while (same < least && column.pieces[same] === shown.pieces[same] &&
    column.probabilities[same] === shown.probabilities[same] && column.bytes[same] === shown.bytes[same] &&
    (same < column.given) === (same < shown.given)) same++;
  const follows = column.box.scrollHeight - column.box.scrollTop - column.box.clientHeight < 60 || same < column.pieces.length;
  if (same < column.passage.childElementCount) {
    const rest = document.createRange();
    rest.setStart(column.passage, same);
    rest.setEndAfter(column.passage.lastChild);
    rest.deleteContents();
    if (pointed && !pointed.isConnected) pointAt(null);
  }
  const more = document.createDocumentFragment();
  for (let place = same; place < shown.pieces.length; place++) more.append(span(shown, place));
  column.passage.append(more);
  if (follows) column.box.scrollTop = shown.writing ? column.box.scrollHeight : column.box.scrollTop;
  column.passage.classList.toggle("writing", shown.writing);
  column.head.textContent = shown.title;
  column.head.hidden = !shown.title;
  column.foot.textContent = shown.status;
  ({ pieces: column.pieces, probabilities: column.probabilities, bytes: column.bytes, given: column.given } = shown);
};

const draw = () => {
  const value = props.value;
  if (!value || !value.columns || value.turn < turn) return;
  if (value.turn !== turn) element.querySelector(".facing")?.classList.remove("facing");
  turn = value.turn;
  while (columns.length > value.columns.length) columns.pop().section.remove();
  while (columns.length < value.columns.length) columns.push(newColumn(columns.length));
  frame.dataset.columns = columns.length;
  columns.forEach((column, at) => drawColumn(column, value.columns[at]));
  find(".gpt-status").textContent = columns.length === 1 ? value.columns[0].status : "";
  find(".gpt-facts").textContent = value.facts;
  find(".gpt-notes").replaceChildren(...value.notes.map((note) => make("p", "", note)));
};

// --- the token under the pointer ---
const pointAt = (token) => {
  pointed?.classList.remove("pointed");
  pointed = token;
  tip.hidden = !token;
  if (!token) return;
  token.classList.add("pointed");
  const known = token.dataset.p !== undefined;
  const p = Number(token.dataset.p);
  tip.querySelector("b").textContent = token.dataset.bytes ?? nameOf(token.textContent);
  tip.querySelector(".p").textContent = known ? percent(p) : "";
  tip.querySelector(".nats").textContent = known ? `${nats(p).toFixed(2)} nats` : "";
  const [at, around] = [token.getClientRects()[0], frame.getBoundingClientRect()];
  if (!at) { tip.hidden = true; return; }
  tip.style.left = `${Math.min(Math.max(at.left - around.left + at.width / 2, 110), around.width - 110)}px`;
  tip.style.top = `${at.top - around.top}px`;
};
const columnOf = (token) => columns.findIndex((column) => column.passage === token.parentElement);
const open = (token) => {
  element.querySelector(".facing")?.classList.remove("facing");
  token.classList.add("facing");
  trigger("token", { column: columnOf(token), place: [...token.parentElement.children].indexOf(token) });
};
const tokenOf = (event) => event.target.closest(".gpt-passage > span");
shelf.addEventListener("pointerover", (event) => pointAt(tokenOf(event)));
shelf.addEventListener("pointerleave", () => pointAt(null));
shelf.addEventListener("click", (event) => { const token = tokenOf(event); if (token) open(token); });
shelf.addEventListener("keydown", (event) => {
  const column = columns.find(({ box }) => box === event.target);
  if (!column || !column.passage.children.length) return;
  const tokens = column.passage.children;
  const here = pointed && pointed.parentElement === column.passage ? [...tokens].indexOf(pointed) : tokens.length;
  const next = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: tokens.length - 1 }[event.key];
  if (next !== undefined) {
    const token = tokens[Math.max(0, Math.min(tokens.length - 1, next))];
    token.scrollIntoView({ block: "nearest" });
    pointAt(token);
  } else if (event.key === "Enter" && here < tokens.length) open(pointed);
  else return;
  event.preventDefault();
});

// --- what the tint means: the visitor's choice stays in the browser ---
const tints = [...element.querySelectorAll(".gpt-legend button")];
const tint = (by) => {
  element.dataset.tint = by;
  tints.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.by === by)));
};
tints.forEach((button) => button.addEventListener("click", () => tint(button.dataset.by)));
tint("surprise");

const stopped = () => columns.forEach(({ passage }) => passage.classList.remove("writing"));
const shut = () => element.querySelector(".facing")?.classList.remove("facing");
window.addEventListener("gpt:stopped", stopped);
window.addEventListener("gpt:shut", shut);
watch("value", draw);
draw();
