// The form of a visit on a phone: conditions at work while one types, and every answer saved as it is given.
// What could not be sent waits in this browser's storage, under the account's and the visit's own key, until the server
// has acknowledged it; then it is forgotten here. Parts once loaded stay open without a connection. Without this file
// the pages are plain forms.
"use strict";
(() => {
  // ---- conditions ----
  const json = (text, otherwise) => { try { return JSON.parse(text); } catch { return otherwise; } };
  const conditions = () => window.conditions;
  const holds = (text, values, more) => {
    if (!text || !conditions()) return true;
    try { return conditions().truth(conditions().evaluate(json(text, null), values, more)); } catch { return true; }
  };
  const controls = (box) => [...box.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((one) => one.name);
  const chosen = (box) => controls(box)
    .filter((one) => (one.type !== "radio" && one.type !== "checkbox") || one.checked).map((one) => one.value.trim());
  const valueOf = (box) => {
    const given = chosen(box).filter(Boolean);
    if (given.includes("na") && box.dataset.kind === "number") return "na";
    if (box.dataset.kind === "number") return given.length ? Number(given[0].replace(",", ".").replace("−", "-")) || (/^[-+]?0*([.,]0*)?$/.test(given[0]) ? 0 : given[0]) : "";
    return given.join(" ");
  };
  // One pass in the order of the page, as the server does it: what is not asked counts as not answered.
  const decide = (form) => {
    const values = { ...json(form.dataset.earlier, {}), ...answered };
    const today = form.dataset.today || form.elements.done_on?.value || undefined;
    const items = [...form.querySelectorAll("[data-item]")];
    for (const box of items) values[box.dataset.item] = box.dataset.kind === "note" || box.dataset.kind === "calculated" ? "" : valueOf(box);
    for (const box of items) {
      const part = box.closest("[data-section]");
      const shown = (!part || holds(part.dataset.relevant, values, { today })) && holds(box.dataset.relevant, values, { today });
      if (box.dataset.kind === "calculated") {
        try { values[box.dataset.item] = shown && box.dataset.calculation && conditions() ? conditions().evaluate(json(box.dataset.calculation, null), values, { today }) : ""; } catch { values[box.dataset.item] = ""; }
        continue;
      }
      if (conditions()) box.hidden = !shown;
      if (!shown) values[box.dataset.item] = "";
      else if (box.dataset.filter && conditions()) {
        for (const choice of box.querySelectorAll("[data-choice]")) {
          const input = choice.querySelector("input") || choice;
          const keep = holds(box.dataset.filter, values, { today, attributes: json(choice.dataset.choice, {}) });
          choice.hidden = !keep && !input.checked && !input.selected;
          if (choice.tagName === "OPTION") choice.disabled = choice.hidden;
        }
      }
      if (conditions()) for (const hint of box.querySelectorAll("[data-unasked]")) hint.hidden = true;
    }
    for (const part of form.querySelectorAll("[data-section]")) {
      if (conditions()) part.hidden = ![...part.querySelectorAll("[data-item]")].some((box) => !box.hidden && box.dataset.kind !== "calculated");
    }
    return values;
  };
  const answered = {}; // of other parts, given since this page was opened

  // ---- what waits to be sent: {address: {name: {values, was}}} ----
  let bar = document.querySelector("[data-saving]");
  const key = bar && `capev-visit:${bar.dataset.user}:${bar.dataset.visit}`;
  const waiting = () => json(localStorage.getItem(key), {}) || {};
  const keep = (queue) => {
    for (const url of Object.keys(queue)) if (!Object.keys(queue[url]).length) delete queue[url];
    if (Object.keys(queue).length) localStorage.setItem(key, JSON.stringify(queue)); else localStorage.removeItem(key);
  };
  const count = () => Object.values(waiting()).reduce((sum, part) => sum + Object.keys(part).length, 0);
  const edits = {}; // {address: {name: values}} since this page was opened, sent or not
  const known = {}; // {address: {name: what the server holds}}
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  let form = null;
  let state = "saved";
  const tell = (now) => {
    state = now || state;
    if (!bar) return;
    const left = count();
    bar.hidden = false;
    bar.className = `saving saving-${left && state === "saved" ? "waiting" : state}`;
    bar.textContent = state === "offline" ? bar.dataset.offline : bar.dataset[left && state === "saved" ? "waiting" : state] + (left && state !== "sending" ? ` ${left}` : "");
  };
  const address = () => form.getAttribute("action");
  const box = (name) => form && form.querySelector(`[data-name="${CSS.escape(name)}"]`);
  const set = (name, values) => {
    const holder = box(name);
    if (!holder) return;
    for (const one of controls(holder)) {
      if (one.type === "radio") one.checked = one.value === (values.find(Boolean) || "");
      else if (one.type === "checkbox") one.checked = values.includes(one.value);
      else one.value = values.find((value) => value && !(value === "na" && holder.dataset.kind === "number")) || "";
    }
  };
  const note = (name, ...parts) => {
    const holder = box(name);
    if (!holder) return;
    holder.querySelectorAll("[data-told]").forEach((old) => old.remove());
    if (!parts.length) return;
    const line = document.createElement("p");
    line.dataset.told = "";
    line.className = "flag flag-error";
    line.setAttribute("role", "alert");
    line.append(...parts);
    holder.append(line);
  };
  const button = (text, act) => {
    const one = document.createElement("button");
    one.type = "button";
    one.className = "button-quiet";
    one.textContent = text;
    one.addEventListener("click", act);
    return one;
  };
  const changed = (name) => {
    const holder = box(name);
    const url = address();
    const queue = waiting();
    const values = chosen(holder);
    (edits[url] ||= {})[name] = values;
    const was = queue[url]?.[name]?.was ?? known[url]?.[name] ?? "";
    (queue[url] ||= {})[name] = { values, was };
    keep(queue);
    note(name);
    tell("sending");
    flush();
  };
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
  const post = (url, part) => {
    const body = new URLSearchParams({ csrfmiddlewaretoken: token() });
    body.set("was", JSON.stringify(Object.fromEntries(Object.entries(part).map(([name, one]) => [name, one.was]))));
    for (const [name, one] of Object.entries(part)) for (const value of one.values.length ? one.values : [""]) body.append(name, value);
    return fetch(url, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
  };
  const settle = (url, sent, told) => {
    const queue = waiting();
    const part = queue[url] || {};
    const here = form && address() === url;
    for (const [name, raw] of Object.entries(told.stored)) {
      (known[url] ||= {})[name] = raw;
      if (!part[name]) continue;
      if (same(part[name].values, sent[name]?.values)) delete part[name]; else part[name].was = raw;
    }
    for (const [name, sentence] of Object.entries(told.refused)) {
      if (part[name] && same(part[name].values, sent[name]?.values)) delete part[name];
      if (here) note(name, `${bar.dataset.refused} ${sentence}`);
    }
    for (const [name, raw] of Object.entries(told.conflicts)) {
      const mine = part[name]?.values ?? sent[name]?.values ?? [];
      delete part[name];
      (known[url] ||= {})[name] = raw;
      if (!here) continue;
      note(name, `${bar.dataset.conflict} ${told.there[name] ?? raw} `,
        button(bar.dataset.mine, () => { set(name, mine); changed(name); }),
        button(bar.dataset.theirs, () => { set(name, raw.split(" ").length > 1 && box(name).querySelector("[type=checkbox]") ? raw.split(" ") : [raw]); note(name); redecide(); }));
    }
    keep(queue);
    return Object.keys(told.refused).length + Object.keys(told.conflicts).length;
  };
  let flushing = null;
  const flush = () => (flushing ||= (async () => {
    let trouble = 0;
    await null; // so that an empty round, too, ends after it is known as the one under way
    try {
      for (let round = 0; count() && round < 20; round++) {
        tell("sending");
        for (const [url, part] of Object.entries(waiting())) {
          const got = await post(url, part);
          if (got.type === "opaqueredirect") { tell("signin"); return -1; }
          if (got.status === 403 || got.status === 404) { tell("closed"); return -1; }
          if (!got.ok) { tell("waiting"); return -1; }
          trouble += settle(url, part, await got.json());
        }
      }
      tell(count() ? "waiting" : "saved");
    } catch {
      tell("waiting"); // no connection: tried again below
      return -1;
    } finally {
      flushing = null;
    }
    return trouble;
  })());
  window.addEventListener("online", () => flush());
  setInterval(() => { if (key && count()) flush(); }, 10000);

  // ---- parts that stay open without a connection ----
  const pages = new Map();
  const load = async (url) => {
    const got = await fetch(url, { headers: { Accept: "text/html" } });
    if (!got.ok || got.redirected) throw new Error(url);
    const text = await got.text();
    pages.set(url, text);
    return text;
  };
  // What the service worker kept, where this page was opened anew meanwhile.
  const kept = async (url) => (await globalThis.caches?.match(url, { ignoreVary: true }))?.text();
  const go = async (url, push = true) => {
    const left = form?.matches("[data-fill]") && form.isConnected ? address() : null;
    let text;
    let fresh = true;
    try { text = await load(url); } catch (error) {
      text = pages.get(url) ?? await kept(url);
      fresh = false;
      if (!text && !(error instanceof TypeError)) { location.assign(url); return; } // the server says something else
    }
    if (!text) { tell("offline"); return; }
    const next = new DOMParser().parseFromString(text, "text/html");
    document.querySelector("main").replaceWith(next.querySelector("main"));
    document.title = next.title;
    if (push) history.pushState({ part: true }, "", url);
    window.scrollTo(0, 0);
    begin(fresh);
    document.querySelector("main").focus({ preventScroll: true });
    if (left && left !== url && fresh) load(left).catch(() => {}); // with what was just answered, for the next time
  };
  const loadAhead = async () => {
    if (navigator.connection?.saveData) return;
    const urls = [...document.querySelectorAll("[data-fill-page] a[data-part]")].map((link) => link.getAttribute("href"));
    for (const url of urls) if (!pages.has(url)) try { await load(url); } catch { return; }
  };
  window.addEventListener("popstate", () => { if (document.querySelector("[data-fill-page]")) go(location.pathname + location.search, false); });

  const redecide = () => {
    if (!form?.matches("[data-conditions]")) return;
    const values = decide(form);
    if (form.matches("[data-fill]")) for (const one of form.querySelectorAll("[data-item]")) answered[one.dataset.item] = values[one.dataset.item];
  };
  const exclusive = (target) => {
    // A number or «not applicable»; the other gives way.
    const holder = target.closest("[data-kind=number]");
    if (!holder || !target.value) return;
    for (const one of controls(holder)) if (one !== target && one.type !== target.type) one.type === "checkbox" ? one.checked = false : target.checked && (one.value = "");
  };
  const begin = (fresh) => {
    bar = document.querySelector("[data-saving]");
    form = document.querySelector("form[data-fill], form[data-conditions]");
    const page = document.querySelector("[data-fill-page]");
    if (form) {
      if (form.matches("[data-fill]")) restore(fresh);
      form.addEventListener("change", (event) => {
        const holder = event.target.closest("[data-name]");
        exclusive(event.target);
        redecide();
        if (holder && form.matches("[data-fill]")) changed(holder.dataset.name);
      });
      if (form.matches("[data-fill]")) form.addEventListener("submit", async (event) => {
        event.preventDefault();
        document.activeElement?.blur?.();
        if (await flush() > 0) return;
        go(event.submitter?.name === "home" ? form.dataset.home : form.dataset.next);
      });
      for (const locate of navigator.geolocation ? form.querySelectorAll("[data-locate]") : []) {
        locate.hidden = false;
        locate.addEventListener("click", () => navigator.geolocation.getCurrentPosition(({ coords }) => {
          const holder = locate.closest("[data-name]");
          set(holder.dataset.name, [[coords.latitude.toFixed(6), coords.longitude.toFixed(6), (coords.altitude ?? 0).toFixed(0), coords.accuracy.toFixed(0)].join(" ")]);
          form.dispatchEvent(new Event("input"));
          if (form.matches("[data-fill]")) changed(holder.dataset.name);
        }));
      }
      redecide();
    }
    if (!page) return;
    for (const link of page.querySelectorAll("a[data-part]")) link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      flush().then(() => go(link.getAttribute("href")));
    });
    const finish = document.querySelector("form[data-finish]");
    if (finish && count()) {
      for (const one of finish.querySelectorAll("button")) one.disabled = true;
      flush().then(() => { if (!count()) location.reload(); });
    } else if (count()) flush(); else tell("saved");
    setTimeout(loadAhead, 1500);
  };
  // A page just loaded shows what the server holds, one kept from before lacks what was saved since; what still waits
  // is laid over both.
  const restore = (fresh) => {
    const url = address();
    const there = json(form.elements.was.value, {});
    known[url] = fresh ? there : { ...there, ...known[url] };
    if (!fresh) for (const [name, values] of Object.entries(edits[url] || {})) set(name, values);
    for (const [name, one] of Object.entries(waiting()[url] || {})) set(name, one.values);
  };
  begin(!document.documentElement.dataset.kept);
})();
