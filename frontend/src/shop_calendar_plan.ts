// The proposal of a plan: why each job stands where it stands, what is left out, and booking all of it.
import { icon } from './icon';
import { element } from './route/element';
import { send } from './shop_calendar_ask';
import { time, type Board } from './shop_calendar_board';

interface Assignment {
  work_order_id: string;
  work_order: string;
  summary: string;
  vehicle: string;
  priority: string;
  service_bay_id: string;
  bay: string;
  technician_id: string;
  technician: string;
  scheduled_start: string;
  scheduled_end: string;
  reason: string;
}

interface Plan {
  assignments: Assignment[];
  left_out: { work_order_id: string; work_order: string; summary: string; vehicle: string; reason: string }[];
  objective: number;
  simple_objective: number;
  is_best: boolean;
  notes: string[];
}

/** Wires the button; `done` is called when a plan was booked, with words for the person. */
export function planning(button: HTMLButtonElement, panel: HTMLElement, board: Board, tell: (text: string, bad?: boolean) => void, done: (text: string) => Promise<void>): void {
  button.hidden = false;
  button.addEventListener('click', () => void ask());

  async function ask(): Promise<void> {
    close();
    button.disabled = true;
    tell('Looking for a good plan …');
    try {
      const { facility, day, days } = button.dataset;
      const plan = await send<Plan>('POST', '/plan', { facility_id: facility, day, days: Number(days) });
      tell('');
      show(plan);
    } catch (error) {
      tell((error as Error).message, true);
    } finally {
      button.disabled = false;
    }
  }

  function show(plan: Plan): void {
    const apply = element('button', { class: 'btn btn-primary', type: 'button', onclick: () => void book(plan, apply) }, icon('check'), 'Apply');
    const discard = element('button', { class: 'btn', type: 'button', onclick: close }, 'Discard');
    panel.replaceChildren(
      element('h2', { id: 'shop-plan-title' }, title(plan)),
      element('p', { class: 'text-secondary mb-2' }, about(plan)),
      ...plan.notes.map((note) => element('p', { class: 'form-hint' }, note)),
      plan.assignments.length ? element('ul', { class: 'shop-plan-list', tabindex: '0', 'aria-label': 'Planned' }, ...plan.assignments.map(row)) : '',
      ...(plan.left_out.length ? [
        element('h3', {}, 'Left out'),
        element('ul', { 'aria-label': 'Left out' }, ...plan.left_out.map((one) => element('li', { class: 'shop-plan-one' },
          element('span', {}, one.work_order), element('div', {}, element('strong', {}, one.vehicle), ` ${one.summary}`, element('div', { class: 'shop-plan-why' }, one.reason))))),
      ] : []),
      element('div', { class: 'shop-plan-foot' }, ...(plan.assignments.length ? [apply] : []), discard),
    );
    panel.hidden = false;
    panel.focus();
    draw(plan);
  }

  function row(one: Assignment): HTMLElement {
    const start = new Date(one.scheduled_start);
    const day = new Intl.DateTimeFormat('en-GB', { timeZone: board.zone, weekday: 'short', day: 'numeric' }).format(start);
    const format = time(board.zone);
    return element('li', { class: 'shop-plan-one', 'data-planned': one.work_order_id },
      element('span', { class: 'shop-plan-when' }, `${board.isDay ? '' : `${day}, `}${format.format(start)} to ${format.format(new Date(one.scheduled_end))}`),
      element('div', {}, element('strong', {}, one.vehicle), ` ${one.summary} · ${one.bay}, ${one.technician}`, element('div', { class: 'shop-plan-why' }, one.reason)));
  }

  /** Proposed jobs among the booked ones. */
  function draw(plan: Plan): void {
    if (!board.isLaidOut) return;
    for (const one of plan.assignments) {
      const track = board.root.querySelector<HTMLElement>(`.shop-lane[data-bay="${one.service_bay_id}"] [data-track]`);
      const job = element('li', { class: 'shop-job is-proposed', 'data-proposed': true, 'data-start': one.scheduled_start, 'data-finish': one.scheduled_end, title: one.reason },
        element('span', { class: 'shop-job-link' }, element('span', { class: 'shop-job-top' }, element('strong', {}, one.vehicle)), element('span', { class: 'shop-job-text' }, one.summary), element('span', { class: 'shop-job-sub' }, one.technician)));
      track?.append(job);
      board.settle(job);
    }
  }

  async function book(plan: Plan, apply: HTMLButtonElement): Promise<void> {
    apply.disabled = true;
    try {
      await send('POST', '/apply-plan', {
        assignments: plan.assignments.map(({ work_order_id, service_bay_id, technician_id, scheduled_start, scheduled_end }) => ({ work_order_id, service_bay_id, technician_id, scheduled_start, scheduled_end })),
      });
      close();
      await done(`The plan is booked: ${plan.assignments.length} ${plan.assignments.length === 1 ? 'job' : 'jobs'}.`);
    } catch (error) {
      apply.disabled = false;
      tell((error as Error).message, true);
    }
  }

  function close(): void {
    panel.hidden = true;
    panel.replaceChildren();
    board.root.querySelectorAll('[data-proposed]').forEach((one) => one.remove());
  }
}

function title({ assignments, left_out }: Plan): string {
  const all = assignments.length + left_out.length;
  if (!all) return 'No work order waits for a place';
  return `${assignments.length} of ${all} ${all === 1 ? 'job' : 'jobs'} planned`;
}

function about(plan: Plan): string {
  if (!plan.assignments.length) return plan.left_out.length ? 'None of them can be planned; the reasons stand below.' : 'Open work orders of this shop without a booking are planned.';
  const less = plan.simple_objective ? Math.round((1 - plan.objective / plan.simple_objective) * 100) : 0;
  const better = less > 0 ? `${less} % less waiting and lateness than by priority, first come` : 'As good as by priority, first come';
  return `${better}; ${plan.is_best ? 'there is no better plan' : 'there may be a better one still'}. Nothing is booked yet.`;
}
