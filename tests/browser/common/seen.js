// Gives every piece of text that a visitor sees, with how it stands there: a function for `page.evaluate`.
(() => {
  const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();

  /** Any CSS colour as red, green, blue (0 to 255) and opacity (0 to 1). */
  function colour(css) {
    if (!known.has(css)) {
      pixel.clearRect(0, 0, 1, 1);
      pixel.fillStyle = css;
      pixel.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data;
      known.set(css, { rgb: [red, green, blue], alpha: alpha / 255 });
    }
    return known.get(css);
  }

  const over = (top, alpha, below) => top.map((channel, at) => alpha * channel + (1 - alpha) * below[at]);

  /** WCAG 2.2, "relative luminance": 0 to 1. */
  function luminance(rgb) {
    const [red, green, blue] = rgb.map((channel) => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  /** WCAG 2.2, "contrast ratio": 1 to 21. */
  function contrast(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  /** The element and all around it, from within. */
  function around(element) {
    const all = [];
    for (let at = element; at; at = at.parentElement) all.push(at);
    return all;
  }

  const background = (chain) => chain.reduceRight((below, each) => {
    const { rgb, alpha } = colour(getComputedStyle(each).backgroundColor);
    return over(rgb, alpha, below);
  }, [255, 255, 255]);

  const named = (element) => [element.tagName.toLowerCase(), ...element.classList].join(".");
  const isMoved = (element) => /auto|scroll|hidden|clip/.test(getComputedStyle(element).overflowX);

  return () => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const seen = [];
    while (texts.nextNode()) {
      const node = texts.currentNode;
      const text = node.textContent.trim().replace(/\s+/g, " ");
      const element = node.parentElement;
      if (!text || element.closest("script, style, noscript, template, [aria-hidden=true]")) continue;
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if (box.width < 2 || box.height < 2) continue; // for screen readers only
      const chain = around(element);
      const style = getComputedStyle(element);
      const behind = background(chain);
      const ink = colour(element.closest("svg") ? style.fill : style.color);
      const opacity = chain.reduce((all, each) => all * Number(getComputedStyle(each).opacity), ink.alpha);
      seen.push({
        text,
        place: chain.slice(0, 4).reverse().map(named).join(" > "),
        size: parseFloat(style.fontSize),
        contrast: contrast(over(ink.rgb, opacity, behind), behind),
        drawn: Boolean(element.closest("svg")), // stands on shapes, not on a background
        disabled: Boolean(element.closest(":disabled, [aria-disabled=true]")),
        example: Boolean(element.closest(".gpt-passage, .gpt-rows, .gpt-training .samples, .match-answer, .layers-row [lang=en-US], .file-preview, code, pre, [lang=zxx]")),
        right: chain.some((each) => each !== document.documentElement && each !== document.body && isMoved(each)) ? 0 : box.right,
      });
    }
    return seen;
  };
})()
