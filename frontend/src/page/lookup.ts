// Fields that refer to another record: type to search, choose from what the API finds (ARIA combobox pattern).
interface Found {
  id: string;
  [column: string]: unknown;
}

export function lookups(): void {
  for (const box of document.querySelectorAll<HTMLElement>('.lookup')) attach(box);
  document.addEventListener('htmx:after:settle', () => {
    for (const box of document.querySelectorAll<HTMLElement>('.lookup:not([data-attached])')) attach(box);
  });
}

function attach(box: HTMLElement): void {
  const input = box.querySelector<HTMLInputElement>('input[role=combobox]');
  const value = box.querySelector<HTMLInputElement>('input[type=hidden]');
  const list = box.querySelector<HTMLUListElement>('.lookup-list');
  const address = box.dataset['lookup'];
  if (!input || !value || !list || !address) return;
  box.dataset['attached'] = '';
  const titles = (box.dataset['titles'] ?? 'name').split(' ');
  let found: Found[] = [];
  let active = -1;
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const close = (): void => {
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const title = (one: Found): string => titles.map((name) => one[name]).filter(Boolean).join(' · ');
  const choose = (index: number): void => {
    const one = found[index];
    if (!one) return;
    value.value = one.id;
    input.value = title(one);
    input.setCustomValidity('');
    close();
  };
  const mark = (index: number): void => {
    active = (index + found.length) % found.length;
    [...list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === active)));
    const item = list.children[active];
    if (item) {
      input.setAttribute('aria-activedescendant', item.id);
      item.scrollIntoView({ block: 'nearest' });
    }
  };
  const show = (): void => {
    active = -1;
    list.replaceChildren(
      ...found.map((one, i) => {
        const item = document.createElement('li');
        item.id = `${list.id}-${i}`;
        item.setAttribute('role', 'option');
        item.setAttribute('aria-selected', 'false');
        item.textContent = title(one);
        return item;
      }),
    );
    if (found.length === 0) {
      const none = document.createElement('li');
      none.className = 'none';
      none.setAttribute('role', 'option');
      none.setAttribute('aria-disabled', 'true');
      none.textContent = 'Nothing found';
      list.append(none);
    }
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
  };
  const search = async (): Promise<void> => {
    asked += 1;
    const mine = asked;
    const url = new URL(address, window.location.origin);
    if (input.value.trim()) url.searchParams.set('q', input.value.trim());
    url.searchParams.set('limit', '20');
    const answer = await fetch(url, { headers: { Accept: 'application/json' } }).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    found = ((await answer.json()) as { items: Found[] }).items;
    show();
  };

  input.addEventListener('input', () => {
    value.value = '';
    input.setCustomValidity(input.value.trim() ? 'Choose one of the list' : '');
    clearTimeout(timer);
    timer = setTimeout(() => void search(), 200);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) void search();
      else if (found.length) mark(active + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter' && !list.hidden && active >= 0) {
      event.preventDefault();
      choose(active);
    }
  });
  input.addEventListener('click', () => void search());
  input.addEventListener('blur', () => setTimeout(close, 150));
  list.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    choose([...list.children].indexOf((event.target as Element).closest('li') as Element));
  });
}
