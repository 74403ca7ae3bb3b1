// The strip of lessons: a chip opens its card, a card's buttons set the tab.
const show = (number) => {
  element.querySelectorAll(".gpt-card").forEach((card) => { card.hidden = card.dataset.card !== number; });
  element.querySelectorAll(".gpt-chip").forEach((chip) => chip.setAttribute("aria-expanded", String(chip.dataset.open === number)));
};
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const card = button.closest(".gpt-card");
  if (button.dataset.do) trigger("lesson", { lesson: card.dataset.card, do: button.dataset.do });
  else show(button.getAttribute("aria-expanded") === "true" ? "0" : button.dataset.open);
});
show("0");
