// A passage as a strip of tokens, each tinted by how surprised the model was: −ln p, in nats.
// Runs as the js_on_load of a gr.HTML whose value is look.Passage.picture().
const box = element.querySelector(".gpt-box");
const passage = element.querySelector(".gpt-passage");
const tip = element.querySelector(".gpt-tip");
const FULL = 6; // nats at which the tint is full: one chance in 400
let shown = { pieces: [], probabilities: [], given: 0 };

const span = (piece, probability, given) => {
  const token = document.createElement("span");
  token.textContent = piece;
  token.className = (given ? "given" : "") + (piece === "\n" ? " break" : "");
  if (probability !== null) {
    const surprise = -Math.log(Math.max(probability, 1e-12));
    token.style.setProperty("--tint", `${Math.round(Math.min(1, surprise / FULL) * 60)}%`);
    token.dataset.p = probability;
  }
  return token;
};

const draw = () => {
  const value = props.value;
  if (!value || !value.pieces) return;
  // A passage that grew keeps its tokens; another one starts anew.
  const grew = value.given === shown.given && value.pieces.length >= shown.pieces.length &&
    shown.pieces.every((piece, i) => piece === value.pieces[i] && shown.probabilities[i] === value.probabilities[i]);
  if (!grew) passage.replaceChildren();
  const more = document.createDocumentFragment();
  for (let i = grew ? shown.pieces.length : 0; i < value.pieces.length; i++)
    more.append(span(value.pieces[i], value.probabilities[i], i < value.given));
  const following = box.scrollHeight - box.scrollTop - box.clientHeight < 60 || !grew;
  passage.append(more);
  if (following) box.scrollTop = box.scrollHeight;
  passage.classList.toggle("writing", value.writing);
  element.querySelector(".gpt-facts").textContent = value.facts;
  element.querySelector(".gpt-status").textContent = value.status;
  element.querySelector(".gpt-notes").replaceChildren(...value.notes.map((note) => {
    const line = document.createElement("p");
    line.textContent = note;
    return line;
  }));
  shown = { pieces: [...value.pieces], probabilities: [...value.probabilities], given: value.given };
};

const percent = (p) => (p > 0.995 ? "> 99 %" : p >= 0.1 ? `${Math.round(100 * p)} %` : p >= 0.0001 ? `${(100 * p).toPrecision(2)} %` : "< 0.01 %");
const point = (event) => {
  const token = event.target.closest("span[data-p]");
  passage.querySelector(".pointed")?.classList.remove("pointed");
  tip.hidden = !token;
  if (!token) return;
  token.classList.add("pointed");
  const name = { "\n": "↵", " ": "␣" }[token.textContent] ?? token.textContent;
  const p = Number(token.dataset.p);
  tip.querySelector("b").textContent = name;
  tip.querySelector(".p").textContent = percent(p);
  tip.querySelector(".nats").textContent = `${Math.max(0, -Math.log(Math.max(p, 1e-12))).toFixed(2)} nats`;
  const [at, frame] = [token.getClientRects()[0], box.parentElement.getBoundingClientRect()];
  const left = Math.min(Math.max(at.left - frame.left + at.width / 2, 80), frame.width - 80);
  tip.style.left = `${left}px`;
  tip.style.top = `${at.top - frame.top}px`;
};
passage.addEventListener("pointerover", point);
passage.addEventListener("pointerleave", point);
passage.addEventListener("pointerdown", point);
box.addEventListener("scroll", () => { tip.hidden = true; });
watch("value", draw);
draw();
