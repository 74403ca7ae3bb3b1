// @ts-check
// The camera: Start and Stop, which one, the skeleton over it. Shown mirrored, sent as it is.

import { create, find, parseMessage, scrolling, setText, untilMountedAgain } from "../../../common/page/dom.js";
import { fillWords, sayFrom } from "../../../common/page/words.js";
import { PeopleButtons } from "../../page/people.js";
import { showReadout } from "../../page/readout.js";
import { drawSkeleton } from "../../page/skeleton.js";
import { forReadout, mountWorkout } from "../../workout/page/workout.js";
import { FrameStream, Refused } from "./frame_stream.js";
import { liveSession } from "./live_session.js";
import { WakeLock } from "./wake_lock.js";
import { aboutCamera, closeCamera, listCameras, NoCamera, openCamera, rememberCamera } from "./webcam.js";

/** @import { Skeleton } from "../../page/skeleton.js" */
/** @import { AnsweredFrame } from "./live_session.js" */
/** @import { WorkoutConstants } from "../../workout/page/workout.js" */

const HIDDEN_FOR = 20_000; // ms after which the camera of a page that nobody sees is turned off

/**
 * @typedef {{ skeleton: Skeleton, words: Words, people: Words, streams: string, workout: WorkoutConstants }} Constants
 */

/**
 * @param {MountContext} context
 * @param {Constants} constants `streams` is the address of all streams below the app's own
 */
export function mount({ element, props, watch }, { skeleton, words, people, streams, workout }) {
  const part = (/** @type {string} */ name) => find(element, `[data-part="${name}"]`);
  const say = sayFrom(words);
  fillWords(element, say);
  const [live, stage, overlay] = [part("live"), part("stage"), find(element, "canvas", HTMLCanvasElement)];
  const video = find(element, "video", HTMLVideoElement);
  const cameras = find(element, "select", HTMLSelectElement);
  const others = new PeopleButtons(part("people"), sayFrom(people)("follow"), ([, left, top, right, bottom]) => {
    void stream?.follow((left + right) / 2000, (top + bottom) / 2000);
  });
  const wakeLock = new WakeLock();
  const url = new URL(streams, document.baseURI).href;

  /** @type {MediaStream | null} */
  let camera = null;
  /** @type {FrameStream | null} */
  let stream = null;
  let mirrored = true;
  let hidden = 0; // the timer of a hidden page
  /** @type {AnsweredFrame[]} of the last second */
  let recent = [];

  async function start() {
    stop();
    const mine = new FrameStream(url, { ...liveSession.settings });
    stream = mine;
    mine.onReport = (report) => liveSession.setReport(report);
    liveSession.setState("asking");
    setText(part("trouble"), say("asking"));
    // The coach gets ready while the visitor is asked.
    const opened = mine.open().then(() => null, (/** @type {unknown} */ error) => error);
    try {
      await show();
      if (stream !== mine) return;
      const failed = await opened;
      if (stream !== mine) return;
      if (failed) throw failed;
    } catch (error) {
      if (stream !== mine) return;
      stop(reason(error));
      return;
    }
    setText(part("trouble"), "");
    liveSession.setState("on");
    live.focus({ preventScroll: true }); // its Start is gone; on none of its buttons, so that the space bar is the workout's
    live.scrollIntoView({ block: "start", behavior: scrolling() });
    wakeLock.keep(true);
    mine.send(video, {
      onFrame: (answered) => liveSession.setFrame(answered),
      onWaiting: (waiting) => {
        setText(part("note"), waiting ? say("no_answer") : "");
        clear();
      },
      onRefused: (refused) => { if (stream === mine) stop(refused.message); },
    });
  }

  /** @param {string} [wanted] another camera than the last one */
  async function show(wanted) {
    const mine = stream;
    closeCamera(camera); // a phone runs one at a time
    const found = await openCamera(wanted);
    if (stream !== mine) return closeCamera(found);
    camera = found;
    const { id, looksAway } = aboutCamera(found);
    mirrored = !looksAway;
    live.classList.toggle("mirrored", mirrored);
    hear(found);
    video.srcObject = found;
    await video.play();
    await offer(id);
  }

  /** @param {MediaStream} found a camera that may be unplugged, or covered by its switch */
  function hear(found) {
    const [track] = found.getVideoTracks();
    track?.addEventListener("ended", () => { if (camera === found) stop(say("lost")); });
    track?.addEventListener("mute", () => setText(part("note"), say("in_use")));
    track?.addEventListener("unmute", () => setText(part("note"), ""));
  }

  /** @param {unknown} error */
  function reason(error) {
    if (error instanceof NoCamera) return say(error.key);
    return error instanceof Refused ? error.message : say("unreachable");
  }

  /** @param {string} chosen the camera that runs */
  async function offer(chosen) {
    const found = await listCameras();
    part("choice").hidden = found.length < 2;
    cameras.replaceChildren(...found.map(({ id, label }, index) => {
      const option = create("option", "", label || say("camera_number", { number: index + 1 }));
      option.value = id;
      option.selected = id === chosen;
      return option;
    }));
  }

  /** What was last answered is no longer so. */
  function clear() {
    recent = [];
    setText(part("speed"), "");
    drawSkeleton(overlay, null, skeleton, stage.getBoundingClientRect());
    others.show([]);
  }

  /** How many images a second are answered, and how long an answer takes from image to skeleton. */
  function sayHowFast() {
    const seconds = (recent[recent.length - 1].answered - recent[0].answered) / 1000;
    const delay = recent.reduce((sum, { taken, answered }) => sum + answered - taken, 0) / recent.length;
    setText(part("speed"), say("speed", { rate: Math.round((recent.length - 1) / seconds), delay: Math.round(delay) }));
    recent = recent.slice(-1);
  }

  /** @param {string} [why] a sentence, if it was not the visitor who stopped */
  function stop(why = "") {
    stream?.end();
    stream = null;
    closeCamera(camera);
    camera = null;
    video.srcObject = null;
    wakeLock.keep(false);
    clear();
    setText(part("note"), "");
    setText(part("trouble"), why);
    liveSession.setState("off");
  }

  const { signal } = untilMountedAgain("posture-live");
  signal.addEventListener("abort", () => stop());
  liveSession.onState((state) => { live.dataset.state = state; }, { signal });
  liveSession.onFrame((answered) => {
    const { frame } = answered;
    drawSkeleton(overlay, frame, skeleton, { width: stage.clientWidth, height: stage.clientHeight, mirrored });
    others.show(frame.others ?? [], { mirrored });
    showReadout(element, forReadout(frame, sayFrom(workout.words)));
    recent.push(answered);
    if (answered.answered - recent[0].answered > 1000) sayHowFast();
  }, { signal });
  mountWorkout(element, workout, signal);
  liveSession.onChange((what) => {
    void (what === "settings" ? stream?.change({ ...liveSession.settings }) : stream?.order(what));
  }, { signal });

  // A phone that is turned turns its camera's image.
  video.addEventListener("resize", () => {
    if (video.videoHeight) stage.style.setProperty("--ratio", String(video.videoWidth / video.videoHeight));
  });
  const button = find(element, '[data-part="start"]', HTMLButtonElement);
  button.addEventListener("click", start);
  button.disabled = false; // before, nobody would have heard it
  part("stop").addEventListener("click", () => stop());
  part("again").addEventListener("click", () => liveSession.order("restart"));
  cameras.addEventListener("change", () => {
    rememberCamera(cameras.value);
    const mine = stream;
    show(cameras.value).catch((error) => { if (stream === mine) stop(reason(error)); });
  });

  // Nobody is looked at who has turned away: to another view or tab, to another page, or for long.
  new ResizeObserver(() => { if (!live.getClientRects().length) stop(); }).observe(live);
  window.addEventListener("pagehide", () => stop(), { signal });
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = window.setTimeout(() => { if (stream) stop(say("hidden")); }, HIDDEN_FOR);
    else void wakeLock.again();
  }, { signal });

  const told = () => liveSession.change(parseMessage(props.value) ?? {});
  watch("value", told);
  told();
}
