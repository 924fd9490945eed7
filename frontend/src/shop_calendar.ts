// The calendar of a shop: what is dragged is sent to the server at once, and what it says is shown.
import { icon } from './icon';
import { tellContent } from './page/ready';
import { element } from './route/element';
import { send } from './shop_calendar_ask';
import { Board, clock } from './shop_calendar_board';
import { dragging, type Drop } from './shop_calendar_drag';
import { planning } from './shop_calendar_plan';

const body = document.getElementById('shop-body');
const note = document.getElementById('shop-note');

function tell(text: string, bad = false): void {
  note?.setAttribute('role', bad ? 'alert' : 'status');
  note?.replaceChildren(...(text ? [element('div', { class: `alert note is-${bad ? 'bad' : 'ok'}` }, icon(bad ? 'alert-triangle' : 'info-circle'), element('div', { class: 'min-w-0 breakable' }, text))] : []));
}

/** The page as it is now on the server, in place of what is shown. */
async function refresh(board: Board): Promise<void> {
  const answer = await fetch(window.location.href);
  if (!answer.ok) {
    window.location.reload();
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('shop-body');
  if (fresh) board.body.replaceChildren(...fresh.childNodes);
  board.layOut();
  tellContent();
}

async function change(board: Board, item: HTMLElement, work: () => Promise<unknown>, said: string): Promise<void> {
  item.classList.add('is-dragged');
  try {
    await work();
    await refresh(board);
    tell(said);
  } catch (error) {
    item.classList.remove('is-dragged');
    tell((error as Error).message, true);
  }
}

function times(board: Board, { begin, end }: Drop): { scheduled_start: string; scheduled_end: string } {
  return { scheduled_start: board.momentOf(begin), scheduled_end: board.momentOf(end) };
}

if (body) {
  const board = new Board(body);
  board.layOut();
  board.root.querySelector('.shop-job.is-marked')?.scrollIntoView({ block: 'nearest' });
  dragging(board, {
    book: (order, drop) => {
      const { order: key, vehicle, technician, name = '' } = order.dataset;
      const row = { work_order_id: key, vehicle_id: vehicle, technician_id: technician || null, service_bay_id: drop.bay, ...times(board, drop) };
      void change(board, order, () => send('POST', '', row), `${name} is booked: ${drop.bayName}, ${clock(board, drop.begin)} to ${clock(board, drop.end)}.`);
    },
    move: (booking, drop) => {
      const { booking: key = '', name = '' } = booking.dataset;
      const row = { service_bay_id: drop.bay, ...times(board, drop) };
      void change(board, booking, () => send('PATCH', `/${key}`, row), `${name} is moved: ${drop.bayName}, ${clock(board, drop.begin)} to ${clock(board, drop.end)}.`);
    },
  });
  const ask = document.getElementById('shop-plan-ask') as HTMLButtonElement | null;
  const panel = document.getElementById('shop-plan');
  if (ask && panel) {
    planning(ask, panel, board, tell, async (text) => {
      await refresh(board);
      tell(text);
    });
  }
  weekDrop(board);
}

/** In the week an order is let go on a bay's day, and the form opens with the best time there. */
function weekDrop(board: Board): void {
  if (board.isDay || !board.mayBook) return;
  document.addEventListener('dragstart', (event) => {
    const order = (event.target as Element).closest<HTMLElement>('.shop-order');
    if (order) event.dataTransfer?.setData('text/plain', order.dataset['order'] ?? '');
  });
  const cell = (event: Event): HTMLElement | null => (event.target as Element).closest<HTMLElement>('[data-cell]');
  document.addEventListener('dragover', (event) => {
    if (cell(event)) event.preventDefault();
  });
  for (const [kind, on] of [['dragenter', true], ['dragleave', false]] as const) document.addEventListener(kind, (event) => cell(event)?.classList.toggle('is-target', on));
  document.addEventListener('drop', (event) => {
    const where = cell(event);
    const order = event.dataTransfer?.getData('text/plain');
    if (!where || !order) return;
    event.preventDefault();
    where.classList.remove('is-target');
    const query = new URLSearchParams(board.root.dataset['query']);
    query.set('day', where.dataset['day'] ?? '');
    query.set('order', order);
    query.set('bay', where.dataset['bay'] ?? '');
    const link = element('a', { href: `/shop/calendar/book?${query.toString()}`, 'data-dialog': true, hidden: true });
    document.body.append(link);
    link.click();
    link.remove();
  });
}
