// The model's file comes in parts, one asked for after the other, and is put together here.
const button = element.querySelector("button");
let wish = 0;
let parts = [];

button.addEventListener("click", () => {
  wish += 1;
  parts = [];
  button.disabled = true;
  setTimeout(() => { button.disabled = false; }, 1500);
  trigger("wanted", { wish, part: 0 });
});

const bytes = (letters) => Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));

function receive() {
  const value = props.value;
  if (!value || value.wish !== wish || value.part !== parts.length) return;
  parts.push(bytes(value.content));
  if (parts.length < value.parts) {
    trigger("wanted", { wish, part: parts.length });
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type: "application/octet-stream" }));
  link.download = value.name;
  link.click();
  window.dispatchEvent(new Event("gpt:saved"));
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  parts = [];
  wish += 1;
}

watch("value", receive);
