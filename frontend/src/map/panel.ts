// The panel beside the map: counts by state, search, and the vehicles in words.
import { ago, duration, speedText } from '../format';
import { icon, setIcon } from '../icon';
import type { Fleet, Vehicle } from './fleet';
import { STATES, type State } from './symbols';

const PAGE = 100;

interface Row {
  element: HTMLLIElement;
  button: HTMLButtonElement;
  symbol: SVGSVGElement;
  /** The state as a word, for those who do not see the symbol. */
  state: HTMLElement;
  title: HTMLElement;
  sub: HTMLElement;
  side: HTMLElement;
}

export interface PanelHandlers {
  filtered(): void;
  chosen(id: string): void;
}

export class Panel {
  private readonly list = element<HTMLUListElement>('live-list');
  private readonly count = element('live-count');
  private readonly clear = element<HTMLButtonElement>('live-clear');
  private readonly query = element<HTMLInputElement>('live-query');
  private readonly group = document.getElementById('live-group') as HTMLSelectElement | null;
  private readonly chips = [...document.querySelectorAll<HTMLButtonElement>('[data-filter-state]')];
  private readonly rows = new Map<string, Row>();
  private readonly more = document.createElement('button');
  private limit = PAGE;
  private chosen: string | null = null;

  constructor(
    private readonly fleet: Fleet,
    private readonly handlers: PanelHandlers,
  ) {
    this.more.type = 'button';
    this.more.className = 'btn btn-sm live-more';
    this.more.addEventListener('click', () => {
      this.limit += PAGE;
      this.render();
    });
    for (const chip of this.chips) chip.addEventListener('click', () => this.toggle(chip));
    this.query.addEventListener('input', () => this.apply());
    this.query.addEventListener('keydown', (event) => {
      const [only, another] = this.fleet.shown();
      if (event.key === 'Enter' && only && !another) this.handlers.chosen(only.vehicle_id);
    });
    this.group?.addEventListener('change', () => this.apply());
    this.clear.addEventListener('click', () => this.showAll());
    this.list.addEventListener('click', (event) => {
      const id = (event.target as Element).closest('li')?.dataset['id'];
      if (id) this.handlers.chosen(id);
    });
    this.list.addEventListener('keydown', (event) => this.moveFocus(event));
  }

  choose(id: string | null): void {
    this.chosen = id;
    for (const [key, row] of this.rows) row.button.setAttribute('aria-pressed', String(key === id));
    if (id) this.reveal(this.rows.get(id)?.element);
  }

  render(): void {
    const counts = this.fleet.counts();
    for (const chip of this.chips) {
      const number = chip.querySelector('[data-count]');
      if (number) number.textContent = String(counts[chip.dataset['filterState'] as State]);
    }
    const vehicles = this.fleet.sorted();
    const total = this.fleet.vehicles.size;
    write(this.count, this.fleet.isFiltered() ? `${vehicles.length} of ${total} vehicles` : `${total} ${total === 1 ? 'vehicle' : 'vehicles'}`);
    this.clear.hidden = !this.fleet.isFiltered();
    this.arrange(vehicles.slice(0, this.limit));
    const left = vehicles.length - this.limit;
    this.more.textContent = `Show ${Math.min(PAGE, left)} more`;
    if (left > 0) this.list.after(this.more);
    else this.more.remove();
    this.list.classList.toggle('d-none', vehicles.length === 0);
    document.getElementById('live-empty')?.remove();
    if (vehicles.length === 0) this.list.after(this.emptyNote(total));
  }

  /** Scrolls the list, and nothing round it, until the row can be seen. */
  private reveal(row: HTMLElement | undefined): void {
    if (!row) return;
    const seen = this.list.getBoundingClientRect();
    const { top, bottom } = row.getBoundingClientRect();
    if (top < seen.top) this.list.scrollTop -= seen.top - top;
    else if (bottom > seen.bottom) this.list.scrollTop += bottom - seen.bottom;
  }

  private arrange(vehicles: Vehicle[]): void {
    const focused = document.activeElement instanceof HTMLElement && this.list.contains(document.activeElement) ? document.activeElement : null;
    const wanted = new Set(vehicles.map((vehicle) => vehicle.vehicle_id));
    for (const [id, row] of this.rows) {
      if (!wanted.has(id)) {
        row.element.remove();
        this.rows.delete(id);
      }
    }
    let next = this.list.firstElementChild;
    for (const vehicle of vehicles) {
      const row = this.rows.get(vehicle.vehicle_id) ?? this.makeRow(vehicle);
      this.fill(row, vehicle);
      if (row.element === next) next = next.nextElementSibling;
      else this.list.insertBefore(row.element, next);
    }
    if (focused && focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
  }

  private makeRow(vehicle: Vehicle): Row {
    const make = (name: 'span' | 'li', className: string): HTMLElement => {
      const made = document.createElement(name);
      made.className = className;
      return made;
    };
    const row: Row = {
      element: document.createElement('li'),
      button: document.createElement('button'),
      symbol: icon('state-offline'),
      state: make('span', 'visually-hidden'),
      title: make('span', 'live-row-title'),
      sub: make('span', 'live-row-sub'),
      side: make('span', 'live-row-side'),
    };
    const text = make('span', 'live-row-text');
    text.append(row.title, row.state, row.sub);
    row.element.dataset['id'] = vehicle.vehicle_id;
    row.button.type = 'button';
    row.button.setAttribute('aria-pressed', String(vehicle.vehicle_id === this.chosen));
    row.button.append(row.symbol, text, row.side);
    row.element.append(row.button);
    this.rows.set(vehicle.vehicle_id, row);
    return row;
  }

  private fill(row: Row, vehicle: Vehicle): void {
    const className = `live-row is-${vehicle.state}`;
    if (row.button.className !== className) {
      row.button.className = className;
      setIcon(row.symbol, `state-${vehicle.state}`);
    }
    write(row.title, vehicle.number);
    write(row.sub, [vehicle.name === vehicle.number ? null : vehicle.name, vehicle.driver_name].filter(Boolean).join(' · ') || 'No driver');
    write(row.side, this.besides(vehicle));
    write(row.state, vehicle.state);
  }

  /** Speed of a moving vehicle; of the others, how long it has been so. */
  private besides(vehicle: Vehicle): string {
    const now = this.fleet.now();
    if (vehicle.state === 'moving') return speedText(vehicle.speed_kph);
    if (vehicle.state === 'offline') return vehicle.reportedAt ? ago((now - vehicle.reportedAt) / 1000) : 'never';
    return vehicle.since ? duration((now - Date.parse(vehicle.since)) / 1000) : '';
  }

  private emptyNote(total: number): HTMLElement {
    const note = document.createElement('div');
    note.id = 'live-empty';
    note.className = 'empty-note';
    const title = document.createElement('strong');
    title.textContent = total === 0 ? 'No vehicles yet' : 'No vehicle matches';
    const text = document.createElement('span');
    text.textContent = total === 0 ? 'Add one under Vehicles, or let a device report.' : 'Change the search or the states above.';
    note.append(icon(total === 0 ? 'car' : 'zoom-question'), title, text);
    return note;
  }

  private toggle(chip: HTMLButtonElement): void {
    const state = chip.dataset['filterState'] as State;
    const { states } = this.fleet.filter;
    if (!states.delete(state)) states.add(state);
    if (states.size === STATES.length) states.clear();
    this.apply();
  }

  private showAll(): void {
    this.fleet.filter.states.clear();
    this.query.value = '';
    if (this.group) this.group.value = '';
    this.apply();
    this.query.focus();
  }

  private apply(): void {
    const { filter } = this.fleet;
    filter.words = this.query.value.trim().toLowerCase();
    filter.group = this.group?.value ?? '';
    for (const chip of this.chips) chip.setAttribute('aria-pressed', String(filter.states.has(chip.dataset['filterState'] as State)));
    this.chips[0]?.parentElement?.classList.toggle('some', filter.states.size > 0);
    this.limit = PAGE;
    this.list.scrollTop = 0;
    this.render();
    this.handlers.filtered();
  }

  /** Arrow keys go from row to row. */
  private moveFocus(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = (event.target as Element).closest('li');
    if (!step || !row) return;
    event.preventDefault();
    const other = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    other?.querySelector('button')?.focus();
  }
}

function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}
