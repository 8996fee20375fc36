// Caches the pages that were read on the reader's device for when there is no connection: the front page, the feed, articles;
// never the admin, a preview, or a page for somebody who is signed in. Pages always come from the server first, and files have
// another name in each release, so a release needs no change of this worker.
const PAGES = "pages-1";
const FILES = "files-1";
const PICTURES = "pictures-1";
const MOST = { [PAGES]: 40, [FILES]: 120, [PICTURES]: 60 };
const DAY = 24 * 60 * 60 * 1000;
const LOOKED = "/looked"; // an entry beside the pages: when the cached ones were last checked

const PREFIX = "(?:{{ prefixes }})?";
const ARTICLE = new RegExp(`^${PREFIX}/news/\\d+-[^/]+/$`);
const LIST = new RegExp(`^${PREFIX}/(?:news/)?$`);
const NOT_OURS = /^\/(?:admin|language|preview|api|files|health|metrics|open-data)(?:\/|$)/;
const STATIC = "{{ static_url }}";
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const PERSONAL = /private|no-store/;
const GONE = [404, 410];

addEventListener("install", () => skipWaiting());

addEventListener("activate", (event) => event.waitUntil(begin()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || NOT_OURS.test(url.pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(event, url));
  else if (url.pathname.startsWith(STATIC)) event.respondWith(file(event, url));
  else if (request.destination === "image") event.respondWith(picture(event));
});

async function begin() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => !(name in MOST)).map((name) => caches.delete(name)));
  await clients.claim();
  // The page that registered this worker is taken from the browser's cache, since a request would count as a second reading.
  for (const client of await clients.matchAll({ type: "window" })) {
    const url = new URL(client.url);
    if (!isKept(url)) continue;
    const answer = await fetch(url, { cache: "only-if-cached", mode: "same-origin" }).catch(() => null);
    if (answer) await keep(url, answer);
  }
}

async function page(event, url) {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(keep(url, answer.clone()).then(() => lookAfter()));
    return answer;
  } catch {
    const pages = await caches.open(PAGES);
    const known = isKept(url) && (await pages.match(url.pathname));
    return known || (await pages.match(offlineOf(url))) || Response.error();
  }
}

function isKept(url) {
  return ARTICLE.test(url.pathname) || (LIST.test(url.pathname) && !url.search);
}

function offlineOf(url) {
  const [prefix] = url.pathname.match(new RegExp(`^${PREFIX}(?=/)`)) ?? [""];
  return `${prefix}/offline/`;
}

async function keep(url, answer) {
  const pages = await caches.open(PAGES);
  if (GONE.includes(answer.status)) return forget(url.pathname);
  if (answer.status !== 200 || !isKept(url) || PERSONAL.test(answer.headers.get("Cache-Control") ?? "private")) return;
  const html = await answer.clone().text();
  await put(PAGES, url.pathname, answer);
  const offline = offlineOf(url);
  if (!(await pages.match(offline))) await keepOffline(pages, offline);
  await keepFiles(html);
}

async function keepOffline(pages, address) {
  const answer = await fetch(address, { credentials: "omit" });
  if (answer.status !== 200) return;
  const html = await answer.clone().text();
  await pages.put(address, answer);
  await keepFiles(html);
}

// The first page a reader opens loads its files before this worker is in charge, so they are cached by their names.
async function keepFiles(html) {
  const files = await caches.open(FILES);
  const named = [...html.matchAll(/(?:href|src)="([^"]+\.(?:css|js|svg|woff2))"/g)].map(([, name]) => name);
  for (const name of named) if (name.startsWith(STATIC) && !(await files.match(name))) await files.add(name);
}

// Which pictures belong to the page is not recorded, and its lists name it: those are fetched anew.
async function forget(path) {
  const pages = await caches.open(PAGES);
  if (!(await pages.delete(path))) return;
  await caches.delete(PICTURES);
  for (const { url } of await pages.keys()) if (LIST.test(new URL(url).pathname)) await renewList(pages, new URL(url));
}

async function renewList(pages, url) {
  await pages.delete(url.pathname); // rather none than one that names what is withdrawn
  await keep(url, await fetch(url, { credentials: "omit" }));
}

// Once a day what is cached is checked, so that withdrawn articles disappear here too. HEAD does not count as a reading.
async function lookAfter() {
  const pages = await caches.open(PAGES);
  const looked = await pages.match(LOOKED);
  if (looked && Date.now() - Number(await looked.text()) < DAY) return;
  await pages.put(LOOKED, new Response(String(Date.now())));
  for (const { url } of await pages.keys()) {
    const { pathname } = new URL(url);
    if (pathname.endsWith("/offline/")) await keepOffline(pages, pathname);
    if (LIST.test(pathname)) await renewList(pages, new URL(url));
    if (!ARTICLE.test(pathname)) continue;
    const answer = await fetch(pathname, { method: "HEAD", credentials: "omit" });
    if (GONE.includes(answer.status)) await forget(pathname);
  }
}

async function file(event, url) {
  const files = await caches.open(FILES);
  const known = await files.match(event.request);
  if (known && HASHED.test(url.pathname)) return known;
  return newest(event, FILES);
}

function picture(event) {
  return newest(event, PICTURES);
}

async function newest(event, name) {
  try {
    const answer = await fetch(event.request);
    if (answer.status === 200 && !PERSONAL.test(answer.headers.get("Cache-Control") ?? "")) {
      event.waitUntil(put(name, event.request, answer.clone()));
    }
    if (GONE.includes(answer.status)) event.waitUntil(caches.open(name).then((cache) => cache.delete(event.request)));
    return answer;
  } catch {
    return (await (await caches.open(name)).match(event.request)) ?? Response.error();
  }
}

// Adds an entry at the end and deletes the oldest ones beyond the limit.
async function put(name, key, answer) {
  const cache = await caches.open(name);
  await cache.delete(key);
  await cache.put(key, answer);
  const keys = (await cache.keys()).filter(({ url }) => name !== PAGES || ARTICLE.test(new URL(url).pathname));
  for (const old of keys.slice(0, Math.max(0, keys.length - MOST[name]))) await cache.delete(old);
}
