// Dragging on the calendar of a day: orders onto bays, bookings to another time or bay, their end to another hour.
import { clock, type Board } from './shop_calendar_board';
import { element } from './route/element';

const STEP = 15;
/** Pixels before a press becomes a drag. */
const SLACK = 4;

export interface Drop {
  bay: string;
  bayName: string;
  begin: number;
  end: number;
}

export interface Handlers {
  /** An order was let go over a bay. */
  book: (order: HTMLElement, drop: Drop) => void;
  /** A booking was let go at another place, or has another end. */
  move: (booking: HTMLElement, drop: Drop) => void;
}

/** Watches the board from one listener; everything in it may be replaced. */
export function dragging(board: Board, handlers: Handlers): void {
  document.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || event.pointerType === 'touch' || !board.isLaidOut) return;
    const target = event.target as Element;
    const booking = target.closest<HTMLElement>('.shop-track > .shop-job[data-movable]');
    const order = board.mayBook ? target.closest<HTMLElement>('.shop-order') : null;
    const item = booking ?? order;
    if (!item || (order && target.closest('.btn'))) return;
    const grip = target.closest('.shop-grip') !== null;
    const minutes = booking ? Number(booking.dataset['length']) : Number(order?.dataset['minutes']);
    const held = booking ? board.minuteAt(booking.closest('.shop-track') as HTMLElement, event.clientX) - Number(booking.dataset['from']) : Math.min(30, minutes / 2);
    follow(board, event, item, { minutes, held, grip }, (drop) => (booking ? handlers.move(booking, drop) : handlers.book(item, drop)));
  });
}

interface Grasp {
  minutes: number;
  /** Minutes between the item's beginning and the pointer. */
  held: number;
  grip: boolean;
}

function follow(board: Board, down: PointerEvent, item: HTMLElement, grasp: Grasp, dropped: (drop: Drop) => void): void {
  const ghost = element('div', { class: 'shop-ghost', 'aria-hidden': 'true' });
  const watching = new AbortController();
  let begun = false;
  let drop: Drop | null = null;

  const stop = (): void => {
    watching.abort();
    ghost.remove();
    item.classList.remove('is-dragged');
    document.body.classList.remove('is-dragging');
    // The press that ends a drag is no click on what it began on.
    if (begun) window.addEventListener('click', (click) => { click.preventDefault(); click.stopPropagation(); }, { capture: true, once: true, signal: AbortSignal.timeout(50) });
  };
  const moved = (event: PointerEvent): void => {
    if (!begun && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < SLACK) return;
    begun = true;
    item.classList.add('is-dragged');
    document.body.classList.add('is-dragging');
    const lane = grasp.grip ? item.closest<HTMLElement>('.shop-lane') : board.laneAt(event.clientY, event.clientX);
    drop = lane && placeOf(board, lane, item, grasp, event.clientX);
    if (!lane || !drop) {
      ghost.remove();
      return;
    }
    const track = lane.querySelector<HTMLElement>('[data-track]') as HTMLElement;
    board.place(ghost, drop.begin, drop.end);
    ghost.textContent = `${clock(board, drop.begin)} to ${clock(board, drop.end)}`;
    if (ghost.parentElement !== track) track.append(ghost);
  };
  const options = { signal: watching.signal };
  document.addEventListener('pointermove', moved, options);
  document.addEventListener('pointerup', () => {
    const found = drop;
    stop();
    if (begun && found) dropped(found);
  }, options);
  document.addEventListener('pointercancel', stop, options);
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') stop(); }, options);
  // Links and pictures would be dragged by the browser itself.
  document.addEventListener('dragstart', (event) => event.preventDefault(), options);
}

function placeOf(board: Board, lane: HTMLElement, item: HTMLElement, grasp: Grasp, x: number): Drop {
  const track = lane.querySelector<HTMLElement>('[data-track]') as HTMLElement;
  const at = board.minuteAt(track, x);
  const bay = { bay: lane.dataset['bay'] ?? '', bayName: lane.dataset['name'] ?? '' };
  if (grasp.grip) {
    const begin = Number(item.dataset['from']);
    return { ...bay, begin, end: Math.max(begin + STEP, snapped(at)) };
  }
  const begin = snapped(at - grasp.held);
  return { ...bay, begin, end: begin + grasp.minutes };
}

function snapped(minute: number): number {
  return Math.round(minute / STEP) * STEP;
}
