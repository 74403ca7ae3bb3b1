// @ts-check
// A context that writes SVG: as much of a canvas's 2-D context as the plane uses, so that one code draws both.

/** @typedef {{ fillStyle: string, strokeStyle: string, lineWidth: number, globalAlpha: number, font: string, textAlign: string, dash: number[] }} Style */

export class SvgContext {
  /**
   * @param {number} width
   * @param {number} height
   */
  constructor(width, height) {
    this.width = width;
    this.height = height;
    /** @type {string[]} */
    this.parts = [];
    this.path = "";
    /** @type {number[]} */
    this.dash = [];
    /** @type {Style[]} */
    this.kept = [];
    this.fillStyle = this.strokeStyle = "#000";
    this.lineWidth = this.globalAlpha = 1;
    this.font = "16px monospace";
    this.textAlign = "left";
  }

  // For code that draws on a canvas, and uses of its context only what is here.
  asContext() { return /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (this)); }

  save() {
    const { fillStyle, strokeStyle, lineWidth, globalAlpha, font, textAlign, dash } = this;
    this.kept.push({ fillStyle, strokeStyle, lineWidth, globalAlpha, font, textAlign, dash });
  }

  restore() { Object.assign(this, this.kept.pop()); }

  /** @param {number[]} dash */
  setLineDash(dash) { this.dash = dash; }

  beginPath() { this.path = ""; }

  closePath() { this.path += "Z"; }

  /**
   * @param {number} x
   * @param {number} y
   */
  moveTo(x, y) { this.path += `M${SvgContext.number(x)} ${SvgContext.number(y)}`; }

  /**
   * @param {number} x
   * @param {number} y
   */
  lineTo(x, y) { this.path += `${this.path ? "L" : "M"}${SvgContext.number(x)} ${SvgContext.number(y)}`; }

  /**
   * Whole circles only.
   * @param {number} x
   * @param {number} y
   * @param {number} r
   */
  arc(x, y, r) {
    const [left, right, by, radius] = [x - r, x + r, y, r].map(SvgContext.number);
    this.path += `M${left} ${by}A${radius} ${radius} 0 1 0 ${right} ${by}A${radius} ${radius} 0 1 0 ${left} ${by}Z`;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   * @param {number} r
   */
  roundRect(x, y, width, height, r) {
    const [left, top, right, bottom, radius] = [x, y, x + width, y + height, r].map(SvgContext.number);
    const turn = `A${radius} ${radius} 0 0 1`;
    const n = SvgContext.number;
    this.path += `M${n(x + r)} ${top}H${n(x + width - r)}${turn} ${right} ${n(y + r)}V${n(y + height - r)}`
      + `${turn} ${n(x + width - r)} ${bottom}H${n(x + r)}${turn} ${left} ${n(y + height - r)}V${n(y + r)}${turn} ${n(x + r)} ${top}Z`;
  }

  fill() { this.add(`<path d="${this.path}" fill="${this.fillStyle}"${this.faint("fill")}/>`); }

  stroke() {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.join(" ")}"` : "";
    this.add(`<path d="${this.path}" fill="none" stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}"`
      + ` stroke-linecap="round" stroke-linejoin="round"${dash}${this.faint("stroke")}/>`);
  }

  /**
   * @param {string} words
   * @param {number} x
   * @param {number} y
   */
  fillText(words, x, y) {
    const [, size, family] = /([\d.]+)px (.*)/.exec(this.font) ?? ["", "16", "monospace"];
    const anchor = this.textAlign === "center" ? "middle" : "start";
    const safe = String(words).replace(/[&<>]/g, (mark) => `&#${mark.charCodeAt(0)};`);
    this.add(`<text x="${SvgContext.number(x)}" y="${SvgContext.number(y)}" font-size="${size}" text-anchor="${anchor}"`
      + ` font-family="${family.replaceAll('"', "'")}" fill="${this.fillStyle}">${safe}</text>`);
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   */
  drawImage(canvas, x, y, width, height) {
    this.add(`<image x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none" href="${canvas.toDataURL()}"/>`);
  }

  /** @param {"fill" | "stroke"} of */
  faint(of) { return this.globalAlpha < 1 ? ` ${of}-opacity="${this.globalAlpha}"` : ""; }

  /** @param {string} part */
  add(part) { this.parts.push(part); }

  /** @param {string} title */
  text(title) {
    const safe = title.replace(/[&<>]/g, (mark) => `&#${mark.charCodeAt(0)};`);
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${this.width} ${this.height}" width="${this.width}"`
      + ` height="${this.height}"><title>${safe}</title><clipPath id="view"><path d="M0 0H${this.width}V${this.height}H0Z"/></clipPath>`
      + `<g clip-path="url(#view)">\n${this.parts.join("\n")}\n</g></svg>\n`;
  }

  /** @param {number} value */
  static number(value) { return Number(value.toFixed(2)); }
}
