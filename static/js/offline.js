// On every page of somebody signed in: says what waits on this device, sends it, and asks before signing out with
// unsent records. The service worker comes with the first entry form that is opened; readers never get one.
"use strict";
(() => {
  const html = document.documentElement;
  const account = Number(html.dataset.account);
  const bar = document.querySelector("[data-offline-bar]");
  if (!bar || !account || !("serviceWorker" in navigator) || !("indexedDB" in window)) return;
  const texts = bar.dataset;
  const line = bar.querySelector("[data-offline-said]");
  const entry = document.querySelector("[data-offline-keep]");
  const controlled = Boolean(navigator.serviceWorker.controller);
  const say = (text, count) => text.replace("{count}", count);

  // ---- the page itself: kept for the next time ----
  const arrive = async () => {
    const ready = await navigator.serviceWorker.ready;
    if (entry && !html.dataset.kept && !controlled) ready.active.postMessage({ keep: location.href });
    await offlineStore.setMeta("account", account);
    await offlineStore.setMeta("language", html.lang);
  };
  if (entry) navigator.serviceWorker.register("/service-worker.js").catch(() => {});
  if (entry || controlled) arrive().catch(() => {});

  for (const form of document.querySelectorAll("form[data-offline-form]")) form.addEventListener("submit", () => {
    // Which of several: the page's title, and the site that was chosen on it.
    const site = form.elements.site?.value && form.elements.site.selectedOptions?.[0]?.text;
    form.elements["offline-title"].value = [document.title.split(" · CAPEV")[0], site].filter(Boolean).join(" · ");
    // Once it is put aside the page of what waits forgets the copy that draft.js holds (offline-queue.js).
    if (form.dataset.draft) sessionStorage.setItem("capev-leaving", form.dataset.draft);
    if (form.elements.client_uuid) sessionStorage.setItem("capev-sent", form.elements.client_uuid.value);
  });
  // The record's own page right after its form: the server has it, and what waited under its number is of no use.
  const settled = async () => {
    const number = sessionStorage.getItem("capev-sent");
    sessionStorage.removeItem("capev-sent");
    if (!number || !/^\/(visites|stocks|observations)\/\d+\/$/.test(location.pathname)) return;
    sessionStorage.removeItem("capev-leaving");
    for (const row of await offlineStore.records(account)) if (row.client_uuid === number) await offlineStore.remove(row.id);
  };

  // ---- what waits ----
  const answers = () => {
    // Of visits filled in section by section (visit.js): they are sent from the visit's own pages.
    const names = Object.keys(localStorage).filter((name) => name.startsWith(`capev-visit:${account}:`));
    return names.map((name) => Number(name.split(":")[2]));
  };
  const show = async () => {
    const rows = await offlineStore.records(account);
    const help = rows.filter((row) => row.state === "help").length;
    const waits = rows.length - help + answers().length;
    const words = [];
    if (html.dataset.kept) words.push(say(texts.kept, new Date(html.dataset.kept).toLocaleString(html.lang, { dateStyle: "medium", timeStyle: "short" })));
    if (waits) words.push(say(waits === 1 ? texts.one : texts.many, waits));
    if (waits && offlineSend.state() === "signin") words.push(texts.signin);
    if (help) words.push(say(help === 1 ? texts.helpOne : texts.helpMany, help));
    if (entry && rows.some((row) => row.url === location.pathname + location.search)) words.push(texts.here);
    if ((waits || html.dataset.kept) && entry && await unsafe()) words.push(texts.unsafe);
    line.textContent = words.join(" ");
    bar.classList.toggle("offline-bar-full", Boolean(words.length));
    bar.classList.toggle("offline-bar-help", Boolean(help) || offlineSend.state() === "signin");
    bar.querySelector("a").hidden = !(waits || help);
    return waits + help;
  };
  // Whether the browser may delete what waits when it runs short of space. Asking is what makes it promise.
  let promised = null;
  const unsafe = async () => {
    if (!navigator.storage?.persist) return false;
    promised ??= (await navigator.storage.persisted()) || (await navigator.storage.persist());
    return !promised;
  };

  // ---- signing out ----
  const leave = document.querySelector("[data-offline-leave]");
  const out = document.querySelector("form[data-sign-out]");
  let asked = false;
  out?.addEventListener("submit", async (event) => {
    if (asked || !controlled) return;
    event.preventDefault();
    const waits = await show();
    asked = true;
    if (!waits) { out.requestSubmit(); return; }
    leave.querySelector("[data-offline-count]").textContent = say(waits === 1 ? texts.unsentOne : texts.unsentMany, waits);
    leave.showModal();
  });
  leave?.addEventListener("close", async () => {
    if (leave.returnValue === "stay" || !leave.returnValue) { asked = false; return; }
    if (leave.returnValue === "delete") {
      for (const row of await offlineStore.records(account)) await offlineStore.remove(row.id);
      for (const visit of answers()) localStorage.removeItem(`capev-visit:${account}:${visit}`);
    }
    out.requestSubmit();
  });

  offlineStore.onChange(show);
  offlineSend.onState(show);
  const begin = async () => {
    if (!controlled && !entry && !(await navigator.serviceWorker.getRegistration())) return; // nothing was ever kept here
    await settled();
    await show();
    if (html.dataset.kept) offlineSend.knock(account); // a token that holds, where the network is there again
    await offlineSend.now(account);
  };
  window.addEventListener("online", () => { if (html.dataset.kept) offlineSend.knock(account); offlineSend.again(account); });
  begin();
})();
