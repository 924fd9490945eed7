// Where things lie on the calendar of a day. Minutes count from midnight where the shop is.
import { element } from './route/element';

const WIDE = window.matchMedia('(min-width: 768px)');

export class Board {
  readonly body: HTMLElement;
  root: HTMLElement;

  constructor(body: HTMLElement) {
    this.body = body;
    this.root = body.querySelector('#shop-board') as HTMLElement;
  }

  get isDay(): boolean {
    return this.root.dataset['view'] === 'day';
  }

  get isLaidOut(): boolean {
    return this.isDay && WIDE.matches;
  }

  get mayBook(): boolean {
    return 'mayBook' in this.root.dataset;
  }

  get zone(): string {
    return this.root.dataset['zone'] ?? 'UTC';
  }

  get midnight(): number {
    return Date.parse(this.root.dataset['midnight'] ?? '');
  }

  get first(): number {
    return Number(this.root.dataset['first']);
  }

  get last(): number {
    return Number(this.root.dataset['last']);
  }

  minuteOf(moment: string): number {
    return Math.round((Date.parse(moment) - this.midnight) / 60_000);
  }

  momentOf(minute: number): string {
    return new Date(this.midnight + minute * 60_000).toISOString();
  }

  /** The minute under a place of the screen. */
  minuteAt(track: HTMLElement, x: number): number {
    const { left, width } = track.getBoundingClientRect();
    return this.first + ((x - left) / width) * (this.last - this.first);
  }

  laneAt(y: number, x: number): HTMLElement | null {
    for (const lane of this.root.querySelectorAll<HTMLElement>('.shop-lane')) {
      const { top, bottom } = lane.getBoundingClientRect();
      const { left, right } = (lane.querySelector('[data-track]') as HTMLElement).getBoundingClientRect();
      if (y >= top && y < bottom && x >= left && x <= right) return lane;
    }
    return null;
  }

  /** Puts something at its hours, cut off where the day is not shown. */
  place(item: HTMLElement, begin: number, end: number): void {
    const span = this.last - this.first;
    const from = Math.max(begin, this.first);
    const to = Math.min(end, this.last);
    item.style.setProperty('--from', `${((from - this.first) / span) * 100}%`);
    item.style.setProperty('--wide', `${(Math.max(to - from, 5) / span) * 100}%`);
  }

  /** Takes what the server sent and lays it out. */
  layOut(): void {
    this.root = this.body.querySelector('#shop-board') as HTMLElement;
    this.body.classList.add('is-ready');
    if (!this.isDay) return;
    const open = (this.root.dataset['open'] ?? '').split(' ').filter(Boolean).map((part) => part.split('-').map(Number) as [number, number]);
    this.root.style.setProperty('--hour', `${(60 / (this.last - this.first)) * 100}%`);
    for (const label of this.root.querySelectorAll<HTMLElement>('.shop-hours-track [data-minute]')) {
      label.style.setProperty('--from', `${((Number(label.dataset['minute']) - this.first) / (this.last - this.first)) * 100}%`);
    }
    for (const track of this.root.querySelectorAll<HTMLElement>('[data-track]')) {
      this.shade(track, open);
      for (const job of track.querySelectorAll<HTMLElement>('.shop-job')) this.settle(job);
    }
  }

  settle(job: HTMLElement): void {
    const from = this.minuteOf(job.dataset['start'] ?? '');
    const to = this.minuteOf(job.dataset['finish'] ?? '');
    job.dataset['from'] = String(from);
    job.dataset['length'] = String(to - from);
    this.place(job, from, to);
    if ('movable' in job.dataset) job.append(element('span', { class: 'shop-grip', 'aria-hidden': 'true' }));
  }

  private shade(track: HTMLElement, open: [number, number][]): void {
    let at = this.first;
    for (const [begin, end] of [...open, [this.last, this.last] as [number, number]]) {
      if (begin > at) {
        const closed = element('li', { class: 'shop-closed', 'aria-hidden': 'true' });
        this.place(closed, at, begin);
        track.prepend(closed);
      }
      at = Math.max(at, end);
    }
    const now = (Date.now() - this.midnight) / 60_000;
    if (now > this.first && now < this.last) {
      const line = element('li', { class: 'shop-now', 'aria-hidden': 'true' });
      line.style.setProperty('--from', `${((now - this.first) / (this.last - this.first)) * 100}%`);
      track.append(line);
    }
  }
}

/** A minute of the day as a clock of the shop shows it. */
export function clock(board: Board, minute: number): string {
  return time(board.zone).format(board.midnight + minute * 60_000);
}

export function time(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
}
