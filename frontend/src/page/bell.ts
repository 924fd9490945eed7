const EVERY_MS = 30_000;
const MOST = 99;

/** The number at the bell: asked for when the page opens and, while it is looked at, every half minute. */
export function bell(): void {
  const place = document.querySelector<HTMLElement>('[data-bell]');
  if (!place) return;
  let timer = 0;

  async function ask(target: HTMLElement): Promise<void> {
    try {
      const answer = await fetch('/notifications/unread', { headers: { Accept: 'application/json' }, redirect: 'error' });
      if (answer.status === 401) return window.clearInterval(timer);
      if (answer.ok) show(target, ((await answer.json()) as { unread: number }).unread);
    } catch {
      // Away for a moment: the last number stays until the next question.
    }
  }

  timer = window.setInterval(() => { if (!document.hidden) void ask(place); }, EVERY_MS);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) void ask(place); });
  void ask(place);
}

function show(place: HTMLElement, unread: number): void {
  const number = unread > MOST ? `${MOST}+` : String(unread);
  const count = place.querySelector<HTMLElement>('[data-bell-count]');
  if (!count) return;
  count.hidden = unread === 0;
  count.textContent = number;
  place.setAttribute('aria-label', unread === 0 ? 'Notifications' : `Notifications, ${number} unread`);
}
