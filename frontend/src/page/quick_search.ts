/** Results under the search field of the top bar while it is typed into; arrows choose, Enter opens or asks for all. */
export function quickSearch(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-search]');
  const input = form?.querySelector<HTMLInputElement>('input[type=search]');
  const list = form?.querySelector<HTMLElement>('.search-found');
  if (!form || !input || !list) return;
  let asked = 0;
  let active = -1;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const options = (): HTMLAnchorElement[] => [...list.querySelectorAll<HTMLAnchorElement>('a[role=option]')];
  const close = (): void => {
    list.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const mark = (index: number): void => {
    const all = options();
    if (!all.length) return;
    active = (index + all.length) % all.length;
    all.forEach((one, i) => one.setAttribute('aria-selected', String(i === active)));
    input.setAttribute('aria-activedescendant', all[active]?.id ?? '');
    all[active]?.scrollIntoView({ block: 'nearest' });
  };
  const ask = async (): Promise<void> => {
    const text = input.value.trim();
    asked += 1;
    const mine = asked;
    if (text.length < 2) return close();
    const address = `/search?${new URLSearchParams({ q: text })}`;
    const headers = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };
    const answer = await fetch(address, { headers }).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    list.innerHTML = await answer.text();
    list.hidden = false;
    active = -1;
    input.setAttribute('aria-expanded', 'true');
  };
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), 180);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) void ask();
      else mark(active + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter' && !list.hidden && active >= 0) {
      event.preventDefault();
      options()[active]?.click();
    } else if (event.key === 'Escape') {
      if (list.hidden) input.blur();
      close();
    }
  });
  input.addEventListener('focus', () => {
    if (input.value.trim().length >= 2 && document.activeElement === input && list.childElementCount) list.hidden = false;
  });
  document.addEventListener('click', (event) => {
    if (!form.contains(event.target as Node)) close();
  });
  form.addEventListener('focusout', (event) => {
    if (!form.contains(event.relatedTarget as Node | null)) setTimeout(close, 150);
  });
}
