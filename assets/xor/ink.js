// Drawing on a canvas in the page's colours: what all pictures of this tab share.

const colour = (name) => getComputedStyle(element).getPropertyValue(name).trim();
const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

// A canvas in CSS pixels, sharp on every screen.
function sheet(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.lineCap = pen.lineJoin = "round";
  return { pen, width, height };
}

function stroke(pen, style, width, dash, path) {
  pen.save();
  pen.strokeStyle = style;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.beginPath();
  path(pen);
  pen.stroke();
  pen.restore();
}

// A map of (size × size) cells from -1 to 1: the class's colour, the stronger the surer, on the colour of the card.
function region(cells, size) {
  const card = channels(colour("--card"));
  const [zero, one] = [colour("--class-0"), colour("--class-1")].map(channels);
  const small = document.createElement("canvas");
  small.width = small.height = size;
  const pen = small.getContext("2d");
  const image = pen.createImageData(size, size);
  for (let at = 0; at < cells.length; at += 1) {
    const ink = cells[at] < 0 ? zero : one;
    const part = 0.05 + 0.37 * Math.min(1, Math.abs(cells[at]));
    for (let k = 0; k < 3; k += 1) image.data[4 * at + k] = card[k] + part * (ink[k] - card[k]);
    image.data[4 * at + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
  return small;
}

// Where a map of (size × size) cells crosses zero, between the centres of the cells (marching squares).
function border(pen, cells, size, width, height) {
  const place = (column, row) => [((column + 0.5) / size) * width, ((row + 0.5) / size) * height];
  for (let row = 0; row < size - 1; row += 1) {
    for (let column = 0; column < size - 1; column += 1) {
      const first = row * size + column;
      const above = cells[first] > 0;
      if (above === cells[first + 1] > 0 && above === cells[first + size] > 0 && above === cells[first + size + 1] > 0) continue;
      const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]];
      const crossings = [];
      for (let k = 0; k < 4; k += 1) {
        const [a, b] = [corners[k], corners[(k + 1) % 4]];
        const [p, q] = [cells[a[1] * size + a[0]], cells[b[1] * size + b[0]]];
        if (p > 0 === q > 0) continue;
        const along = p / (p - q);
        crossings.push(place(a[0] + along * (b[0] - a[0]), a[1] + along * (b[1] - a[1])));
      }
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        pen.moveTo(...crossings[k]);
        pen.lineTo(...crossings[k + 1]);
      }
    }
  }
}

function write(place, words) {
  if (place.textContent !== words) place.textContent = words;
}
