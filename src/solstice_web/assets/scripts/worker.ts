// The service worker: help, offline page and assets are always here; other pages only when they hold nothing personal.
export {};

declare const self: ServiceWorkerGlobalScope & { SOLSTICE: { version: string; assets: string[]; pages: string[] } };

const { version, assets, pages } = self.SOLSTICE;
const PUBLIC = `public-${version}`;
const PAGES = "pages";
const OFFLINE = "/offline/";
const PATIENCE_MS = 2500;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(PUBLIC)
      .then((cache) => cache.addAll([...assets, ...pages].map((url) => new Request(url, { cache: "reload", credentials: "omit" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== PUBLIC && name !== PAGES).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

/** May be kept: the server says that it holds nothing personal. */
const generic = (answer: Response): boolean =>
  answer.status === 200 && !answer.redirected && answer.headers.get("X-Solstice-Cache") === "generic";

const keyOf = (request: Request): string => new URL(request.url).pathname;

async function keep(key: string, answer: Response): Promise<void> {
  await (await caches.open(PAGES)).put(key, answer);
}

const unreachable = async (key: string): Promise<Response> =>
  (await (await caches.open(PAGES)).match(key)) ??
  (await (await caches.open(PUBLIC)).match(OFFLINE)) ??
  Response.error();

/** What stands before a server that is down answers so; our own pages of an outage say what is not saved, and are shown. */
const notOurs = ({ status, headers }: Response): boolean => [502, 503, 504].includes(status) && !headers.has("Permissions-Policy");

async function page(event: FetchEvent): Promise<Response> {
  const key = keyOf(event.request);
  try {
    const answer = await fetch(event.request);
    if (generic(answer)) event.waitUntil(keep(key, answer.clone()));
    return notOurs(answer) ? unreachable(key) : answer;
  } catch {
    return unreachable(key);
  }
}

/** Help and its neighbours: fresh when the network is quick, kept when it is not. */
async function publicPage(event: FetchEvent): Promise<Response> {
  const cache = await caches.open(PUBLIC);
  const kept = await cache.match(keyOf(event.request));
  const fresh = fetch(event.request);
  if (!kept) return fresh;
  event.waitUntil(fresh.catch(() => undefined));
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept.clone()), PATIENCE_MS));
  const usable = fresh.then((answer) => (answer.status >= 500 ? kept : answer)).catch(() => kept);
  return Promise.race([usable, late]);
}

async function asset(request: Request): Promise<Response> {
  const kept = await (await caches.open(PUBLIC)).match(request, { ignoreVary: true });
  return kept ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (assets.includes(url.pathname)) event.respondWith(asset(request));
  else if (pages.includes(url.pathname)) event.respondWith(publicPage(event));
  else if (request.mode === "navigate") event.respondWith(page(event));
});

async function keepAll(urls: string[]): Promise<void> {
  for (const url of urls) {
    if (new URL(url).origin !== self.location.origin) continue;
    const answer = await fetch(url, { credentials: "same-origin" }).catch(() => null);
    if (answer && generic(answer)) await keep(new URL(url).pathname, answer);
  }
}

self.addEventListener("message", (event) => {
  const message = event.data as { type?: string; urls?: string[] };
  if (message.type === "signed-out") event.waitUntil(caches.delete(PAGES));
  if (message.type === "keep" && Array.isArray(message.urls)) event.waitUntil(keepAll(message.urls));
});
