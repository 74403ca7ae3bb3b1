// @ts-check
// Gradio says a few things in English whatever the page speaks. In Korean, they are replaced as its parts appear.

import { findAll } from "./dom.js";
import { fillIn, language } from "./words.js";

/**
 * The same in the visitor's language; null if it is none of Gradio's sentences.
 * @param {[said: RegExp, own: string][]} sentences
 * @param {string} text
 */
function translated(sentences, text) {
  for (const [said, own] of sentences) {
    const match = said.exec(text);
    if (match) return fillIn(own, match.groups ?? {});
  }
  return null;
}

/**
 * @param {MountContext} _context
 * @param {{ words: Words }} constants
 */
export function mount(_context, { words }) {
  if (language === "en") return;
  const sentences = Object.values(words).map((entry) => /** @type {[RegExp, string]} */ ([
    new RegExp(`^\\s*${entry.en.replace(/\{(\w+)\}/g, "(?<$1>.+)")}\\s*$`), entry[language],
  ]));

  /** @param {ParentNode} root */
  function translate(root) {
    for (const each of findAll(root, "button[aria-label], input[aria-label]")) {
      const own = translated(sentences, each.getAttribute("aria-label") ?? "");
      if (own) each.setAttribute("aria-label", own);
    }
    for (const button of findAll(root, "button > .wrap")) {
      for (const node of button.childNodes) {
        const own = node instanceof Text ? translated(sentences, node.data) : null;
        if (own) node.textContent = own;
      }
    }
  }

  translate(document);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node instanceof HTMLElement && node.parentElement) translate(node.parentElement);
    }
  }).observe(document.body, { childList: true, subtree: true });
}
