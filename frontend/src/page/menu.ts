const COOKIE = 'motorpool_sections';

/** The sidebar: open sections are remembered by a cookie, so that the server draws them open; a field finds pages. */
export function menu(): void {
  const nav = document.querySelector<HTMLElement>('[data-nav]');
  const find = document.querySelector<HTMLInputElement>('[data-nav-find]');
  if (!nav || !find) return;
  const sections = [...nav.querySelectorAll<HTMLDetailsElement>('details[data-section]')];
  const before = new Map<HTMLDetailsElement, boolean>();
  const left = new Set(decodeURIComponent(new RegExp(`${COOKIE}=([^;]*)`).exec(document.cookie)?.[1] ?? '').split('.').filter(Boolean));
  nav.addEventListener('click', (event) => {
    const section = (event.target as Element).closest('summary')?.parentElement as HTMLDetailsElement | undefined;
    const key = section?.dataset['section'];
    if (!section || !key || find.value) return;
    // The click comes before the section opens or closes.
    if (section.open) left.delete(key);
    else left.add(key);
    document.cookie = `${COOKIE}=${encodeURIComponent([...left].join('.'))}; path=/; max-age=31536000; samesite=lax`;
  });
  find.addEventListener('input', () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length && before.size === 0) for (const section of sections) before.set(section, section.open);
    let any = false;
    for (const section of sections) {
      let here = false;
      for (const link of section.querySelectorAll<HTMLElement>('.sidebar-link')) {
        const text = `${section.dataset['section']} ${link.textContent}`.toLowerCase();
        const fits = words.every((word) => text.includes(word));
        (link.parentElement as HTMLElement).hidden = !fits;
        here ||= fits;
      }
      section.hidden = !here;
      any ||= here;
      if (words.length) section.open = here;
      else section.open = before.get(section) ?? section.open;
    }
    if (!words.length) before.clear();
    const none = nav.querySelector<HTMLElement>('[data-nav-none]');
    if (none) none.hidden = any;
  });
  find.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      nav.querySelector<HTMLAnchorElement>('details:not([hidden]) li:not([hidden]) .sidebar-link')?.click();
    } else if (event.key === 'Escape' && find.value) {
      find.value = '';
      find.dispatchEvent(new Event('input'));
    }
  });
  // The current page in sight, without moving the page itself.
  const current = nav.querySelector<HTMLElement>('[aria-current=page]');
  const box = nav.closest<HTMLElement>('.sidebar-inner');
  if (current && box && current.offsetTop > box.clientHeight - 80) box.scrollTop = current.offsetTop - box.clientHeight / 2;
}
