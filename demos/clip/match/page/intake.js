// @ts-check
// The ways by which images come: dropped anywhere on the tab, pasted, chosen. All end in the file list's own input.

import { find, targetOf, untilMountedAgain } from "../../../common/page/dom.js";

// Without HEIC, so that an iPhone sends JPEG instead, which is smaller to send and quicker to read; dropped files may be
// of any kind, the server says what it cannot read.
const ACCEPTED = "image/jpeg,image/png,image/webp,image/gif,image/avif,image/bmp,image/tiff,.jp2,.ico,.pgm,.ppm,.pnm,.tga,.pcx";

/** The input of the matching view's list of files, if it is there: Gradio takes it away and makes it anew. */
function input() {
  const found = document.querySelector("#clip-files input[type=file]");
  if (!(found instanceof HTMLInputElement)) return null;
  if (found.accept !== ACCEPTED) found.accept = ACCEPTED;
  return found;
}

/** What was brought while other files were on their way. @type {File[]} */
let waiting = [];
let busy = false; // files are on their way, or their answer
let times = 0; // files were handed over

/**
 * Hand files to the list as if they were chosen there, once those before them are answered: of two answers that are
 * asked for at the same time the older one may come last.
 * @param {File[]} files
 */
export function hand(files) {
  waiting.push(...files);
  handWaiting();
}

/** An answer has come. */
export function answered() {
  busy = false;
  handWaiting();
}

function handWaiting() {
  const list = input(); // Gradio takes it away while it sends files
  if (!list || !waiting.length || busy) return;
  const transfer = new DataTransfer();
  for (const file of waiting) transfer.items.add(file);
  [waiting, busy] = [[], true];
  list.files = transfer.files;
  list.dispatchEvent(new Event("change", { bubbles: true }));
  const time = ++times;
  setTimeout(() => { if (time === times) answered(); }, 5000); // should no answer come
}

/** Let the visitor choose files. */
export const choose = () => input()?.click();

/** Whether the matching view is what is seen; while another one is, it is not on the page. */
const seen = () => {
  const stage = document.querySelector("#clip-stage");
  return stage instanceof HTMLElement && stage.offsetParent !== null;
};

/**
 * Images may be dropped anywhere on the matching view, and pasted while it is seen.
 * @param {HTMLElement} tab
 * @param {HTMLElement} stage
 */
export function acceptImages(tab, stage) {
  new MutationObserver(handWaiting).observe(find(document, "#clip-files"), {
    childList: true, subtree: true, attributeFilter: ["accept"],
  });
  handWaiting();
  const meanwhile = untilMountedAgain("clip/match/intake");
  const hasFiles = (/** @type {DragEvent} */ event) => seen() && event.dataTransfer?.types.includes("Files");
  tab.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    stage.classList.add("dropping");
  }, meanwhile);
  tab.addEventListener("dragleave", (event) => {
    if (!(event.relatedTarget instanceof Node && tab.contains(event.relatedTarget))) stage.classList.remove("dropping");
  }, meanwhile);
  tab.addEventListener("drop", (event) => {
    stage.classList.remove("dropping");
    if (!event.dataTransfer || !hasFiles(event)) return;
    if (targetOf(event, "#clip-files")) return; // that place takes them itself
    event.preventDefault();
    hand([...event.dataTransfer.files]);
  }, meanwhile);
  document.addEventListener("paste", (event) => {
    const images = [...event.clipboardData?.files ?? []].filter(({ type }) => type.startsWith("image/"));
    if (!images.length || !seen()) return;
    event.preventDefault();
    const stamp = new Date().toISOString().slice(11, 19).replaceAll(":", "-");
    hand(images.map((file, at) => new File([file], `pasted-${stamp}${at ? `-${at + 1}` : ""}.${file.type.slice(6)}`, { type: file.type })));
  }, meanwhile);
}
