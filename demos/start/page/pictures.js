// @ts-check
// The story's small living pictures, drawn from what make/pictures.py wrote down of the models. Each is a function of
// time; all are drawn in the page's colours, and stand still at their end for whoever asks for less motion.

import { cssValue, fitCanvas, mix, rgbOf } from "../../common/page/canvas.js";
import { typeSize } from "../../common/page/type_size.js";

/** @typedef {{ paper: string, ink: string, muted: string, line: string, classes: [string, string], accent: string }} Colours */
/** @typedef {{ context: CanvasRenderingContext2D, width: number, height: number, colours: Colours }} Ground */
/** @typedef {(ground: Ground, part: number) => void} Picture `part` of its time, 0 to 1 */

const SECONDS = 6; // of each picture's time
const STILL = 0.22; // the part of that time for which the end stands still

/** @param {Element} element @returns {Colours} */
export function coloursOf(element) {
  const of = (/** @type {string} */ name) => cssValue(element, name);
  return { paper: of("--paper"), ink: of("--ink"), muted: of("--muted"), line: of("--line"), classes: [of("--class-0"), of("--class-1")], accent: of("--accent") };
}

/** Which of `count` moments, 0 to count − 1, `part` stands at. @param {number} part @param {number} count */
const momentOf = (part, count) => Math.min(count - 1, Math.floor((part / (1 - STILL)) * count));

/** A square in the middle, and where a place of the view lies in it. @param {Ground} ground @param {[number, number]} view */
function planeOf({ context, width, height }, [low, high]) {
  const side = Math.min(width, height);
  const [left, top] = [(width - side) / 2, (height - side) / 2];
  const unit = side / (high - low);
  const at = (/** @type {number} */ x, /** @type {number} */ y) => /** @type {[number, number]} */ ([left + (x - low) * unit, top + (high - y) * unit]);
  context.beginPath();
  context.rect(0, 0, width, height);
  context.clip();
  return { side, left, top, at };
}

/** @param {Ground} ground @param {number[][]} points @param {(x: number, y: number) => [number, number]} at */
function drawPoints({ context, colours }, points, at) {
  for (const [x, y, label] of points) {
    context.beginPath();
    context.arc(...at(x, y), 8, 0, 2 * Math.PI);
    context.fillStyle = colours.classes[label];
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = colours.paper;
    context.stroke();
  }
}

/** @param {{ view: [number, number], points: number[][], lines: number[][] }} given @returns {Picture} */
const line = (given) => (ground, part) => {
  const { context, width, height, colours } = ground;
  const now = momentOf(part, given.lines.length);
  context.save();
  const { at } = planeOf(ground, given.view);
  for (let back = Math.min(6, now); back >= 0; back -= 1) {
    const [w1, w2, b] = given.lines[now - back];
    const long = Math.hypot(w1, w2) || 1;
    const [x, y] = [(-b * w1) / long ** 2, (-b * w2) / long ** 2]; // the line's point nearest to the middle
    const reach = 20;
    context.beginPath();
    context.moveTo(...at(x - (reach * w2) / long, y + (reach * w1) / long));
    context.lineTo(...at(x + (reach * w2) / long, y - (reach * w1) / long));
    if (!back) {
      const middle = at(x, y), beyond = at(x + (reach * w1) / long, y + (reach * w2) / long);
      const shade = new Path2D();
      const [dx, dy] = [beyond[0] - middle[0], beyond[1] - middle[1]];
      shade.moveTo(middle[0] - dy, middle[1] + dx);
      shade.lineTo(middle[0] + dy, middle[1] - dx);
      shade.lineTo(beyond[0] + dy, beyond[1] - dx);
      shade.lineTo(beyond[0] - dy, beyond[1] + dx);
      context.globalAlpha = 0.16;
      context.fillStyle = colours.classes[0];
      context.fillRect(0, 0, width, height);
      context.globalAlpha = 1;
      context.fillStyle = colours.paper;
      context.fill(shade);
      context.globalAlpha = 0.2;
      context.fillStyle = colours.classes[1];
      context.fill(shade);
    }
    context.globalAlpha = back ? 0.3 / back : 1;
    context.lineWidth = back ? 1.5 : 3;
    context.strokeStyle = colours.ink;
    context.stroke();
  }
  context.globalAlpha = 1;
  drawPoints(ground, given.points, at);
  context.restore();
};

/**
 * @param {{ view: [number, number], points: number[][], rows: number, columns: number, frames: number, bytes: string }} given
 * @returns {Picture}
 */
function region(given) {
  const bytes = Uint8Array.from(atob(given.bytes), (letter) => letter.charCodeAt(0));
  const cells = given.rows * given.columns;
  const small = new OffscreenCanvas(given.columns, given.rows);
  return (ground, part) => {
    const { context, width, colours } = ground;
    const now = momentOf(part, given.frames);
    const [paper, orange, blue] = [colours.paper, ...colours.classes].map(rgbOf);
    const image = new ImageData(given.columns, given.rows);
    for (let cell = 0; cell < cells; cell += 1) {
      const sure = bytes[now * cells + cell] / 127.5 - 1;
      image.data.set([...mix(paper, sure < 0 ? orange : blue, 0.55 * Math.abs(sure)), 255], 4 * cell);
    }
    /** @type {OffscreenCanvasRenderingContext2D} */ (small.getContext("2d")).putImageData(image, 0, 0);
    context.save();
    const { side, top, at } = planeOf(ground, given.view);
    const cell = side / (given.rows - 1); // the middles of the outermost rows lie on the view's edges
    const wide = cell * given.columns;
    context.imageSmoothingQuality = "high";
    context.drawImage(small, (width - wide) / 2, top - cell / 2, wide, side + cell);
    drawPoints(ground, given.points, at);
    context.restore();
  };
}

/** @param {{ text: string, rows: number[][] }} given @returns {Picture} */
const attention = ({ text, rows }) => ({ context, width, height, colours }, part) => {
  const letters = [...text];
  const step = (width - 24) / letters.length;
  const x = (/** @type {number} */ at) => 12 + (at + 0.5) * step;
  const base = height - 34;
  const now = Math.max(1, momentOf(part, letters.length));
  const most = Math.max(...rows[now].slice(0, -1), 1);
  rows[now].slice(0, -1).forEach((weight, at) => {
    if (weight < 8) return;
    const share = weight / most;
    context.beginPath();
    const [from, to] = [x(at), x(now)];
    context.ellipse((from + to) / 2, base - 16, (to - from) / 2, Math.min(base - 26, (to - from) * 0.42 + 8), 0, Math.PI, 0);
    context.globalAlpha = 0.15 + 0.85 * share;
    context.lineWidth = 0.8 + 4.5 * share;
    context.strokeStyle = colours.accent;
    context.stroke();
  });
  context.globalAlpha = 1;
  context.font = `600 ${Math.min(typeSize(20), step * 1.62)}px "IBM Plex Mono", monospace`;
  context.textAlign = "center";
  letters.forEach((letter, at) => {
    context.fillStyle = at === now ? colours.accent : at < now ? colours.ink : colours.line;
    context.fillText(letter, x(at), base);
  });
};

/** @param {{ edges: [number, number][], dots: number[], frames: [number, number][][] }} given @returns {Picture} */
const skeleton = (given) => ({ context, width, height, colours }, part) => {
  const points = given.frames[Math.min(given.frames.length - 1, Math.floor(part * given.frames.length))];
  const scale = (height * 1.12) / 480; // the film has 640 × 480 pixels
  const at = (/** @type {number} */ index) => /** @type {[number, number]} */ ([
    width / 2 + (points[index][0] / 1000 - 0.47) * 640 * scale, height * 0.52 + (points[index][1] / 1000 - 0.54) * 480 * scale,
  ]);
  context.lineCap = "round";
  for (const [from, to] of given.edges) {
    context.beginPath();
    context.moveTo(...at(from));
    context.lineTo(...at(to));
    context.lineWidth = 3;
    context.strokeStyle = from % 2 && to % 2 ? colours.classes[0] : from % 2 || to % 2 ? colours.muted : colours.classes[1];
    context.stroke();
  }
  context.fillStyle = colours.ink;
  for (const index of given.dots) {
    context.beginPath();
    context.arc(...at(index), 2.6, 0, 2 * Math.PI);
    context.fill();
  }
};

/** @param {{ photos: string[], labels: string[], shares: number[][] }} given @returns {Picture} */
function shares({ photos, labels, shares: rows }) {
  const images = photos.map((address) => Object.assign(new Image(), { src: address }));
  return ({ context, width, height, colours }, part) => {
    const side = Math.min(typeSize(46), (height - typeSize(40)) / 3);
    const cell = Math.min(typeSize(76), (width - side - 30) / 3);
    const left = (width - side - 14 - 3 * cell) / 2, top = (height - 3 * (side + 4) + typeSize(22)) / 2;
    const shown = (part / (1 - STILL)) * 9;
    context.textAlign = "center";
    context.textBaseline = "middle";
    rows.forEach((row, at) => {
      const y = top + at * (side + 4);
      if (images[at].complete) context.drawImage(images[at], left, y, side, side);
      row.forEach((share, column) => {
        const x = left + side + 14 + column * cell;
        if (!at) {
          context.font = `500 ${typeSize(15)}px "IBM Plex Sans", sans-serif`;
          context.fillStyle = colours.muted;
          context.fillText(labels[column], x + cell / 2 - 2, top - typeSize(13));
        }
        const here = Math.max(0, Math.min(1, shown - 3 * at - column));
        context.globalAlpha = here * (0.06 + (0.8 * share) / 100);
        context.fillStyle = colours.accent;
        context.fillRect(x, y, cell - 4, side);
        context.globalAlpha = here;
        context.font = `600 ${typeSize(16)}px "IBM Plex Sans", sans-serif`;
        context.fillStyle = share > 55 ? colours.paper : colours.ink;
        context.fillText(`${share}%`, x + cell / 2 - 2, y + side / 2 + 1);
        context.globalAlpha = 1;
      });
    });
  };
}

/**
 * @param {Ground} ground
 * @param {number[]} values
 * @param {[number, number]} range the values at the lower and the upper edge
 * @param {number} many how many of them are drawn
 * @param {string} colour
 */
function curve({ context, width, height }, values, [low, high], many, colour) {
  const [left, right, top, bottom] = [18, width - 26, 20, height - 20];
  const place = (/** @type {number} */ at) => /** @type {[number, number]} */ ([
    left + ((right - left) * at) / (values.length - 1), bottom - ((values[at] - low) / (high - low)) * (bottom - top),
  ]);
  context.beginPath();
  for (let at = 0; at < many; at += 1) context.lineTo(...place(at));
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.strokeStyle = colour;
  context.stroke();
  context.beginPath();
  context.arc(...place(many - 1), 5.5, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
}

/** @param {{ positive: number[], negative: number[] }} given @returns {Picture} */
const goodness = ({ positive, negative }) => (ground, part) => {
  const all = [...positive, ...negative];
  /** @type {[number, number]} */
  const range = [Math.min(...all), Math.max(...all)];
  const many = momentOf(part, positive.length) + 1;
  curve(ground, negative, range, many, ground.colours.classes[0]);
  curve(ground, positive, range, many, ground.colours.classes[1]);
};

/** @param {{ angles: number[], counts: number[] }} given @returns {Picture} */
const counted = ({ angles, counts }) => (ground, part) => {
  const many = Math.min(angles.length, Math.floor(part * angles.length) + 1);
  curve(ground, angles, [70, 185], many, ground.colours.accent);
  const { context, width, height, colours } = ground;
  context.font = `700 ${typeSize(64)}px "IBM Plex Sans", sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = colours.ink;
  context.fillText(String(counts[many - 1]), width / 2, height / 2 + 8);
};

/** @type {Record<string, (given: any) => Picture>} */
const DRAWN = { perceptron: line, xor: line, backprop: region, transformer: attention, posture: skeleton, clip: shares, forward: goodness, today: counted };

/**
 * Keep these pictures moving for as long as they are in sight.
 * @param {Map<string, HTMLCanvasElement>} canvases by the milestone's key
 * @param {Record<string, any>} given what make/pictures.py wrote down
 */
export function animate(canvases, given) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const pictures = [...canvases].map(([key, canvas], at) => ({ canvas, draw: DRAWN[key](given[key]), delay: at * 0.35 }));
  const began = performance.now();
  let last = 0;
  const frame = (/** @type {number} */ now) => {
    if (!pictures[0].canvas.isConnected) return;
    requestAnimationFrame(frame);
    if (now - last < 66) return; // fifteen pictures a second are enough
    last = now;
    for (const { canvas, draw, delay } of pictures) {
      if (!canvas.checkVisibility() || !canvas.clientWidth) continue;
      const seconds = Math.max(0, (now - began) / 1000 - delay);
      const part = calm.matches ? 1 - STILL / 2 : (seconds % SECONDS) / SECONDS;
      draw({ ...fitCanvas(canvas), colours: coloursOf(canvas) }, part);
    }
  };
  requestAnimationFrame(frame);
}
