/**
 * The service worker: keeps the shell (files under /static/) and the offline pages, nothing else. No page, no data, no
 * answer to a POST is ever kept: a lent phone must not show yesterday's person. Contract: browser/README.md, worker.js.
 */
declare const self: ServiceWorkerGlobalScope;
export {};

const address = new URL(self.location.href);
const SHELF = `senim ${address.searchParams.get("release") ?? ""}`;
const OFFLINE = address.searchParams.getAll("page");
const STATIC = "/static/";
/** Names that hold their digest never change their content. */
const UNCHANGING = /(\.[0-9a-f]{12}\.|-[0-9A-Z]{8}\.)\w+$/;

self.addEventListener("install", (event) => event.waitUntil(stock().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(clearOld().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => offlinePage(url)));
  else if (url.pathname.startsWith(STATIC)) event.respondWith(staticFile(request));
});

/** Offline pages are fetched without cookies: what a signed-in person would see cannot get in. */
async function stock(): Promise<void> {
  const shelf = await caches.open(SHELF);
  for (const page of OFFLINE) {
    const response = await fetch(page, { credentials: "omit", cache: "reload" });
    if (!response.ok || response.redirected) throw new Error(`${page}: ${response.status}`);
    await shelf.put(page, response.clone());
    await shelf.addAll(shellOf(await response.text()));
  }
}

function shellOf(html: string): string[] {
  const named = [...html.matchAll(/(?:href|src)="(\/static\/[^"#?]+)"/g)].map((match) => match[1]!);
  return [...new Set(named)];
}

async function clearOld(): Promise<void> {
  for (const name of await caches.keys()) if (name !== SHELF) await caches.delete(name);
}

async function offlinePage(url: URL): Promise<Response> {
  const language = url.pathname.split("/")[1];
  const page = OFFLINE.find((one) => one.split("/")[1] === language) ?? OFFLINE[0];
  const kept = page && (await (await caches.open(SHELF)).match(page, { ignoreVary: true }));
  return kept || Response.error();
}

async function staticFile(request: Request): Promise<Response> {
  const shelf = await caches.open(SHELF);
  const kept = await shelf.match(request, { ignoreVary: true });
  if (kept && UNCHANGING.test(new URL(request.url).pathname)) return kept;
  try {
    const response = await fetch(request);
    if (response.status === 200 && !/no-store|private/.test(response.headers.get("Cache-Control") ?? "")) await shelf.put(request, response.clone());
    return response;
  } catch (problem) {
    if (kept) return kept;
    throw problem;
  }
}
