// @ts-check
// Gradio says a few things in English whatever the page speaks. They are replaced as its parts appear, and again when the
// language changes. A change is told to the server.

import { findAll } from "./dom.js";
import "./kept_focus.js";
import "./radio_groups.js";
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

/** @param {string} sentence */
const pattern = (sentence) => new RegExp(`^\\s*${sentence.replace(/\{(\w+)\}/g, "(?<$1>.+)")}\\s*$`);

/**
 * @param {MountContext} context
 * @param {{ words: Words }} constants
 */
export function mount({ trigger }, { words }) {
  /** @type {[RegExp, string][]} */
  let sentences = [];
  const { components, i18n_translations: translations } = window.gradio_config;
  const names = new Map(components.filter(({ type }) => type === "tabitem").flatMap(({ props }) => {
    const { key } = JSON.parse(props.label.slice("__i18n__".length));
    return Object.values(translations).map((said) => /** @type {const} */ ([said[key], key]));
  }));

  function choose() {
    const other = language === "en" ? "ko" : "en";
    sentences = Object.values(words).map((entry) => [pattern(entry[other]), entry[language]]);
  }

  // The name of a tab that was never opened stays as Gradio wrote it at first, and is written so again at each change.
  /** @type {WeakSet<Element>} */
  const followed = new WeakSet();
  const renamed = new MutationObserver(nameTabs);
  function nameTabs() {
    for (const list of findAll(document, "[role=tablist]")) {
      if (!followed.has(list)) renamed.observe(list, { childList: true, characterData: true, subtree: true });
      followed.add(list);
      for (const tab of findAll(list, "[role=tab]")) {
        const name = translations[language][names.get(tab.textContent?.trim() ?? "") ?? ""];
        for (const node of tab.childNodes) {
          if (name && node instanceof Text && node.data.trim() && node.data.trim() !== name) node.data = name;
        }
      }
    }
  }

  /** @param {ParentNode} root */
  function translate(root) {
    for (const name of ["aria-label", "title"]) {
      for (const each of findAll(root, `button[${name}], input[${name}]`)) {
        const own = translated(sentences, each.getAttribute(name) ?? "");
        if (own) each.setAttribute(name, own);
      }
    }
    for (const place of findAll(root, "button > .wrap, .toast-message-text")) {
      for (const node of place.childNodes) {
        const own = node instanceof Text ? translated(sentences, node.data) : null;
        if (own) node.textContent = own;
      }
    }
  }

  choose();
  translate(document);
  window.addEventListener("glassbox:language", () => {
    choose();
    translate(document);
    nameTabs();
    trigger("speak");
  });
  new MutationObserver((changes) => {
    if (changes.some(({ addedNodes }) => [...addedNodes].some((node) => node instanceof HTMLElement && node.querySelector("[role=tablist]")))) {
      nameTabs();
    }
    for (const { addedNodes, type, target } of changes) {
      if (type === "attributes" && target.parentElement) translate(target.parentElement);
      for (const node of addedNodes) if (node instanceof HTMLElement && node.parentElement) translate(node.parentElement);
    }
  }).observe(document.body, { childList: true, subtree: true, attributeFilter: ["aria-label"] });
}
