// The strip of lessons: a chip opens its card, a card's buttons set the tab.
const show = (number) => {
  element.querySelectorAll(".gpt-card").forEach((card) => { card.hidden = card.dataset.card !== number; });
  element.querySelectorAll(".gpt-chip").forEach((chip) => chip.setAttribute("aria-expanded", String(chip.dataset.open === number)));
};
const stage = () => [...document.querySelectorAll("#gpt-strip, #gpt-inside, #gpt-train-stage")].find((one) => one.offsetParent);
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const card = button.closest(".gpt-card");
  if (button.dataset.do) {
    trigger("lesson", { lesson: card.dataset.card, do: button.dataset.do });
  } else {
    const number = button.getAttribute("aria-expanded") === "true" ? "0" : button.dataset.open;
    show(number);
    if (number !== "0") element.scrollIntoView({ behavior: "smooth", block: "start" }); // there is room for the stage below
  }
});
window.addEventListener("gpt:lesson", () => glassbox.intoSight(stage)); // what its button asked for arrives
show("0");
