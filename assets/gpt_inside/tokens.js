// How the tokeniser cut the text: each token with its number and its bytes.
const chips = find(".gi-chips");

const writeChips = () => {
  find(".gi-cut").textContent = seen.cut;
  chips.replaceChildren(...seen.tokens.map(({ id, text, completes, partial, bytes: own }, t) => {
    const chip = make("li", partial ? "partial" : "");
    chip.dataset.t = t;
    chip.append(make("b", "", visible(text)), make("span", "id", id), make("span", "bytes", own.join(" ")));
    if (partial && completes) chip.append(make("span", "whole", `= ${visible(completes)}`));
    return chip;
  }));
};
const showChips = () => {
  [...chips.children].forEach((chip, t) => chip.classList.toggle("chosen", t === state.position));
};
// Byte pair encoding: the word of the chosen token, from its bytes to its tokens, a merge a line.
const showMerges = () => {
  const word = seen.words_merged.find(({ first, last }) => first <= state.position && state.position <= last);
  find(".gi-merges").hidden = !word;
  if (!word) return;
  const title = !word.steps.length ? "merges_long" : word.same ? "merges" : "merges_other";
  find(".gi-merges h4").textContent = say(title, { word: visible(word.word), bytes: word.bytes.toLocaleString() });
  find(".gi-merges ol").replaceChildren(...word.steps.map((pieces, step) => {
    const line = make("li");
    const before = new Set(step ? word.steps[step - 1] : pieces);
    line.append(...pieces.map((text) => make("b", before.has(text) ? "" : "new", visible(text))));
    return line;
  }));
};
follow.tokens.push(showChips, showMerges);
chips.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-t]");
  if (chip) lookFrom(Number(chip.dataset.t));
});
