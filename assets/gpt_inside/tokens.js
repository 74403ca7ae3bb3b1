// How the tokeniser cut the text: each token with its number and its bytes.
const chips = find(".gi-chips");

const writeChips = () => {
  find(".gi-cut").textContent = seen.cut;
  chips.replaceChildren(...seen.tokens.map(({ id, text, completes, partial, bytes: own }, t) => {
    const chip = make("li", partial ? "partial" : "");
    chip.dataset.t = t;
    chip.append(make("b", "", partial ? text : visible(text)), make("span", "id", id), make("span", "bytes", own.join(" ")));
    if (partial && completes) chip.append(make("span", "whole", `= ${visible(completes)}`));
    return chip;
  }));
};
const showChips = () => {
  [...chips.children].forEach((chip, t) => chip.classList.toggle("chosen", t === state.position));
};
follow.tokens.push(showChips);
chips.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-t]");
  if (chip) lookFrom(Number(chip.dataset.t));
});
