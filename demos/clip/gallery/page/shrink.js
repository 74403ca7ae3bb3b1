// @ts-check
// Images made smaller before they are sent, and files found in folders.

/** @typedef {{ file: File, path: string }} Found `path` from the folder that was chosen, or the file's name */

const SMALL = 120_000; // bytes of a file that is sent as it is, if its image is small enough too
const LONGEST = 4; // times the shorter side: what is longer is not seen in any case

/**
 * The image of `file` with `side` pixels on its shorter side at most, as JPEG on white; null if this browser cannot open
 * it.
 * @param {File} file
 * @param {number} side
 * @returns {Promise<Blob | null>}
 */
export async function shrink(file, side) {
  const image = await createImageBitmap(file).catch(() => null);
  if (!image) return null;
  const { width, height } = image;
  const scale = Math.min(1, side / Math.min(width, height), (LONGEST * side) / Math.max(width, height));
  if (scale === 1 && file.size < SMALL) {
    image.close();
    return file;
  }
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.9); });
}

/**
 * The content as base64.
 * @param {Blob} blob
 * @returns {Promise<string>}
 */
export function base64Of(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",", 2)[1] ?? "");
    reader.onerror = () => reject(reader.error ?? new Error("The file cannot be read."));
    reader.readAsDataURL(blob);
  });
}

/**
 * The files of an input: of a folder with their paths in it.
 * @param {FileList | null} files
 * @returns {Found[]}
 */
export function filesOf(files) {
  return [...(files ?? [])].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

/**
 * All files that were dropped, those of folders too.
 * @param {DataTransfer} transfer
 * @returns {Promise<Found[]>}
 */
export async function filesDropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()); // at once: later they are gone
  if (!entries.some((entry) => entry?.isDirectory)) return filesOf(transfer.files);
  const found = await Promise.all(entries.map((entry) => (entry ? below(entry) : [])));
  return found.flat();
}

/**
 * @param {FileSystemEntry} entry
 * @returns {Promise<Found[]>}
 */
async function below(entry) {
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise((/** @type {(file: File | null) => void} */ resolve) => {
      entry.file(resolve, () => resolve(null));
    });
    return file ? [{ file, path: entry.fullPath.replace(/^\//, "") }] : [];
  }
  if (!(entry instanceof FileSystemDirectoryEntry)) return [];
  const reader = entry.createReader();
  /** @type {Found[]} */
  const found = [];
  for (;;) { // a reader gives a hundred entries at a time
    const some = await new Promise((/** @type {(entries: FileSystemEntry[]) => void} */ resolve) => {
      reader.readEntries(resolve, () => resolve([]));
    });
    if (!some.length) return found;
    for (const each of some) found.push(...await below(each));
  }
}
