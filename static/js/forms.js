// Small courtesies; every form works without them.
"use strict";
(() => {
  // A second tap on «Save» sends nothing while the first is on its way. (The server would keep one record anyway.)
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", () => {
      const buttons = form.querySelectorAll("button:not([name])");
      for (const button of buttons) button.disabled = true;
    });
  }
  // Coming back with the browser's arrow finds the buttons alive again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const button of document.querySelectorAll("form[data-once] button")) button.disabled = false;
  });
  document.querySelector("[data-focus]")?.focus();
})();
