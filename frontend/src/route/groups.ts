// The list of stops: those of each vehicle in order, and those that nobody has. Reordered by dragging or by buttons.
import { distanceText, duration, moment } from '../format';
import { icon } from '../icon';
import { element } from './element';
import { colourOf, type Board, type PlannedRoute, type Stop } from './model';

export interface Changes {
  /** Who goes where has changed. */
  order(): void;
  /** What a stop asks for has changed. */
  stop(): void;
  remove(key: number): void;
  /** A stop is where the vehicles begin and end instead. */
  depot(key: number): void;
}

let opened: number | null = null;
let dragged: number | null = null;

/** Shows a stop's fields. */
export function open(key: number | null): void {
  opened = key;
}

export function drawGroups(place: HTMLElement, board: Board, changes: Changes): void {
  const groups: HTMLElement[] = [];
  board.vans.forEach((van, index) => {
    const route = board.plan?.routes.find((one) => one.vehicle === index);
    groups.push(group(board, index, van.number, board.list(index), changes, route));
  });
  if (board.pool.length || !board.vans.length) groups.unshift(group(board, -1, board.plan ? 'Not assigned' : 'Stops to plan', board.pool, changes));
  const focused = (document.activeElement as HTMLElement | null)?.dataset['focus'];
  place.replaceChildren(...groups);
  if (focused) place.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]:not(:disabled)`)?.focus();
}

function group(board: Board, van: number, title: string, keys: number[], changes: Changes, route?: PlannedRoute): HTMLElement {
  const list = element('ul', { class: 'planner-stops', 'data-van': String(van) }, ...keys.map((key, index) => row(board, van, keys, key, index, changes)));
  if (!keys.length) {
    const text = van < 0 ? 'Add stops by a click on the map, by searching, or from a table.' : board.plan ? 'No stops: this vehicle stays at home.' : 'Optimise, or move stops here.';
    list.append(element('li', { class: 'planner-empty' }, text));
  }
  list.addEventListener('dragover', (event) => {
    event.preventDefault();
    list.classList.add('is-target');
  });
  list.addEventListener('dragleave', () => list.classList.remove('is-target'));
  list.addEventListener('drop', (event) => {
    event.preventDefault();
    if (dragged === null) return;
    const before = (event.target as Element).closest<HTMLElement>('[data-stop]')?.dataset['stop'];
    if (before !== String(dragged)) board.move(dragged, van, before ? Number(before) : null);
    changes.order();
  });
  const head = element('div', { class: 'planner-group-head' }, element('span', { class: 'line-dot', 'aria-hidden': 'true' }), element('span', {}, title));
  const made = element('section', { class: 'planner-group', 'aria-label': title }, head);
  if (van >= 0) made.style.setProperty('--line', colourOf(van));
  if (route) {
    head.append(element('span', { class: 'planner-group-sub' }, `${clock(route.departs_at)} – ${clock(route.returns_at)} · ${distanceText(route.distance_m / 1000)}`));
    if (route.capacity_kg !== null) made.append(load(route.load_kg, route.capacity_kg));
  }
  made.append(list);
  return made;
}

function load(kg: number, most: number): HTMLElement {
  const meter = element('meter', { min: '0', max: String(most), value: String(kg), 'aria-label': 'Load' });
  const over = kg > most ? ', too much' : '';
  return element('div', { class: 'planner-load' }, meter, `${Math.round(kg)} of ${Math.round(most)} kg${over}`);
}

function row(board: Board, van: number, keys: number[], key: number, index: number, changes: Changes): HTMLElement {
  const stop = board.stops.get(key) as Stop;
  const move = (to: number): void => {
    board.move(key, van, keys[to] ?? null);
    changes.order();
  };
  const tool = (name: string, label: string, does: () => void, disabled = false): HTMLElement =>
    element('button', { type: 'button', class: 'tool', 'aria-label': `${label}: ${stop.name}`, title: label, disabled, 'data-focus': `${name}-${key}`, onclick: does }, icon(name));
  const tools = element('div', { class: 'planner-tools' });
  if (van >= 0) {
    tools.append(tool('arrow-up', 'Earlier', () => move(index - 1), index === 0));
    tools.append(tool('arrow-down', 'Later', () => move(index + 2), index === keys.length - 1));
  }
  if (board.vans.length > (van < 0 ? 0 : 1)) {
    tools.append(tool('arrows-exchange', 'Next vehicle', () => {
      board.move(key, (van + 1) % board.vans.length);
      changes.order();
    }));
  }
  tools.append(tool('pencil', 'Change', () => {
    opened = opened === key ? null : key;
    changes.order();
  }));
  const head = element(
    'div', { class: 'planner-stop-row', draggable: 'true' },
    element('span', { class: 'stop-number', 'aria-hidden': 'true' }, van < 0 ? '•' : String(index + 1)),
    element('div', {}, element('div', { class: 'planner-stop-name' }, stop.name), sub(board, stop)),
    tools,
  );
  const item = element('li', { class: 'planner-stop', 'data-stop': String(key) }, head);
  head.addEventListener('dragstart', (event) => {
    dragged = key;
    event.dataTransfer?.setData('text/plain', stop.name);
    item.classList.add('is-dragged');
  });
  head.addEventListener('dragend', () => {
    dragged = null;
    item.classList.remove('is-dragged');
  });
  if (opened === key) item.append(fields(stop, changes));
  return item;
}

function sub(board: Board, stop: Stop): HTMLElement {
  const planned = board.planned(stop.key);
  const parts: (Node | string)[] = [];
  if (planned) parts.push(`${clock(planned.arrival)}`);
  if (planned?.late_s) parts.push(element('span', { class: 'is-late' }, `${duration(planned.late_s)} late`));
  if (planned?.waiting_s) parts.push(`waits ${duration(planned.waiting_s)}`);
  if (stop.from || stop.to) parts.push(stop.from && stop.to ? `${stop.from}–${stop.to}` : stop.from ? `from ${stop.from}` : `until ${stop.to}`);
  parts.push(`${stop.duration} min`);
  if (stop.weight) parts.push(`${stop.weight} kg`);
  const text = element('div', { class: 'planner-stop-sub' }, ...parts.flatMap((part, i) => (i ? [' · ', part] : [part])));
  const reason = board.reason(stop.key);
  if (reason) text.append(element('div', { class: 'is-late' }, reason));
  return text;
}

function fields(stop: Stop, changes: Changes): HTMLElement {
  const field = (label: string, type: string, value: string, does: (value: string) => void, more: Record<string, string> = {}): HTMLElement => {
    const input = element('input', { class: 'form-control form-control-sm', type, value, ...more });
    input.addEventListener('change', () => {
      does(input.value);
      changes.stop();
    });
    return element('label', more['maxlength'] ? { class: 'span' } : {}, label, input);
  };
  const number = (text: string, most: number): number => Math.min(Math.max(Number(text) || 0, 0), most);
  return element(
    'div', { class: 'planner-edit' },
    field('Name', 'text', stop.name, (value) => { stop.name = value.trim() || stop.name; }, { maxlength: '255' }),
    field('Minutes there', 'number', String(stop.duration), (value) => { stop.duration = Math.round(number(value, 1440)); }, { min: '0', max: '1440' }),
    field('Not before', 'time', stop.from, (value) => { stop.from = value; }),
    field('Not after', 'time', stop.to, (value) => { stop.to = value; }),
    field('Weight, kg', 'number', String(stop.weight), (value) => { stop.weight = number(value, 1e6); }, { min: '0' }),
    field('Priority 0–100', 'number', String(stop.priority), (value) => { stop.priority = Math.round(number(value, 100)); }, { min: '0', max: '100' }),
    element('button', { type: 'button', class: 'btn btn-sm span', onclick: () => changes.depot(stop.key) }, icon('building-warehouse'), 'Begin and end here instead'),
    element('button', { type: 'button', class: 'btn btn-sm btn-outline-danger span', onclick: () => changes.remove(stop.key) }, icon('trash'), 'Remove this stop'),
  );
}

export function clock(at: string): string {
  return moment(new Date(at), 'time');
}
