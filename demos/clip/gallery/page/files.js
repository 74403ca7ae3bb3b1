// @ts-check
// Takes in images: chosen, dropped, or a folder of them, with progress; what cannot be read is named. Can be stopped.

import { create, find, findAll, parseMessage, setText } from "../../../common/page/dom.js";
import { count } from "../../../common/page/numbers.js";
import { fillWords, sayFrom } from "../../../common/page/words.js";
import { Intake, sent } from "./intake.js";
import { filesDropped, filesOf } from "./shrink.js";
import { forget, listen, pictures } from "./store.js";

/** @import { Found } from "./shrink.js" */
/** @import { Say } from "../../../common/page/words.js" */

/**
 * How far it is, and what came of it.
 * @param {HTMLElement} root
 * @param {Intake} intake
 * @param {Say} say
 */
function draw(root, intake, say) {
  const progress = find(root, ".gallery-progress");
  progress.hidden = !intake.running;
  find(progress, "progress", HTMLProgressElement).value = intake.total ? intake.done / intake.total : 0;
  setText(find(progress, ".gallery-count"), say("progress", { done: count(intake.done), total: count(intake.total) }));
  const told = [];
  if (intake.running) {
    if (intake.resending) told.push(say("resend"));
    if (intake.place) told.push(intake.place);
  } else if (intake.total && !intake.resending) {
    told.push(intake.stopped
      ? say("stopped", { added: count(intake.added), left: count(intake.left) })
      : say("done", { added: count(intake.added) }));
    if (intake.known) told.push(say("again", { count: count(intake.known) }));
  }
  setText(find(root, ".gallery-told"), told.join(" "));
  const failed = find(root, ".gallery-failed");
  failed.hidden = !intake.failed.length;
  setText(find(failed, "summary"), say("failed", { count: count(intake.failed.length) }));
  const list = find(failed, "ul");
  if (list.childElementCount > intake.failed.length) list.replaceChildren();
  for (const sentence of intake.failed.slice(list.childElementCount)) list.append(create("li", "", sentence));
}

/**
 * @param {MountContext} context
 * @param {{ words: Words, suffixes: string[], side: number, most_bytes: number, batch_size: number, kept: boolean }} constants
 */
export function mount({ element, props, trigger, watch }, constants) {
  const say = sayFrom(constants.words);
  const root = find(element, ".gallery-files");
  const intake = new Intake(constants, say, trigger, () => draw(root, intake, say));
  if (constants.kept) find(root, "[data-say=private]").dataset.say = "kept";
  fillWords(root, say);
  for (const input of findAll(root, ".gallery-choose", HTMLInputElement)) {
    if (!input.hasAttribute("webkitdirectory")) input.accept = ["image/*", ...constants.suffixes].join(",");
    input.addEventListener("change", () => {
      intake.take(filesOf(input.files));
      input.value = ""; // the same folder may be chosen again
    });
  }
  find(root, ".gallery-stop").addEventListener("click", () => intake.stop());
  find(root, ".gallery-photos").addEventListener("click", () => trigger("photos"));
  find(root, ".gallery-clear").addEventListener("click", () => {
    intake.stop(() => {
      forget();
      sent.clear();
      intake.begin();
      draw(root, intake, say);
      trigger("remove_all");
    });
  });
  acceptDrops(element.closest("#clip-view-gallery") ?? element, (found) => intake.take(found));
  const paste = (/** @type {ClipboardEvent} */ event) => {
    if (!element.isConnected) document.removeEventListener("paste", paste);
    else if (element.offsetParent !== null) intake.take(pasted(event.clipboardData?.files));
  };
  document.addEventListener("paste", paste);
  listen(element, "unseen", (/** @type {number[]} */ numbers) => {
    intake.resend(numbers.flatMap((number) => {
      const [picture, blob] = [pictures.get(number), sent.get(number)];
      return picture && blob ? [{ number, name: picture.name, identity: "", blob, shown: picture.url.startsWith("blob:") }] : [];
    }));
  });
  watch("value", () => {
    const reply = parseMessage(props.value);
    if (reply) intake.answered(reply);
  });
}

/**
 * What is pasted has one name whatever it shows, so it gets its time.
 * @param {FileList} [files]
 * @returns {Found[]}
 */
function pasted(files) {
  const time = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  return filesOf(files ?? null).map(({ file }) => ({ file, path: `pasted-${time}-${file.name}` }));
}

/**
 * Files and folders may be dropped anywhere on the view.
 * @param {Element} place
 * @param {(found: Found[]) => void} take
 */
function acceptDrops(place, take) {
  const hasFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
  place.addEventListener("dragover", (event) => {
    if (!(event instanceof DragEvent) || !hasFiles(event)) return;
    event.preventDefault();
    place.classList.add("dropping");
  });
  place.addEventListener("dragleave", (event) => {
    const to = event instanceof DragEvent ? event.relatedTarget : null;
    if (!(to instanceof Node && place.contains(to))) place.classList.remove("dropping");
  });
  place.addEventListener("drop", async (event) => {
    place.classList.remove("dropping");
    if (!(event instanceof DragEvent) || !event.dataTransfer || !hasFiles(event)) return;
    event.preventDefault();
    event.stopPropagation(); // the matching view takes what is dropped elsewhere
    take(await filesDropped(event.dataTransfer));
  });
}
