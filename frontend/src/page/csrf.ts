const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? '';

/** Headers of a state-changing request to our own server. */
export function csrfHeaders(): Record<string, string> {
  return { 'X-CSRFToken': token };
}

interface RequestEvent extends Event {
  detail: { ctx: { request: { method: string; headers: Record<string, string> | Headers } } };
}

/** htmx sends the token with everything that changes something. */
export function csrf(): void {
  document.addEventListener('htmx:config:request', (event) => {
    const { method, headers } = (event as RequestEvent).detail.ctx.request;
    if (method.toUpperCase() === 'GET') return;
    if (headers instanceof Headers) headers.set('X-CSRFToken', token);
    else headers['X-CSRFToken'] = token;
  });
}
