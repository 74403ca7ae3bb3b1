// The strip of lessons: a chip opens its card, a card's buttons set the tab.
const show = (number) => {
  element.querySelectorAll(".gpt-card").forEach((card) => { card.hidden = card.dataset.card !== number; });
  element.querySelectorAll(".gpt-chip").forEach((chip) => chip.setAttribute("aria-expanded", String(chip.dataset.open === number)));
};
// The card to the upper edge of the window; what its button sets comes into sight once the answer has its place.
const rise = (place, block) => place?.scrollIntoView({ behavior: "smooth", block });
const stage = () => [...document.querySelectorAll("#gpt-strip, #gpt-inside, #gpt-train-stage")].find((one) => one.offsetParent);
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const card = button.closest(".gpt-card");
  if (button.dataset.do) {
    trigger("lesson", { lesson: card.dataset.card, do: button.dataset.do });
    setTimeout(() => rise(stage(), "nearest"), 700);
  } else {
    const number = button.getAttribute("aria-expanded") === "true" ? "0" : button.dataset.open;
    show(number);
    if (number !== "0") rise(element, "start");
  }
});
show("0");
