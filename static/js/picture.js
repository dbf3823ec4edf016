// Saves a chart or a map as it is seen, as a PNG at twice the size.
"use strict";
(() => {
  const MARGIN = 16; // around each drawing, for what reaches over its edge
  const LEFT_OUT = ".chart-actions, .plotly-slot, .skip-map, .visually-hidden";
  const LOOKS = `fill fill-rule stroke stroke-width stroke-dasharray stroke-linecap stroke-linejoin vector-effect
    paint-order r display text-anchor font-family font-size font-weight`.split(/\s+/);

  // A copy that needs no stylesheet: attributes, because the content policy forbids styles within a document.
  function dressed(element) {
    const copy = element.cloneNode(true);
    const copies = [copy, ...copy.querySelectorAll("*")];
    for (const one of [element, ...element.querySelectorAll("*")]) {
      const style = getComputedStyle(one);
      const twin = copies.shift();
      for (const name of LOOKS) twin.setAttribute(name, style[name]);
    }
    return copy;
  }

  async function image(svg, box, patterns) {
    const copy = dressed(svg);
    if (patterns && !svg.contains(patterns)) copy.prepend(dressed(patterns)); // the map's serve its legend too
    const { x, y, width, height } = svg.viewBox.baseVal;
    const more = MARGIN / Math.min(box.width / width, box.height / height);
    copy.setAttribute("viewBox", `${x - more} ${y - more} ${width + 2 * more} ${height + 2 * more}`);
    for (const side of ["width", "height"]) copy.setAttribute(side, box[side] + 2 * MARGIN);
    const picture = new Image();
    picture.src = "data:image/svg+xml," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
    await picture.decode();
    return picture;
  }

  // Every word where the page shows it; what the page hides has no width.
  function words(figure) {
    const found = [];
    const range = new Range();
    const walk = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT);
    for (let node; (node = walk.nextNode()); ) {
      const parent = node.parentElement;
      if (parent.closest("svg, " + LEFT_OUT)) continue;
      for (const { 0: text, index } of node.data.matchAll(/\S+/g)) {
        range.setStart(node, index);
        range.setEnd(node, index + text.length);
        const box = range.getBoundingClientRect();
        if (box.width) found.push({ text, box, style: getComputedStyle(parent) });
      }
    }
    return found;
  }

  async function draw(figure) {
    const { left, top, width } = figure.getBoundingClientRect();
    const texts = words(figure);
    const drawings = [...figure.querySelectorAll("svg")]
      .map((svg) => ({ svg, box: svg.getBoundingClientRect() }))
      .filter(({ svg, box }) => box.width && !svg.closest(LEFT_OUT));
    const bottom = Math.max(...[...texts, ...drawings].map((one) => one.box.bottom));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width) * 2;
    canvas.height = Math.ceil(bottom - top + MARGIN) * 2;
    const pen = canvas.getContext("2d");
    pen.scale(2, 2);
    pen.fillStyle = getComputedStyle(figure).backgroundColor;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    for (const { svg, box } of drawings) {
      const picture = await image(svg, box, figure.querySelector("defs"));
      pen.drawImage(picture, box.left - left - MARGIN, box.top - top - MARGIN);
    }
    for (const { text, box, style } of texts) {
      pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      pen.fillStyle = style.color;
      pen.fillText(text, box.left - left, box.top - top + pen.measureText(text).fontBoundingBoxAscent);
    }
    return new Promise((done) => canvas.toBlob(done));
  }

  async function save(button) {
    const figure = button.closest("figure");
    const title = figure.querySelector("h2, .chart-title").textContent.normalize("NFD").replace(/\p{M}/gu, "");
    const link = document.createElement("a");
    try {
      link.href = URL.createObjectURL(await draw(figure));
      link.download = title.match(/\w+/g).join("-").toLowerCase().slice(0, 90) + ".png";
      link.click();
      setTimeout(URL.revokeObjectURL, 60000, link.href);
    } catch (error) {
      button.textContent = button.dataset.failed;
    }
  }

  for (const button of document.querySelectorAll("[data-picture]")) {
    button.onclick = () => save(button);
    button.hidden = false;
  }
})();
