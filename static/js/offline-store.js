// What waits on this device: IndexedDB `capev-queue`. The service worker puts records in, pages send them; a record is
// deleted in the same step in which its receipt is kept. Receipts hold a number, times and the title of the page, nothing of the content.
"use strict";
self.offlineStore = (() => {
  const RECEIPTS = 20;
  let opening = null;
  const open = () => (opening ||= new Promise((resolve, reject) => {
    const asked = indexedDB.open("capev-queue", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("records", { keyPath: "id" });
      asked.result.createObjectStore("receipts", { keyPath: "id" });
      asked.result.createObjectStore("meta");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => { opening = null; reject(asked.error); };
  }));
  const result = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const done = (step) => new Promise((resolve, reject) => {
    step.oncomplete = () => resolve();
    step.onerror = step.onabort = () => reject(step.error);
  });
  const channel = "BroadcastChannel" in self ? new BroadcastChannel("capev-offline") : null;
  const listeners = [];
  const changed = () => { channel?.postMessage("changed"); for (const listener of listeners) listener(); };
  if (channel) channel.onmessage = () => { for (const listener of listeners) listener(); };
  const write = async (act) => {
    const step = (await open()).transaction(["records", "receipts", "meta"], "readwrite", { durability: "strict" });
    const finished = done(step);
    await act((name) => step.objectStore(name));
    await finished;
    changed();
  };
  const all = async (name, account) => {
    const rows = await result((await open()).transaction(name).objectStore(name).getAll());
    return rows.filter((row) => row.account === account).sort((a, b) => a.prepared_at.localeCompare(b.prepared_at));
  };

  return {
    // Sent again from the same form before it has left the device: what was typed last counts.
    put: (record) => write(async (store) => {
      for (const row of await result(store("records").getAll()))
        if (record.client_uuid && row.client_uuid === record.client_uuid && row.account === record.account && row.url === record.url)
          store("records").delete(row.id);
      store("records").put(record);
    }),
    records: (account) => all("records", account),
    receipts: (account) => all("receipts", account),
    keep: (record) => write(async (store) => {
      if (await result(store("records").get(record.id))) store("records").put(record); // deleted meanwhile: stays so
    }),
    remove: (id) => write((store) => store("records").delete(id)),
    received: (record, receipt) => write(async (store) => {
      store("records").delete(record.id);
      const { id, account, kind, prepared_at } = record;
      const title = kind === "observation" ? "" : record.title; // where something was observed may be confidential
      store("receipts").put({ id, account, kind, title, prepared_at, number: receipt.receipt, received_at: receipt.received_at, url: receipt.url });
      const rows = (await result(store("receipts").getAll())).sort((a, b) => a.received_at.localeCompare(b.received_at));
      for (const row of rows.slice(0, Math.max(0, rows.length - RECEIPTS))) store("receipts").delete(row.id);
    }),
    // Another person's receipts go; what was not sent stays under its own account.
    signedOut: () => write((store) => { store("receipts").clear(); store("meta").delete("account"); }),
    meta: async (name) => result((await open()).transaction("meta").objectStore("meta").get(name)),
    setMeta: async (name, value) => {
      const step = (await open()).transaction("meta", "readwrite");
      step.objectStore("meta").put(value, name);
      return done(step);
    },
    onChange: (listener) => { listeners.push(listener); },
  };
})();
