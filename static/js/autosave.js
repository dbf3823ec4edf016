// A draft of an observation goes to the server by itself while it is written. The device keeps its own copy
// (draft.js) until it has arrived; without this the form is sent by its buttons as ever.
"use strict";
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const said = form.querySelector("[data-autosave-said]");
  const PAUSE = 4000;
  const AGAIN = 30000;
  let stored = "autosaveStored" in form.dataset;
  let timer = 0;
  let sending = null;
  let changed = false;
  let over = false;

  const say = (text) => { said.textContent = text; said.hidden = false; };
  const value = (name) => form.elements[name]?.value ?? "";
  const key = (name) => form.elements[name].selectedOptions[0]?.dataset.key ?? "";
  const number = (text) => (/^[0-9]+$/.test(text.trim()) ? Number(text) : text.trim() || null);
  const places = () => [...Array(Number(value("quotes-TOTAL_FORMS"))).keys()].filter((place) => value(`quotes-${place}-text`).trim());
  const quote = (place) => {
    const of = (name) => value(`quotes-${place}-${name}`);
    return {
      key: number(of("key")), text: of("text"), language: of("language"), informant_role: of("informant_role"),
      translation_fr: of("translation_fr"), translation_en: of("translation_en"),
    };
  };
  const record = () => ({
    client_uuid: value("client_uuid"), site: key("site"), observed_on: value("observed_on"), kind: value("kind"),
    evaluation_question: key("evaluation_question"), learning_question: number(key("learning_question")),
    seen: value("seen"), language: value("language"), consent: value("consent"), consent_terms: value("consent_terms"),
    informants: number(value("informants")), sensitivity: value("sensitivity") || null,
    quotes: places().map(quote), submit: false, confirmed: form.elements.confirmed?.checked ?? false,
    ...(stored ? { version: Number(value("version")) } : {}),
  });

  const arrived = (answer, sent) => {
    stored = true;
    form.elements.version.value = answer.version;
    sent.forEach((place, order) => { form.elements[`quotes-${place}-key`].value = answer.quotes[order]?.key ?? ""; });
    const page = form.dataset.autosavePage.replace("/0/", `/${answer.id}/`);
    form.action = page;
    history.replaceState(null, "", page);
    const before = form.dataset.draft;
    form.dataset.draft = `${form.dataset.autosaveDraft}-${answer.id}-${answer.version}`;
    const kept = sessionStorage.getItem(before);
    sessionStorage.removeItem(before);
    // What was typed meanwhile is kept under the version that it is written on.
    if (changed && kept) form.dispatchEvent(new Event("draft:keep"));
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    say(`${said.dataset.saved} ${time}.`);
  };

  const attempt = async () => {
    const sent = places();
    const address = stored ? `${form.dataset.autosave}/${value("client_uuid")}` : form.dataset.autosave;
    changed = false;
    try {
      const answer = await fetch(address, {
        method: stored ? "PUT" : "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": value("csrfmiddlewaretoken") },
        body: JSON.stringify(record()),
        signal: AbortSignal.timeout(15000),
      });
      if (answer.ok) arrived(await answer.json(), sent);
      else if (answer.status === 409) { over = true; say(said.dataset.conflict); }
      else if (answer.status === 400) say(said.dataset.refused);
      else { say(said.dataset.waiting); soon(AGAIN); }
    } catch {
      say(said.dataset.waiting);
      soon(AGAIN);
    }
  };
  const send = () => {
    if (over || sending) return;
    sending = attempt().finally(() => { sending = null; if (changed) soon(PAUSE); });
  };
  const soon = (after) => { clearTimeout(timer); timer = setTimeout(send, after); };

  form.addEventListener("input", () => { changed = true; soon(PAUSE); });
  window.addEventListener("online", () => { if (changed || said.textContent === said.dataset.waiting) soon(0); });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    over = true;
    if (!sending) return;
    // The button was pressed while a draft is on its way: the form follows it, on the version that it makes.
    event.preventDefault();
    const button = event.submitter;
    sending.then(() => form.requestSubmit(button));
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) over = false; });
})();
