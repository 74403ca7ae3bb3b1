// @ts-check
// The visitor's cameras: asking for one, which there are, and why there is none.

const SIZE = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30, max: 30 } };
const REMEMBERED = "glassbox-posture-camera";

/** Why there is no camera, as the key of a string. */
export class NoCamera extends Error {
  /** @param {string} key */
  constructor(key) {
    super(key);
    this.key = key;
  }
}

/** What a browser says when it gives no camera (W3C Media Capture and Streams, 9.3), and what the visitor is told. */
const REASONS = /** @type {Record<string, string>} */ ({
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "in_use",
  AbortError: "in_use",
});

/**
 * A running camera: the one that is asked for, else the one used last, else the one that looks at the visitor.
 * Throws NoCamera.
 * @param {string} [id] a camera's deviceId
 * @returns {Promise<MediaStream>}
 */
export async function openCamera(id) {
  if (!window.isSecureContext) throw new NoCamera("insecure");
  if (!navigator.mediaDevices?.getUserMedia) throw new NoCamera("unsupported");
  const wanted = id ?? remembered();
  const which = wanted ? { deviceId: id ? { exact: wanted } : { ideal: wanted } } : { facingMode: "user" };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...SIZE, ...which } });
  } catch (error) {
    const name = error instanceof Error || error instanceof DOMException ? error.name : "";
    throw new NoCamera(REASONS[name] ?? "in_use");
  }
}

/**
 * What a camera says of itself.
 * @param {MediaStream} camera
 * @returns {{ id: string, looksAway: boolean }} whether it is the one at the back of a phone
 */
export function aboutCamera(camera) {
  const { deviceId = "", facingMode = "" } = camera.getVideoTracks()[0]?.getSettings() ?? {};
  return { id: deviceId, looksAway: facingMode === "environment" };
}

/**
 * All cameras of the machine. Their names are known once the visitor has allowed one.
 * @returns {Promise<{ id: string, label: string }[]>}
 */
export async function listCameras() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((each) => each.kind === "videoinput").map(({ deviceId, label }) => ({ id: deviceId, label }));
}

/** @param {MediaStream | null} camera */
export function closeCamera(camera) {
  for (const track of camera?.getTracks() ?? []) track.stop();
}

/** @param {string} id the camera that the visitor has chosen */
export function rememberCamera(id) {
  try { localStorage.setItem(REMEMBERED, id); } catch { /* a private window */ }
}

function remembered() {
  try { return localStorage.getItem(REMEMBERED); } catch { return null; }
}
