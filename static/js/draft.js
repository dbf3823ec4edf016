// Keeps what is typed in a form until it is sent: a lost session or a closed page costs nothing.
// Only in this tab's own storage, which ends with the tab, and under the account's own key: notes are confidential.
"use strict";
(() => {
  const sent = document.querySelector("[data-draft-sent]");
  if (sent) {
    const mine = sent.dataset.draftSent;
    for (const name of Object.keys(sessionStorage)) if (name === mine || name.startsWith(`${mine}-`)) sessionStorage.removeItem(name);
  }

  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const key = () => form.dataset.draft; // changes where the text is stored meanwhile
  const bar = form.querySelector("[data-draft-found]");
  const fields = () => [...form.elements].filter((field) =>
    field.name && field.name !== "csrfmiddlewaretoken" && !["checkbox", "submit", "button"].includes(field.type));

  const kept = sessionStorage.getItem(key());
  // A form that came back with errors holds what was typed already.
  if (kept && !form.querySelector("[role=alert]")) {
    bar.hidden = false;
    bar.querySelector("[data-draft-restore]").addEventListener("click", () => {
      const values = JSON.parse(kept);
      const quotes = Number(values["quotes-TOTAL_FORMS"]);
      if (quotes) form.dispatchEvent(new CustomEvent("draft:grow", { detail: quotes }));
      for (const field of fields()) if (field.name in values) field.value = values[field.name];
      bar.hidden = true;
    });
    bar.querySelector("[data-draft-forget]").addEventListener("click", () => {
      sessionStorage.removeItem(key());
      bar.hidden = true;
    });
  }
  const keep = () => {
    sessionStorage.setItem(key(), JSON.stringify(Object.fromEntries(fields().map((field) => [field.name, field.value]))));
  };
  form.addEventListener("input", keep);
  form.addEventListener("draft:keep", keep);
})();
