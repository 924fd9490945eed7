// The service worker of the pages that work on a phone without a connection: the page and its files stand by. Each page has a
// registration and a cache of its own, and its scope says which page it is. What is written there is kept by the page itself. It
// knows nothing personal: the pages that it keeps are the same for everybody.
export {};

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Told extends Extendable {
  readonly data: { type?: string; assets?: string[] } | null;
}
interface Worker {
  readonly location: Location;
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(name: 'fetch', listener: (event: Fetching) => void): void;
  addEventListener(name: 'message', listener: (event: Told) => void): void;
}

const worker = globalThis as unknown as Worker;
/** A scope reaches further than its page (`/inspect` also begins `/inspections`), so pages are compared as a whole. */
const PAGE = new URL(worker.registration.scope).pathname;
const CACHE = `motorpool-${PAGE.slice(1)}`;
const PATIENCE_MS = 5_000;

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('message', (event) => {
  if (event.data?.type === 'keep') event.waitUntil(keep(event.data.assets ?? []));
});
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== worker.location.origin) return;
  if (request.mode === 'navigate' && address.pathname === PAGE) event.respondWith(page(request));
  else if (address.pathname.startsWith('/static/')) event.respondWith(built(request));
});

/** Fresh when the connection allows; a redirect to the sign-in goes through. */
async function page(request: Request): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(PAGE, { ignoreVary: true });
  if (!kept) return fetch(request);
  const tooLong = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
  const answer = fetch(request).then((fresh) => (fresh.status >= 500 ? kept : fresh), () => kept);
  return (await Promise.race([answer, tooLong])).clone();
}

/** Built files carry a hash in their names, so what is kept is right. */
async function built(request: Request): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(request, { ignoreVary: true, ignoreSearch: true });
  return kept ?? fetch(request);
}

/** Keep the page and the files that it used, all or none; files of the version before go. */
async function keep(assets: string[]): Promise<void> {
  const cache = await caches.open(CACHE);
  const wanted = assets.map((asset) => new URL(asset, worker.location.href)).filter((one) => one.origin === worker.location.origin && one.pathname.startsWith('/static/'));
  const shell = await fetch(PAGE, { redirect: 'manual' });
  if (!shell.ok) return;
  const missing = [];
  for (const one of wanted) if (!(await cache.match(one.href, { ignoreVary: true }))) missing.push(one.href);
  const fetched = await Promise.all(missing.map(async (address) => [address, await fetch(address)] as const));
  if (fetched.some(([, answer]) => !answer.ok)) return;
  for (const [address, answer] of fetched) await cache.put(address, answer);
  await cache.put(PAGE, shell);
  const keepers = new Set(wanted.map((one) => one.pathname));
  for (const old of await cache.keys()) {
    const { pathname } = new URL(old.url);
    if (pathname !== PAGE && !keepers.has(pathname)) await cache.delete(old);
  }
}
