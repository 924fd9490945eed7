// A page that works without a connection: the service worker (../offline_worker.ts) keeps it and the files that it used.

/** `page`: its address, which is the scope of its worker too. */
export async function standBy(page: string): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register('/offline-worker.js', { scope: page });
    await navigator.serviceWorker.ready;
    if (!navigator.onLine) return;
    const files = performance.getEntriesByType('resource').map((one) => one.name).filter((one) => new URL(one).pathname.startsWith('/static/'));
    (registration.active ?? navigator.serviceWorker.controller)?.postMessage({ type: 'keep', assets: [...new Set([...files, ...parts()])] });
  } catch {
    // Over plain http there is none: what is filled in is kept all the same, the page itself is not.
  }
}

function parts(): string[] {
  return [...document.querySelectorAll<HTMLLinkElement | HTMLScriptElement>('link[href^="/static/"], script[src^="/static/"]')].map((one) => ('src' in one ? one.src : one.href));
}
