// A file may be dropped instead of picked, and a result copied with one tap. Without script both work by hand.
"use strict";
(() => {
  const zone = document.querySelector("[data-drop]");
  if (zone) {
    const picker = zone.querySelector("input[type=file]");
    const name = zone.querySelector("[data-drop-name]");
    zone.querySelector("[data-drop-hint]").hidden = false;
    const tell = () => { name.textContent = picker.files.length ? picker.files[0].name : ""; };
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      if (!event.dataTransfer.files.length) return;
      const one = new DataTransfer(); // one file an import: the first of several
      one.items.add(event.dataTransfer.files[0]);
      picker.files = one.files;
      tell();
    });
    picker.addEventListener("change", tell);
  }

  const copy = document.querySelector("[data-copy]");
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.querySelector("[data-copy-from]").value);
      document.querySelector("[data-copied]").hidden = false;
    });
  }
})();
