// The page of what waits on this device: one line for each record, with its state in words, and what can be done.
"use strict";
(async () => {
  const page = document.querySelector("[data-offline-queue]");
  if (!page || !("indexedDB" in window)) return;
  const texts = page.dataset;
  const html = document.documentElement;
  const asked = new URLSearchParams(location.search);
  const told = page.querySelector("[data-offline-told]");
  const signedIn = Number(html.dataset.account) || 0;
  const account = signedIn || Number(await offlineStore.meta("account").catch(() => 0)) || 0;
  const time = (text) => new Date(text).toLocaleString(html.lang, { dateStyle: "medium", timeStyle: "short" });
  const part = (tag, text, name = "") => {
    const one = document.createElement(tag);
    one.textContent = text;
    if (name) one.className = name;
    return one;
  };
  const button = (text, act, name = "button-quiet") => {
    const one = part("button", text, name);
    one.type = "button";
    one.addEventListener("click", act);
    return one;
  };

  if (asked.has("garde")) {
    told.textContent = texts.kept;
    told.hidden = false;
    const draft = sessionStorage.getItem("capev-leaving");
    if (draft) sessionStorage.removeItem(draft);
  } else if (asked.has("refuse")) {
    told.textContent = texts.refused;
    told.className = "flag flag-error";
    told.hidden = false;
  }
  for (const name of ["capev-leaving", "capev-sent"]) sessionStorage.removeItem(name);

  // The record goes to its form as if it were sent there: what is wrong is said beside the fields.
  const openForm = async (row) => {
    const trouble = await offlineSend.knock(account);
    if (trouble) { say(trouble); return; }
    const form = document.createElement("form");
    form.method = "post";
    form.action = row.url;
    form.hidden = true;
    for (const [name, value] of [...row.fields, ["csrfmiddlewaretoken", offlineSend.token()]]) {
      const field = document.createElement("textarea");
      field.name = name;
      field.value = value;
      form.append(field);
    }
    document.body.append(form);
    form.submit();
  };
  const again = async (row) => {
    await offlineStore.keep({ ...row, state: "waits", told: [] });
    offlineSend.again(account);
  };
  const drop = async (row) => { if (window.confirm(texts.sure)) await offlineStore.remove(row.id); };

  const line = (row) => {
    const item = part("li", "", "stack-tight");
    const words = part("p", "");
    words.append(part("b", row.title || texts[row.kind]), ` · ${texts.written} ${time(row.prepared_at)} `);
    words.append(part("span", row.state === "help" ? texts.help : texts.waits, row.state === "help" ? "tag tag-late" : "tag"));
    item.append(words);
    for (const sentence of row.told) item.append(part("p", sentence, "flag flag-error"));
    const acts = part("p", "", "cluster");
    if (row.state === "help") acts.append(button(texts.open, () => openForm(row)), button(texts.again, () => again(row)));
    acts.append(button(texts.delete, () => drop(row), "button-bare"));
    item.append(acts);
    return item;
  };
  const arrived = (receipt) => {
    const item = document.createElement("li");
    item.append(part("b", receipt.title || texts[receipt.kind]), ` · ${texts.receipt} `, part("span", receipt.number, "tag tag-ok"), ` ${time(receipt.received_at)} `);
    if (receipt.url) {
      const link = part("a", texts.look);
      link.href = receipt.url;
      item.append(link);
    }
    return item;
  };
  const fill = (name, items) => {
    const section = page.querySelector(`[data-offline-${name}]`);
    section.querySelector("ul").replaceChildren(...items);
    section.hidden = !items.length;
  };
  const say = (state) => {
    const words = texts[`state${state[0].toUpperCase()}${state.slice(1)}`] || "";
    page.querySelector("[data-offline-state]").textContent = words;
    page.querySelector("[data-offline-sign-in]").hidden = state !== "signin" && state !== "other";
  };
  const pages = async () => {
    const found = [];
    for (const name of (await caches.keys()).filter((one) => one === `capev-pages-${account}`)) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const text = await (await cache.match(request)).text();
        const title = new DOMParser().parseFromString(text, "text/html").title.split(" · CAPEV")[0];
        const url = new URL(request.url);
        const item = document.createElement("li");
        const link = part("a", title);
        link.href = url.pathname + url.search;
        item.append(link);
        found.push(item);
      }
    }
    return found;
  };
  const show = async () => {
    const rows = account ? await offlineStore.records(account) : [];
    const keys = Object.keys(localStorage).filter((name) => name.startsWith(`capev-visit:${account}:`));
    const visits = keys.map((name) => {
      const item = document.createElement("li");
      const link = part("a", texts.answers);
      link.href = `/visites/${name.split(":")[2]}/remplir/`;
      item.append(link);
      return item;
    });
    fill("waiting", [...rows.map(line), ...visits]);
    fill("receipts", account ? (await offlineStore.receipts(account)).reverse().map(arrived) : []);
    page.querySelector("[data-offline-now]").hidden = !rows.some((row) => row.state === "waits");
    page.querySelector("[data-offline-none]").hidden = Boolean(rows.length + visits.length) || !account;
    page.querySelector("[data-offline-stranger]").hidden = Boolean(account);
  };
  offlineStore.onChange(show);
  offlineSend.onState(say);
  page.querySelector("[data-offline-now]").addEventListener("click", () => offlineSend.again(account));
  await show();
  fill("pages", account ? await pages() : []);
  window.addEventListener("online", () => offlineSend.again(account));
  await offlineSend.now(account);
})();
