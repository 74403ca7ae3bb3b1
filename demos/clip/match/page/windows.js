// @ts-check
// What opens above the page: an image enlarged, and the camera.

import { create, find } from "../../../common/page/dom.js";

/** @import { Say } from "../../../common/page/words.js" */

/**
 * A window above the page with a button to close it; a click beside it and Escape close it, too.
 * @param {Say} say
 * @param {string} title
 * @param {HTMLElement[]} content
 * @param {() => void} [closed]
 */
function open(say, title, content, closed) {
  const dialog = create("dialog", "match-window");
  dialog.setAttribute("aria-label", title);
  const close = create("button", "match-close", say("close"));
  close.type = "button";
  close.addEventListener("click", () => dialog.close());
  const head = create("div", "match-window-head");
  head.append(create("span", "match-window-title", title), close);
  dialog.append(head, ...content);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { dialog.remove(); closed?.(); });
  find(document, "#demo-clip").append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Show an image large: first its thumbnail, then what comes.
 * @param {Say} say
 * @param {{ name: string, thumbnail: string }} image
 * @returns {(address: string) => void} takes the large one
 */
export function enlarge(say, { name, thumbnail }) {
  const image = create("img", "match-large");
  image.src = thumbnail;
  image.alt = name;
  open(say, name, [image]);
  return (address) => { image.src = address; };
}

/**
 * Take a photo with the camera.
 * @param {Say} say
 * @param {(photo: File) => void} take
 */
export async function takePhoto(say, take) {
  const video = create("video", "match-large");
  video.muted = video.playsInline = true;
  const snap = create("button", "match-snap", say("snap"));
  snap.type = "button";
  snap.disabled = true;
  const said = create("p", "match-problem");
  said.setAttribute("role", "alert");
  /** @type {MediaStream | null} */
  let stream = null;
  let left = false;
  const stop = () => { left = true; stream?.getTracks().forEach((track) => track.stop()); };
  const dialog = open(say, say("camera"), [video, said, snap], stop);
  snap.addEventListener("click", () => {
    const canvas = create("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d")?.drawImage(video, 0, 0);
    canvas.toBlob((blob) => {
      const stamp = new Date().toISOString().slice(11, 19).replaceAll(":", "-");
      if (blob) take(new File([blob], `photo-${stamp}.jpg`, { type: "image/jpeg" }));
      dialog.close();
    }, "image/jpeg", 0.92);
  });
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
    if (left) return stop();
    video.srcObject = stream;
    await video.play();
    snap.disabled = false;
  } catch {
    if (!left) said.textContent = say("no_camera");
  }
}
