// Opens the entry forms without a network, and puts aside what is sent from them while there is none. Nothing else is
// kept: only pages that ask for it (data-offline-keep), for the account whose page it was, until that person signs out.
"use strict";
const TOLD = {{ told|safe }};
importScripts(TOLD.store);

const FILES = `capev-files-${TOLD.version}`;
const PAGES = "capev-pages-";
const MOST_PAGES = 40;
const LONGEST = 30 * 24 * 3600 * 1000; // milliseconds for which a page is kept
const RELEASES = 2;
const GATEWAY = [502, 503, 504];
const FORM = "application/x-www-form-urlencoded";

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const files = await caches.open(FILES);
  const pages = TOLD.languages.map((language) => `${TOLD.offline}?langue=${language}`);
  await files.addAll([...TOLD.files, ...pages].map((url) => new Request(url, { credentials: "omit", cache: "no-cache" })));
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  // Pages kept under an earlier release still name its files.
  const old = (await caches.keys()).filter((name) => name.startsWith("capev-files-") && name !== FILES);
  await Promise.all(old.slice(0, Math.max(0, old.length - RELEASES)).map((name) => caches.delete(name)));
  await self.clients.claim();
})()));

// A page that was opened before this worker was there asks for itself.
self.addEventListener("message", (event) => {
  if (!event.data?.keep) return;
  event.waitUntil(fetch(event.data.keep, { headers: { Accept: "text/html" } }).then(
    (got) => got.ok && !got.redirected && keep(event.data.keep, got), () => {}).then(() => event.ports[0]?.postMessage("kept")));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  const opened = request.mode === "navigate";
  if (request.method === "GET" && url.pathname.startsWith(TOLD.static)) event.respondWith(file(request));
  else if (request.method === "POST" && opened && url.pathname === TOLD.logout) event.respondWith(signOut(request));
  else if (request.method === "POST" && opened && isForm(request)) event.respondWith(send(request));
  else if (request.method === "GET" && (opened || request.headers.get("Accept") === "text/html")) event.respondWith(page(event, opened));
});

async function file(request) {
  const kept = await caches.match(request);
  if (kept && TOLD.named) return kept; // its name holds its fingerprint
  try { return await fetch(request); } catch (error) { if (kept) return kept; throw error; }
}

async function page(event, opened) {
  const { request } = event;
  try {
    const got = await fetch(request);
    if (got.ok && !got.redirected) event.waitUntil(keep(request.url, got.clone()));
    return got;
  } catch (error) {
    if (!opened) throw error;
    const url = new URL(request.url);
    const kept = (await caches.match(`${url.pathname}${url.search}`)) || (url.search && await caches.match(url.pathname));
    if (kept && Date.now() - Date.parse(kept.headers.get("X-Kept")) < LONGEST) return anew(kept);
    return waiting();
  }
}

// A kept form of a new record gets a number of its own each time: the kept one may be sent already.
async function anew(kept) {
  const text = await kept.text();
  const edits = /name="version" value="\d/.test(text);
  const body = edits ? text : text.replace(/(name="client_uuid" value=")[^"]*/, `$1${crypto.randomUUID()}`);
  return new Response(body, { headers: kept.headers });
}

// The page of what waits, in the language in which the person last read.
async function waiting() {
  const language = (await offlineStore.meta("language")) || TOLD.languages[0];
  return caches.match(`${TOLD.offline}?langue=${language}`);
}

async function keep(address, got) {
  if (!(got.headers.get("Content-Type") || "").startsWith("text/html")) return;
  const text = await got.text();
  const account = /<html[^>]* data-account="(\d+)"/.exec(text)?.[1];
  if (!account) return;
  const mine = PAGES + account;
  await forget(mine);
  if (!text.includes("data-offline-keep")) return;
  const url = new URL(address);
  const now = new Date().toISOString();
  const headers = new Headers({ "Content-Type": "text/html; charset=utf-8", "X-Kept": now });
  for (const name of ["Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy"])
    if (got.headers.has(name)) headers.set(name, got.headers.get(name));
  const body = text.replace("<html ", `<html data-kept="${now}" `);
  const cache = await caches.open(mine);
  await cache.delete(`${url.pathname}${url.search}`);
  await cache.put(`${url.pathname}${url.search}`, new Response(body, { headers }));
  const names = await cache.keys();
  for (const [place, old] of names.entries()) {
    const since = Date.parse((await cache.match(old)).headers.get("X-Kept"));
    if (place < names.length - MOST_PAGES || Date.now() - since > LONGEST) await cache.delete(old);
  }
}

async function forget(except) {
  const names = (await caches.keys()).filter((name) => name.startsWith(PAGES) && name !== except);
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function signOut(request) {
  await forget();
  await offlineStore.signedOut();
  try { return await fetch(request); } catch { return waiting(); }
}

// Not the forms with files: they may be large, and do not wait here.
const isForm = (request) => (request.headers.get("Content-Type") || "").startsWith(FORM);

// A form is sent as ever; only where the network fails is what was typed put aside.
async function send(request) {
  const copy = request.clone();
  try {
    const got = await fetch(request);
    if (!GATEWAY.includes(got.status)) return got;
    return (await aside(copy)) || got;
  } catch {
    return (await aside(copy)) || waiting();
  }
}

async function aside(request) {
  const fields = [...new URLSearchParams(await request.text())];
  const value = (name) => fields.find((field) => field[0] === name)?.[1] || "";
  if (!value("offline-page")) return null; // not a form that may wait here
  const quoted = fields.some(([name, text]) => /^quotes-\d+-(text|informant_role|translation_..)$/.test(name) && text.trim());
  if (quoted) return Response.redirect(`${TOLD.offline}?refuse=1`, 303);
  const url = new URL(request.url);
  const apart = ["csrfmiddlewaretoken", "offline-page", "offline-account", "offline-title"];
  await offlineStore.put({
    id: crypto.randomUUID(),
    account: Number(value("offline-account")),
    client_uuid: value("client_uuid"),
    kind: value("offline-page"),
    title: value("offline-title"),
    url: `${url.pathname}${url.search}`,
    fields: fields.filter(([name]) => !apart.includes(name)),
    prepared_at: new Date().toISOString(),
    state: "waits",
    told: [],
  });
  return Response.redirect(`${TOLD.offline}?garde=1`, 303);
}
