// Fields that refer to another record: type to search, choose from what is found (ARIA combobox pattern).
import { icon } from '../icon';
import { whenThere } from './ready';

interface Found {
  id: string;
  title: string;
  detail: string;
}

export function lookups(): void {
  whenThere('.lookup', attach);
}

function attach(box: HTMLElement): void {
  const input = box.querySelector<HTMLInputElement>('input[role=combobox]');
  const list = box.querySelector<HTMLUListElement>('.lookup-list');
  const many = box.dataset['many'];
  const value = many ? null : box.querySelector<HTMLInputElement>('input[type=hidden]');
  const clear = box.querySelector<HTMLButtonElement>('.lookup-clear');
  if (!input || !list || (!value && !many)) return;
  const kind = box.dataset['lookupOf'] ? document.getElementById(box.dataset['lookupOf']) as HTMLSelectElement | null : null;
  let found: Found[] = [];
  let active = -1;
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Where rows are looked up; for a record of any kind it depends on the kind that is chosen. */
  const address = (): string => {
    if (!kind) return box.dataset['lookup'] ?? '';
    const tables = JSON.parse(box.dataset['collections'] ?? '{}') as Record<string, string>;
    const table = tables[kind.value];
    return table ? `/lists/${table.replaceAll('_', '-')}/matches` : '';
  };
  const close = (): void => {
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const set = (id: string, text: string): void => {
    if (value) value.value = id;
    input.value = text;
    input.setCustomValidity('');
    if (clear) clear.hidden = !id;
  };
  const choose = (index: number): void => {
    const one = found[index];
    if (!one) return;
    if (many) {
      addTag(box, many, one.id, one.title);
      input.value = '';
    } else {
      set(one.id, one.title);
    }
    close();
    (value ?? input).dispatchEvent(new Event('change', { bubbles: true }));
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
  const say = (text: string): void => {
    const none = document.createElement('li');
    none.className = 'none';
    none.setAttribute('role', 'option');
    none.setAttribute('aria-disabled', 'true');
    none.setAttribute('aria-selected', 'false');
    none.textContent = text;
    list.replaceChildren(none);
  };
  const show = (): void => {
    active = -1;
    if (found.length === 0) say('Nothing found');
    else list.replaceChildren(...found.map((one, i) => option(`${list.id}-${i}`, one.title, one.detail)));
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
  };
  const search = async (): Promise<void> => {
    asked += 1;
    const mine = asked;
    const where = address();
    if (!where) {
      found = [];
      say('Choose the kind first');
      list.hidden = false;
      return;
    }
    const url = new URL(where, window.location.origin);
    const chosen = value?.value ? '' : input.value.trim();
    if (chosen) url.searchParams.set('q', chosen);
    const answer = await fetch(url, { headers: { Accept: 'application/json' } }).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    found = ((await answer.json()) as { items: Found[] }).items;
    show();
  };

  input.addEventListener('input', (event) => {
    event.stopPropagation();
    if (value) value.value = '';
    if (clear) clear.hidden = true;
    input.setCustomValidity(input.value.trim() && !many ? 'Choose one of the list' : '');
    clearTimeout(timer);
    timer = setTimeout(() => void search(), 150);
  });
  // What counts is what was chosen, not what was typed; an emptied field is a choice too.
  input.addEventListener('change', (event) => {
    event.stopPropagation();
    if (value && !input.value.trim()) value.dispatchEvent(new Event('change', { bubbles: true }));
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !list.hidden) {
      event.stopPropagation();
      event.preventDefault();
      close();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) void search();
      else if (found.length) mark(active + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter' && !list.hidden) {
      event.preventDefault();
      choose(active >= 0 ? active : 0);
    } else if (event.key === 'Backspace' && many && !input.value) {
      box.querySelector('.lookup-chosen .tag:last-child')?.remove();
    }
  });
  input.addEventListener('click', () => void search());
  input.addEventListener('blur', () => setTimeout(close, 150));
  list.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    choose([...list.children].indexOf((event.target as Element).closest('li') as Element));
  });
  clear?.addEventListener('click', () => {
    set('', '');
    value?.dispatchEvent(new Event('change', { bubbles: true }));
    input.focus();
  });
  kind?.addEventListener('change', () => set('', ''));
  if (many) {
    box.addEventListener('click', (event) => (event.target as Element).closest('[data-take-off]')?.closest('.tag')?.remove());
  }
}

function option(id: string, title: string, detail: string): HTMLLIElement {
  const item = document.createElement('li');
  item.id = id;
  item.setAttribute('role', 'option');
  item.setAttribute('aria-selected', 'false');
  item.textContent = title;
  if (detail) {
    const small = document.createElement('small');
    small.textContent = detail;
    item.append(' ', small);
  }
  return item;
}

function addTag(box: HTMLElement, name: string, id: string, text: string): void {
  const chosen = box.querySelector('.lookup-chosen');
  if (!chosen || [...chosen.querySelectorAll('input')].some((one) => one.value === id)) return;
  chosen.append(tag(name, id, text));
}

/** A chosen value that can be taken off again. */
export function tag(name: string, value: string, text: string): HTMLElement {
  const made = document.createElement('span');
  made.className = 'tag';
  const hidden = document.createElement('input');
  hidden.type = 'hidden';
  hidden.name = name;
  hidden.value = value;
  const off = document.createElement('button');
  off.type = 'button';
  off.dataset['takeOff'] = '';
  off.setAttribute('aria-label', `Take off ${text}`);
  off.append(icon('x', 'icon icon-sm'));
  made.append(text, hidden, off);
  return made;
}
