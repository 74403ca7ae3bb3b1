// The strip of lessons: opens one card at a time; a card's button sets the tab, or draws the lottery.
const page = element.closest("#demo-xor") || document.body;
const find = (selector) => element.querySelector(selector);
let shown = null;

function open(number) {
  shown = number;
  element.querySelectorAll(".lesson-card").forEach((card) => { card.hidden = card.dataset.card !== String(number); });
  element.querySelectorAll(".lesson-chip").forEach((chip) => {
    chip.setAttribute("aria-expanded", chip.dataset.lesson === String(number));
  });
}

// The card to the upper edge of the window, so that there is room for the plane below it.
const rise = () => find(".lessons").scrollIntoView({ behavior: "smooth", block: "start" });
// Where the card fills the window, what its button sets is further down: the first plane with its verdict, or the lottery.
let sought = "";
const ask = (lesson, what, place = "") => {
  sought = place;
  trigger(what === "lottery" ? "submit" : "select", { lesson, do: what });
};
window.addEventListener("xor:lesson", () => sought && glassbox.intoSight(() => document.querySelector(sought)));

element.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button || button.disabled) return;
  const { lesson, open: to, do: what } = button.dataset;
  if (lesson !== undefined) {
    if (Number(lesson) === shown) open(null);
    else { open(Number(lesson)); ask(Number(lesson), "setup"); rise(); }
  } else if (to !== undefined) {
    open(to ? Number(to) : null);
    if (to) { ask(Number(to), "setup"); rise(); }
  } else if (what) {
    ask(shown, what, what === "lottery" ? "#xor-lottery-part" : ".xor-learner");
  } else if (button.matches(".lesson-controls")) page.classList.remove("xor-bare");
});

function take() {
  const given = glassbox.unpacked(props.value);
  if (!given) return;
  const { open: number, hide } = given;
  page.classList.toggle("xor-bare", hide);
  if (number || shown === null) open(number); // a card that was opened meanwhile stays open
  if (number) rise();
}

watch("value", take);
take();
