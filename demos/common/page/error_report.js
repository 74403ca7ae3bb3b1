// @ts-check
// A report of an error, to be copied from Gradio's message: what helps whoever mends it, and nothing that the visitor
// wrote, sent or set. Of the sentence only the string is told that it was made from; of the address, nothing after the path.

import { create, find, findAll } from "./dom.js";
import { keyOf } from "./said_by.js";
import { fillWords, language, sayFrom } from "./words.js";

const OFFERED = "copy-report";

/** The name of the page that is seen: a demo's, or "start". */
function tabSeen() {
  const beside = ["start", "privacy"].find((name) => document.documentElement.classList.contains(`at-${name}`));
  const chosen = document.querySelector("#demos > .tab-wrapper [role=tab][aria-selected=true]");
  return beside ?? chosen?.id.replace(/^demo-|-button$/g, "") ?? "";
}

/**
 * @param {MountContext} context
 * @param {{ version: string, profile: string, words: Words }} constants
 */
export function mount({ element }, { version, profile, words }) {
  const say = sayFrom(words);
  const dialog = find(element, "dialog", HTMLDialogElement);
  const field = find(dialog, "textarea", HTMLTextAreaElement);
  fillWords(element, say);

  /** @param {string} sentence as the page shows it */
  function report(sentence) {
    const translations = window.gradio_config.i18n_translations;
    const key = keyOf(sentence, translations);
    return say("text", {
      version, profile, language,
      tab: tabSeen(),
      address: window.location.origin + window.location.pathname,
      key: key || say("unknown"),
      string: key && translations.en[`glassbox.${key}`],
      browser: navigator.userAgent,
      size: `${window.innerWidth} × ${window.innerHeight}`,
    }).trim();
  }

  /** @param {HTMLButtonElement} button @param {string} text */
  async function copy(button, text) {
    try {
      await navigator.clipboard.writeText(text);
      button.dataset.say = "copied";
      button.textContent = say("copied");
    } catch { // no clipboard without HTTPS, or none that the visitor gives
      field.value = text;
      dialog.showModal();
      field.select();
      field.scrollTop = 0;
    }
  }

  function offer() {
    for (const message of findAll(messages, ".toast-message-item.error")) {
      if (message.querySelector(`.${OFFERED}`)) continue;
      const said = find(message, ".toast-message-text");
      const button = create("button", OFFERED);
      button.type = "button";
      button.dataset.say = "copy";
      button.addEventListener("click", () => copy(button, report(said.textContent ?? "")));
      message.append(button);
      fillWords(message, say);
    }
  }

  const messages = find(document, ".toast-wrap");
  new MutationObserver(offer).observe(messages, { childList: true, subtree: true });
  offer();
}
