// @ts-check
// Offers the model that this browser kept from a training that the server has forgotten.

import { find } from "../../../common/page/dom.js";
import { count } from "../../../common/page/numbers.js";
import { forget, read } from "./kept.js";

const UPLOAD = "#gpt-train-upload-model"; // the button for a model's file: what is kept takes its way

/** @param {HTMLElement} place */
export function mountOffer(place) {
  const [again, away] = [find(place, ".again", HTMLButtonElement), find(place, ".away", HTMLButtonElement)];

  async function offer() {
    const kept = await read();
    place.hidden = !kept;
    if (!kept) return;
    const step = /step-(\d+)/.exec(kept.name)?.[1];
    find(place, "b").textContent = step ? count(Number(step)) : "–";
    find(place, "time").textContent = new Date(kept.at).toLocaleString(document.documentElement.lang || undefined);
  }

  again.addEventListener("click", async () => {
    const kept = await read();
    const button = document.querySelector(UPLOAD);
    let input = button?.querySelector("input[type=file]") ?? button?.previousElementSibling; // Gradio hides it there
    while (input && !input.matches("input[type=file]")) input = input.previousElementSibling;
    if (!kept || !(input instanceof HTMLInputElement)) return;
    const files = new DataTransfer();
    files.items.add(new File([kept.file], kept.name));
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    place.hidden = true;
  });
  away.addEventListener("click", async () => {
    await forget();
    place.hidden = true;
  });
  offer();
  return { hide: () => { place.hidden = true; } };
}
