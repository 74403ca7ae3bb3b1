// Draws the stage of the CLIP tab from the server's answer. Bars that stay move to their new length; the rest is text.
// Gradio gives element, props and watch.
const root = element.querySelector(".match");
const node = (tag, name, text) => {
  const made = document.createElement(tag);
  made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
};

const drawRow = (row, bar, best, cosineName) => {
  row.className = best ? "match-row best" : "match-row";
  const [label, track, share, cosine] = row.children;
  label.textContent = label.title = bar.label;
  share.textContent = bar.share;
  cosine.textContent = `${cosineName} ${bar.similarity.toFixed(2)}`;
  requestAnimationFrame(() => (track.firstChild.style.width = `${100 * bar.probability}%`));
};

const newRow = () => {
  const row = node("div", "match-row");
  const track = node("span", "match-track");
  track.append(node("div", "match-bar"));
  row.append(node("span", "match-label"), track, node("span", "match-share"), node("span", "match-cosine"));
  return row;
};

const newCard = (picture) => {
  const card = node("figure", "match-card");
  card.dataset.key = picture.key;
  if (picture.thumbnail) {
    const image = node("img", "match-picture");
    image.src = picture.thumbnail;
    image.alt = picture.name;
    card.append(image);
  } else {
    card.append(node("span", "match-name", picture.name));
  }
  card.append(node("figcaption", "match-answer"));
  return card;
};

const drawCard = (card, picture, cosineName) => {
  const answer = card.lastChild;
  if (picture.error) {
    answer.replaceChildren(node("p", "match-problem", picture.error));
    return;
  }
  if (answer.firstChild?.className !== "match-name") answer.replaceChildren(node("p", "match-name", picture.name));
  while (answer.children.length - 1 > picture.labels.length) answer.lastChild.remove();
  while (answer.children.length - 1 < picture.labels.length) answer.append(newRow());
  picture.labels.forEach((bar, i) => drawRow(answer.children[i + 1], bar, i === 0, cosineName));
};

const draw = () => {
  const answer = props.value;
  if (!answer || !answer.pictures) return;
  root.querySelectorAll(".match-note, .match-waiting").forEach((old) => old.remove());
  const old = new Map([...root.querySelectorAll(".match-card")].map((card) => [card.dataset.key, card]));
  [...answer.pictures].reverse().forEach((picture) => {  // the newest first
    const card = old.get(picture.key) ?? newCard(picture);
    old.delete(picture.key);
    root.append(card);
    drawCard(card, picture, answer.cosine_name);
  });
  old.forEach((card) => card.remove());
  const waiting = answer.waiting?.[window.glassbox?.language ?? "en"] ?? answer.waiting;
  if (waiting) root.append(node("p", "match-waiting", waiting));
  answer.notes.forEach(({ title, text }) => {
    const note = node("p", "match-note", ` ${text}`);
    if (title) note.prepend(node("b", "", title));
    root.append(note);
  });
};

watch("value", draw);
draw();

// Pictures may be dropped anywhere on the tab: they go to the file list as if they were dropped there.
const tab = document.querySelector("#demo-clip");
const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
tab.addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  element.classList.add("dropping");
});
tab.addEventListener("dragleave", (event) => {
  if (!tab.contains(event.relatedTarget)) element.classList.remove("dropping");
});
tab.addEventListener("drop", (event) => {
  element.classList.remove("dropping");
  const input = tab.querySelector("#clip-files input[type=file]");
  if (!hasFiles(event) || !input || event.target.closest("#clip-files")) return;
  event.preventDefault();
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
