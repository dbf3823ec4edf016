// Sends what waits, one record after another, from one tab at a time. Only a receipt takes a record off this device:
// a page for signing in, a redirect or a broken answer is none.
"use strict";
self.offlineSend = (() => {
  const DESK = "/envois/";
  const SHORTEST = 5000;
  const LONGEST = 300000;
  let wait = SHORTEST;
  let timer = 0;
  let state = "idle"; // idle, sending, waits, signin, other
  let token = "";
  const listeners = [];
  const tell = (now) => { state = now; for (const listener of listeners) listener(state); };
  const ask = (options) => fetch(DESK, {
    cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(30000), ...options,
    headers: { Accept: "application/json", ...options?.headers },
  });
  const body = async (got) => {
    if (!(got.headers.get("Content-Type") || "").startsWith("application/json")) return null;
    try { return await got.json(); } catch { return null; }
  };
  const signedOut = (got) => got.type === "opaqueredirect" || got.status === 401;

  // Whose session it is, with a token that holds now: signing in makes a new one. Returns a word where nothing can go.
  const knock = async (account) => {
    let got;
    try { got = await ask(); } catch { return "waits"; }
    if (signedOut(got)) return "signin";
    const told = got.ok ? await body(got) : null;
    if (!told?.token) return "waits";
    if (told.account !== account) return "other";
    token = told.token;
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    return "";
  };

  const one = async (record, account) => {
    let got;
    try {
      got = await ask({
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ envelope: record.id, account, url: record.url, fields: record.fields, prepared_at: record.prepared_at }),
      });
    } catch { return "waits"; }
    if (signedOut(got)) return "signin";
    const told = await body(got);
    if (got.ok && told?.receipt) { await offlineStore.received(record, told); return ""; }
    if ([403, 404, 409, 422].includes(got.status) && told?.sentences) {
      await offlineStore.keep({ ...record, state: "help", told: told.sentences });
      return "";
    }
    return "waits"; // the server's trouble or an answer that is not ours: tried again
  };

  const all = async (account) => {
    const ready = async () => (await offlineStore.records(account)).filter((record) => record.state === "waits");
    if (!(await ready()).length) return "idle";
    tell("sending");
    const stopped = await knock(account);
    if (stopped) return stopped;
    const tried = new Set();
    for (let next = await ready(); next.length; next = (await ready()).filter((record) => !tried.has(record.id))) {
      tried.add(next[0].id);
      const trouble = await one(next[0], account);
      if (trouble) return trouble;
    }
    return "idle";
  };

  const now = async (account) => {
    clearTimeout(timer);
    if (!account || !navigator.locks) return;
    await navigator.locks.request("capev-offline-send", { ifAvailable: true }, async (lock) => {
      if (lock) tell(await all(account));
    });
    const left = (await offlineStore.records(account)).some((record) => record.state === "waits");
    if (!left) { wait = SHORTEST; return; }
    timer = setTimeout(() => now(account), wait);
    wait = Math.min(wait * 2, LONGEST);
  };

  return { now, knock, token: () => token, again: (account) => { wait = SHORTEST; return now(account); }, onState: (listener) => { listeners.push(listener); }, state: () => state };
})();
