// The choice at one token: every candidate with the model's own probability, after temperature, and after the cuts.
// The value is look.choice_picture(), or null while no token is looked at.
const panel = element.querySelector(".gpt-choice");
const find = (selector) => panel.querySelector(selector);
const STEPS = ["model", "shaped", "final"];

const bar = (p, most, cut) => {
  const cell = make("span", "bar");
  cell.style.setProperty("--share", `${(100 * p) / most}%`);
  cell.append(make("span", "number", cut ? "" : percent(p)));
  if (cut) cell.classList.add("cut");
  return cell;
};

const draw = () => {
  const value = props.value;
  if (value && !value.rows) return; // Gradio's word for "as it was"
  const opens = panel.hidden && value;
  panel.hidden = !value;
  if (!value) return;
  const most = Math.max(...value.rows.flatMap((row) => STEPS.map((step) => row[step])), 1e-9);
  const before = value.before.replace(/\n/g, "↵");
  find(".before").replaceChildren(before ? "…" + before : "", make("b", "", "▮"));
  find(".sentence").textContent = value.sentence;
  find(".shaped").textContent = value.shaped_by;
  find(".final").textContent = value.cut_by;
  const list = find(".gpt-candidates");
  const at = list.scrollTop;
  list.replaceChildren(...value.rows.map((row) => {
    const button = make("button", "gpt-candidate");
    const cut = row.final === 0 && row.shaped > 0;
    button.classList.toggle("stands", row.stands);
    button.classList.toggle("cut", row.final === 0);
    button.dataset.token = row.token;
    const name = make("span", "name");
    name.append(make("b", "", nameOf(row.piece)));
    if (row.rank > value.rows.length || row.rank > 20) name.append(make("small", "", `#${row.rank}`));
    button.append(name, bar(row.model, most), bar(row.shaped, most), bar(row.final, most, cut));
    button.addEventListener("click", () => trigger("pick", { node: value.node, token: row.token }));
    return button;
  }));
  const rest = make("div", "gpt-candidate rest");
  rest.append(make("span", "name", value.rest.label), ...STEPS.map((step) => bar(value.rest[step], most)));
  list.append(rest);
  list.scrollTop = at;
  if (opens) panel.scrollIntoView({ behavior: "smooth", block: "nearest" });
};

const close = () => {
  panel.hidden = true;
  window.dispatchEvent(new Event("gpt:shut"));
  trigger("shut");
};
find(".close").addEventListener("click", close);
panel.addEventListener("keydown", (event) => {
  const rows = [...panel.querySelectorAll("button.gpt-candidate")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") close();
  else if (step) rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(document.activeElement) + step))]?.focus();
  else return;
  event.preventDefault();
});
watch("value", draw);
draw();
