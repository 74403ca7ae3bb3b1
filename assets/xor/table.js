// The points as text, one a line: to read, to change, to open from a file and to keep.

function makeTable(root, editor, send, fail) {
  const text = root.querySelector("textarea");
  const file = root.querySelector("input[type=file]");
  const csv = () => ["x,y,label", ...editor.listed().map((point) => point.join(","))].join("\n");

  function act(name, work) {
    root.querySelector(`[data-do='${name}']`).addEventListener("click", work);
  }

  act("use-table", () => send(text.value));
  act("open-table", () => file.click());
  act("save-table", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${csv()}\n`], { type: "text/csv" }));
    link.download = "points.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    file.value = "";
    if (!chosen) return;
    if (chosen.size > LARGEST_TABLE) return fail(say("csv_too_long", { most: count(MOST_POINTS) }));
    try {
      text.value = new TextDecoder("utf-8", { fatal: true }).decode(await chosen.arrayBuffer());
    } catch {
      return fail(say("csv_no_text", { name: chosen.name }));
    }
    send(text.value);
  });
  root.addEventListener("toggle", () => { if (root.open) text.value = csv(); });
  return { refresh() { if (root.open && document.activeElement !== text) text.value = csv(); } };
}
