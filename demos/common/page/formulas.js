// @ts-check
// Formulas that fit their boxes, whatever font draws them: browsers break no lines inside of MathML.

import { findAll } from "./dom.js";

/** @param {HTMLElement} box */
function fit(box) {
  const { paddingLeft, paddingRight } = getComputedStyle(box);
  const room = box.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  if (room <= 0) return; // it is not shown
  box.style.setProperty("--fit", "1");
  const widest = Math.max(...[...box.children].map((formula) => formula.getBoundingClientRect().width));
  if (widest > room) box.style.setProperty("--fit", String(room / widest));
}

/**
 * Each `.formula` is drawn smaller while one of its formulas is wider than it is.
 * @param {HTMLElement} root
 */
export function fitFormulas(root) {
  for (const box of findAll(root, ".formula")) {
    let due = 0;
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(due);
      due = requestAnimationFrame(() => fit(box));
    });
    for (const each of [box, ...box.children]) observer.observe(each); // a formula changes its size with its font
  }
}
