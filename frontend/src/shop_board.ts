// The shop's board: drag a card to a legal column, or take the menu on it; what others do comes in by itself.
import { icon } from './icon';
import { tellContent } from './page/ready';
import { post, tell } from './work_order_act';
import { clocks, write } from './work_order_clock';
import { signatures } from './work_order_signature';

interface Move {
  verb: string;
  to: string;
  label: string;
  icon: string;
  asks: boolean;
}

const EVERY_MS = 8_000;
const TYPING_MS = 300;
const TAB = 'motorpool-board-column';
const PROBLEM = '[data-board-problem]';
const board = document.getElementById('board') as HTMLElement;
const filters = document.getElementById('board-filters') as HTMLFormElement;
const live = document.querySelector<HTMLElement>('[data-board-live]');
const mayMove = board.dataset['mayMove'] === 'yes';
let tag = '';
let busy = false;
let dragged: HTMLElement | null = null;
let menu: HTMLElement | null = null;
let asking: AbortController | null = null;

// -- what is on the board

const columnOf = (card: Element): HTMLElement => card.closest<HTMLElement>('.board-column') as HTMLElement;
const cardsOf = (column: Element): HTMLElement => column.querySelector<HTMLElement>('[data-cards]') as HTMLElement;
const movesOf = (column: HTMLElement): Move[] => JSON.parse(column.dataset['moves'] ?? '[]') as Move[];
const columnFor = (state: string): HTMLElement | null => board.querySelector<HTMLElement>(`.board-column[data-state="${state}"]`);
const heading = (column: HTMLElement): string => column.dataset['label'] ?? '';

function say(text: string): void {
  const place = document.querySelector('[data-board-said]');
  if (place) place.textContent = text;
}

/** Fetches the columns again, unless the server says that they are the same. */
async function refresh(address = window.location.href): Promise<void> {
  if (busy || dragged || menu) return;
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(address, { headers: { 'HX-Request': 'true', 'HX-Request-Type': 'partial', ...(tag && { 'If-None-Match': tag }) }, signal: asking.signal });
    if (answer.status === 304) return alive(true);
    if (!answer.ok) return alive(false);
    tag = answer.headers.get('ETag') ?? '';
    show(await answer.text());
    alive(true);
  } catch (error) {
    if ((error as Error).name !== 'AbortError') alive(false);
  }
}

function show(text: string): void {
  if (dragged || menu) return;
  const focused = document.activeElement?.id;
  const inside = document.activeElement && board.contains(document.activeElement);
  const scrolled = new Map([...board.querySelectorAll<HTMLElement>('.board-column')].map((one) => [one.dataset['state'], cardsOf(one).scrollTop]));
  board.innerHTML = text;
  for (const [state, top] of scrolled) {
    const column = columnFor(state ?? '');
    if (column) cardsOf(column).scrollTop = top;
  }
  if (inside && focused) document.getElementById(focused)?.focus({ preventScroll: true });
  tab(board.dataset['show'] ?? 'open');
  write();
  tellContent();
}

function alive(is: boolean): void {
  if (!live) return;
  live.textContent = is ? 'Live' : 'Not connected';
  live.dataset['state'] = is ? 'live' : 'waiting';
}

// -- moving a card

async function make(card: HTMLElement, move: Move): Promise<void> {
  const id = card.dataset['job'] ?? '';
  const number = card.dataset['number'] ?? '';
  tell(PROBLEM, '');
  if (move.asks) {
    ask(id, move);
    return;
  }
  const [from, next, column] = [card.parentElement as HTMLElement, card.nextElementSibling, columnFor(move.to)];
  busy = true;
  card.classList.add('is-busy');
  if (column) {
    cardsOf(column).prepend(card);
    recount();
  }
  try {
    await post(`/api/v1/maintenance-records/${id}/${move.verb}`);
    say(`${number}: ${column ? heading(column) : move.label}`);
  } catch (error) {
    from.insertBefore(card, next);
    recount();
    tell(PROBLEM, `${number}: ${(error as Error).message}`);
    card.querySelector<HTMLElement>('[data-job-menu]')?.focus();
  } finally {
    card.classList.remove('is-busy');
    busy = false;
    tag = '';
    await refresh();
  }
}

/** The form of a move, in the page's dialog; afterwards the board is loaded anew. */
function ask(id: string, move: Move): void {
  const back = window.location.pathname + window.location.search;
  const link = document.createElement('a');
  link.href = move.verb === 'approve' ? `/shop/orders/${id}/approve?back=${encodeURIComponent(back)}` : `/records/maintenance-records/${id}/moves/${move.verb}?back=${encodeURIComponent(back)}`;
  link.dataset['dialog'] = '';
  document.body.append(link);
  link.click();
  link.remove();
}

function recount(): void {
  for (const column of board.querySelectorAll<HTMLElement>('.board-column')) {
    const none = column.querySelector<HTMLElement>('.board-none');
    if (none) none.hidden = cardsOf(column).querySelector('.job-card') !== null;
  }
}

// -- dragging

board.addEventListener('dragstart', (event) => {
  const card = (event.target as Element).closest<HTMLElement>('.job-card');
  if (!card || !mayMove) return;
  closeMenu();
  dragged = card;
  event.dataTransfer?.setData('text/plain', card.dataset['number'] ?? '');
  if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
  const moves = movesOf(columnOf(card));
  // Only after the browser took its picture of the card.
  requestAnimationFrame(() => {
    card.classList.add('is-dragged');
    for (const column of board.querySelectorAll<HTMLElement>('.board-column')) {
      const legal = moves.some((move) => move.to === column.dataset['state']);
      column.classList.toggle('is-legal', legal);
      column.classList.toggle('is-illegal', !legal && column !== columnOf(card));
    }
  });
});
board.addEventListener('dragover', (event) => {
  const column = (event.target as Element).closest<HTMLElement>('.board-column');
  for (const one of board.querySelectorAll('.is-over')) if (one !== column) one.classList.remove('is-over');
  if (!column || !moveTo(column)) return;
  event.preventDefault();
  column.classList.add('is-over');
});
board.addEventListener('drop', (event) => {
  const column = (event.target as Element).closest<HTMLElement>('.board-column');
  const [card, move] = [dragged, column && moveTo(column)];
  if (!card || !move) return;
  event.preventDefault();
  settle();
  void make(card, move);
});
board.addEventListener('dragend', settle);

function moveTo(column: HTMLElement): Move | undefined {
  return dragged ? movesOf(columnOf(dragged)).find((move) => move.to === column.dataset['state']) : undefined;
}

function settle(): void {
  dragged?.classList.remove('is-dragged');
  dragged = null;
  for (const column of board.querySelectorAll('.board-column')) column.classList.remove('is-legal', 'is-illegal', 'is-over');
}

// -- the menu of a card, for the keyboard and for a thumb

function openMenu(button: HTMLElement): void {
  closeMenu();
  const card = button.closest<HTMLElement>('.job-card') as HTMLElement;
  menu = document.createElement('div');
  menu.className = 'job-menu-list';
  menu.setAttribute('role', 'menu');
  menu.setAttribute('aria-label', button.getAttribute('aria-label') ?? 'Move');
  for (const move of movesOf(columnOf(card))) {
    const item = document.createElement('button');
    item.type = 'button';
    item.setAttribute('role', 'menuitem');
    item.tabIndex = -1;
    item.append(icon(move.icon, 'icon icon-sm'), `${move.label}${move.asks ? ' …' : ''}`);
    item.addEventListener('click', () => {
      closeMenu();
      void make(card, move);
    });
    menu.append(item);
  }
  card.append(menu);
  button.setAttribute('aria-expanded', 'true');
  items()[0]?.focus();
}

function closeMenu(focus = false): void {
  const button = menu?.closest('.job-card')?.querySelector<HTMLElement>('[data-job-menu]');
  button?.setAttribute('aria-expanded', 'false');
  menu?.remove();
  menu = null;
  if (focus) button?.focus();
}

const items = (): HTMLElement[] => [...(menu?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];

document.addEventListener('keydown', (event) => {
  if (!menu) return;
  const all = items();
  const at = all.indexOf(document.activeElement as HTMLElement);
  const places: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
  const to = places[event.key];
  if (to !== undefined) {
    event.preventDefault();
    all[(to + all.length) % all.length]?.focus();
  } else if (event.key === 'Escape' || event.key === 'Tab') {
    if (event.key === 'Escape') event.preventDefault();
    closeMenu(true);
  }
});
document.addEventListener('click', (event) => {
  const target = event.target as Element;
  const button = target.closest<HTMLElement>('[data-job-menu]');
  if (button) {
    if (button.getAttribute('aria-expanded') === 'true') closeMenu(true);
    else openMenu(button);
    return;
  }
  if (menu && !menu.contains(target)) closeMenu();
  const chosen = target.closest<HTMLElement>('[data-board-tab]');
  if (chosen) tab(chosen.dataset['boardTab'] ?? 'open');
  const more = target.closest<HTMLAnchorElement>('a[data-board-more]');
  if (more && !(event.metaKey || event.ctrlKey)) {
    event.preventDefault();
    go(new URL(more.href));
  }
});

// -- one column at a time on a phone

function tab(wanted: string): void {
  const state = columnFor(wanted) ? wanted : 'open';
  board.dataset['show'] = state;
  for (const button of board.querySelectorAll<HTMLElement>('[data-board-tab]')) {
    button.setAttribute('aria-pressed', String(button.dataset['boardTab'] === state));
  }
  try {
    sessionStorage.setItem(TAB, state);
  } catch {
    // Without storage the board opens with its first view.
  }
}

// -- filters

let typing = 0;

function go(address: URL): void {
  history.replaceState(null, '', address);
  const clear = filters.querySelector<HTMLElement>('[data-board-clear]');
  if (clear) clear.hidden = ![...new FormData(filters).values()].some((value) => String(value));
  tag = '';
  void refresh(address.href);
}

function filtered(): void {
  const address = new URL(filters.action);
  for (const [name, value] of new FormData(filters)) if (String(value)) address.searchParams.set(name, String(value));
  go(address);
}

filters.addEventListener('input', (event) => {
  clearTimeout(typing);
  typing = window.setTimeout(filtered, (event.target as Element).matches('input') ? TYPING_MS : 0);
});
filters.addEventListener('submit', (event) => {
  event.preventDefault();
  filtered();
});

try {
  tab(sessionStorage.getItem(TAB) ?? 'open');
} catch {
  tab('open');
}
recount();
clocks();
signatures();
alive(true);
setInterval(() => { if (!document.hidden && !document.querySelector('dialog[open]')) void refresh(); }, EVERY_MS);
document.addEventListener('visibilitychange', () => { if (!document.hidden) void refresh(); });
board.toggleAttribute('data-ready', true);
