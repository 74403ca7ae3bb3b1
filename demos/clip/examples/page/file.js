// @ts-check
// Labels are saved as one file, and opened again.

import { find, findAll, parseMessage, saveFile, setText } from "../../../common/page/dom.js";
import { fillWords, sayFrom } from "../../../common/page/words.js";
import { changed, mix, replaced, saved, setMix } from "./store.js";

const SURE_FOR = 4000; // milliseconds in which a second press replaces labels that are saved nowhere
const MOST_BYTES = 24_000_000; // as label_file.MOST_BYTES

let requests = 0; // of this page, however often the part is mounted
let answered = 0; // the latest that is

/**
 * @param {MountContext} context
 * @param {{ words: Words }} constants
 */
export function mount({ element, props, trigger, watch }, { words }) {
  const say = sayFrom(words);
  const root = find(element, ".examples-file");
  const input = find(root, ".examples-choose", HTMLInputElement);
  const told = find(root, ".examples-told");
  /** @type {HTMLElement | null} */
  let asked = null; // the button that asks whether one is sure

  const calm = () => {
    if (asked) setText(asked, say(String(asked.dataset.do)));
    asked = null;
  };

  /** @type {Record<string, () => void>} */
  const act = {
    save: () => trigger("save_file", { number: ++requests, mix: mix() }),
    open: () => input.click(),
    bring_back: () => {
      replaced();
      trigger("bring_back");
    },
  };
  for (const button of findAll(root, "[data-do]")) {
    button.addEventListener("click", () => {
      const what = String(button.dataset.do);
      if (what !== "save" && changed() && asked !== button) {
        calm();
        asked = button;
        setText(button, say("sure"));
        setTimeout(calm, SURE_FOR);
        return;
      }
      calm();
      setText(told, "");
      act[what]();
    });
  }
  input.addEventListener("change", async () => {
    const [file] = input.files ?? [];
    if (!file) return;
    if (file.size > MOST_BYTES) setText(told, say("too_large"));
    else trigger("open_file", { number: ++requests, content: await file.text() });
    input.value = "";
  });
  watch("value", () => {
    /** @type {{ number: number, content?: string, said?: string, mix?: number } | null} */
    const answer = parseMessage(props.value);
    if (answer?.number !== requests || answered === requests) return;
    answered = requests;
    if (answer.content !== undefined) {
      saveFile("labels.json", [answer.content], "application/json");
      saved();
    }
    if (answer.said !== undefined) {
      setText(told, answer.said);
      replaced();
      setMix(answer.mix ?? mix());
    }
  });
  fillWords(root, (key) => say(key));
}
