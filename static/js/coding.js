// Words selected in the text become the stretch that is coded. Places are counted in characters (code points), as the
// server counts them. Without this file a sentence is chosen from the list.
"use strict";
(() => {
  const form = document.querySelector("[data-coding]");
  if (!form) return;
  const { stretch, sentence } = form.elements;
  const chosen = form.querySelector("[data-chosen]");
  const find = form.querySelector("[data-find-code]");
  const length = (text) => [...text].length;
  for (const one of form.querySelectorAll("[data-with-script]")) one.hidden = false;

  const tell = (words, range) => {
    chosen.textContent = words;
    chosen.hidden = !words;
    if (!CSS.highlights) return;
    CSS.highlights.delete("chosen");
    if (range) CSS.highlights.set("chosen", new Highlight(range));
  };
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    const at = range.commonAncestorContainer;
    const room = (at.nodeType === Node.ELEMENT_NODE ? at : at.parentElement)?.closest("[data-text]");
    const words = range.toString();
    if (!room || !words.trim()) return;
    const before = document.createRange();
    before.selectNodeContents(room);
    before.setEnd(range.startContainer, range.startOffset);
    const start = length(before.toString());
    stretch.value = `${room.dataset.text}:${start}:${start + length(words)}`;
    sentence.value = "";
    tell(words, range.cloneRange());
  });
  sentence.addEventListener("change", () => {
    stretch.value = "";
    tell("", null);
  });

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  find.addEventListener("input", () => {
    const wanted = plain(find.value.trim());
    for (const item of form.querySelectorAll("[data-code]")) {
      item.hidden = !plain(item.textContent).includes(wanted) && !item.querySelector(":checked");
    }
    for (const item of form.querySelectorAll("[data-group]")) item.hidden = wanted !== "";
  });
  // Enter in the field that finds codes would send the form.
  find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
})();
