// A pen that writes SVG: as much of a canvas's 2-D pen as the plane uses, so that one code draws both.
class SvgPen {
  constructor(width, height) {
    Object.assign(this, { width, height, parts: [], path: "", dash: [], kept: [] });
    Object.assign(this, { fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, globalAlpha: 1, font: "16px monospace", textAlign: "left" });
  }

  save() {
    const { fillStyle, strokeStyle, lineWidth, globalAlpha, font, textAlign, dash } = this;
    this.kept.push({ fillStyle, strokeStyle, lineWidth, globalAlpha, font, textAlign, dash });
  }

  restore() { Object.assign(this, this.kept.pop()); }

  setLineDash(dash) { this.dash = dash; }

  beginPath() { this.path = ""; }

  closePath() { this.path += "Z"; }

  moveTo(x, y) { this.path += `M${SvgPen.number(x)} ${SvgPen.number(y)}`; }

  lineTo(x, y) { this.path += `${this.path ? "L" : "M"}${SvgPen.number(x)} ${SvgPen.number(y)}`; }

  // Whole circles only.
  arc(x, y, r) {
    const [left, right, by, radius] = [x - r, x + r, y, r].map(SvgPen.number);
    this.path += `M${left} ${by}A${radius} ${radius} 0 1 0 ${right} ${by}A${radius} ${radius} 0 1 0 ${left} ${by}Z`;
  }

  roundRect(x, y, width, height, r) {
    const [left, top, right, bottom, radius] = [x, y, x + width, y + height, r].map(SvgPen.number);
    const turn = `A${radius} ${radius} 0 0 1`;
    const n = SvgPen.number;
    this.path += `M${n(x + r)} ${top}H${n(x + width - r)}${turn} ${right} ${n(y + r)}V${n(y + height - r)}`
      + `${turn} ${n(x + width - r)} ${bottom}H${n(x + r)}${turn} ${left} ${n(y + height - r)}V${n(y + r)}${turn} ${n(x + r)} ${top}Z`;
  }

  fill() { this.add(`<path d="${this.path}" fill="${this.fillStyle}"${this.faint("fill")}/>`); }

  stroke() {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.join(" ")}"` : "";
    this.add(`<path d="${this.path}" fill="none" stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}"`
      + ` stroke-linecap="round" stroke-linejoin="round"${dash}${this.faint("stroke")}/>`);
  }

  fillText(words, x, y) {
    const [, size, family] = /([\d.]+)px (.*)/.exec(this.font);
    const anchor = this.textAlign === "center" ? "middle" : "start";
    const safe = String(words).replace(/[&<>]/g, (mark) => `&#${mark.charCodeAt(0)};`);
    this.add(`<text x="${SvgPen.number(x)}" y="${SvgPen.number(y)}" font-size="${size}" text-anchor="${anchor}"`
      + ` font-family="${family.replaceAll('"', "'")}" fill="${this.fillStyle}">${safe}</text>`);
  }

  drawImage(canvas, x, y, width, height) {
    this.add(`<image x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none" href="${canvas.toDataURL()}"/>`);
  }

  faint(of) { return this.globalAlpha < 1 ? ` ${of}-opacity="${this.globalAlpha}"` : ""; }

  add(part) { this.parts.push(part); }

  text(title) {
    const safe = title.replace(/[&<>]/g, (mark) => `&#${mark.charCodeAt(0)};`);
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${this.width} ${this.height}" width="${this.width}"`
      + ` height="${this.height}"><title>${safe}</title><clipPath id="view"><path d="M0 0H${this.width}V${this.height}H0Z"/></clipPath>`
      + `<g clip-path="url(#view)">\n${this.parts.join("\n")}\n</g></svg>\n`;
  }

  static number(value) { return Number(value.toFixed(2)); }
}
