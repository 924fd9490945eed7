// Where it begins: reports that wait, the vehicle, what is known of it, and the form.
import { icon } from '../icon';
import { count, h, words } from './dom';
import { queue } from './queue';
import { distanceUnit, shownDistance } from './server';
import { signing } from './signature';
import { formsFor, type Defect, type Form, type Kit, type LastReport, type Report, type Vehicle } from './types';

const MOST_FOUND = 30;

export interface Choices {
  choose(vehicle: Vehicle): void;
  open(report: Report): void;
  discard(report: Report): void;
  sendNow(): void;
}

function moment(text: string | null, zone: string): string {
  if (!text) return '';
  return new Intl.DateTimeFormat(navigator.language || 'en', { month: 'short', day: 'numeric', hour: '2-digit', hourCycle: 'h23', minute: '2-digit', timeZone: zone || undefined }).format(new Date(text));
}

export function startPage(kit: Kit, all: Report[], recent: string[], choices: Choices): HTMLElement {
  const mine = all.filter((one) => one.user_id === kit.user_id);
  const page = h('div', { class: 'insp-list' }, h('h1', {}, 'Inspect a vehicle'));
  page.append(...mine.filter((one) => queue.justSent.includes(one.id)).map(sentNote), ...waiting(mine, choices, kit.time_zone));
  const others = all.filter((one) => one.user_id !== kit.user_id && one.state !== 'sent').length;
  if (others) page.append(h('p', { class: 'text-secondary' }, `${count(others, 'report', 'reports')} of somebody else on this device ${others === 1 ? 'waits' : 'wait'} until they sign in.`));
  page.append(vehicles(kit, recent, choices));
  const sent = mine.filter((one) => one.state === 'sent');
  if (sent.length) page.append(h('section', { class: 'card', 'aria-label': 'Sent' }, h('div', { class: 'card-header slim' }, h('h2', { class: 'card-title' }, 'Sent from this device')), h('ul', { class: 'insp-rows' }, ...sent.map((one) => sentRow(one, kit.time_zone)))));
  return page;
}

function waiting(mine: Report[], choices: Choices, zone: string): HTMLElement[] {
  const found: HTMLElement[] = [];
  const held = mine.filter((one) => one.state === 'waiting');
  const rejected = mine.filter((one) => one.state === 'rejected');
  const drafts = mine.filter((one) => one.state === 'draft');
  if (rejected.length) {
    found.push(card('Not taken', 'is-bad', rejected.map((one) => h('li', { 'data-report': one.id },
      h('div', { class: 'min-w-0' }, h('strong', {}, one.vehicle.number), h('div', { class: 'text-secondary' }, one.form.name), h('div', { class: 'insp-error' }, [one.trouble, ...one.problems.map(({ message }) => message)].join(' '))),
      h('div', { class: 'insp-row-buttons' }, h('button', { class: 'btn btn-primary', type: 'button', on: { click: () => choices.open(one) } }, icon('pencil'), 'Correct it'), discardButton(one, choices))))));
  }
  if (held.length) {
    found.push(card(`Waiting to send (${held.length})`, 'is-warn', held.map((one) => h('li', { 'data-report': one.id },
      h('div', { class: 'min-w-0' }, h('strong', {}, one.vehicle.number), h('div', { class: 'text-secondary' }, `${one.form.name}, ${moment(one.performed_at, zone)}`), h('div', { class: 'text-secondary', role: 'status' }, sendingWords(one))))),
      h('button', { class: 'btn', type: 'button', on: { click: choices.sendNow } }, icon('refresh'), 'Send now')));
  }
  if (queue.isSignedOut && held.length) found.push(h('div', { class: 'alert note is-warn', role: 'status' }, icon('lock'), h('div', {}, 'Sign in to send them. ', h('a', { href: '/sign-in?next=/inspect' }, 'Sign in'))));
  if (drafts.length) {
    found.push(card('Not finished', '', drafts.map((one) => h('li', { 'data-report': one.id },
      h('div', { class: 'min-w-0' }, h('strong', {}, one.vehicle.number), h('div', { class: 'text-secondary' }, `${one.form.name}, ${moment(one.changed_at, zone)}`)),
      h('div', { class: 'insp-row-buttons' }, h('button', { class: 'btn btn-primary', type: 'button', on: { click: () => choices.open(one) } }, 'Go on'), discardButton(one, choices))))));
  }
  return found;
}

function sendingWords(one: Report): string {
  if (queue.isSending === one.id) return queue.photosLeft ? `Sending, ${count(queue.photosLeft, 'photo')} left …` : 'Sending …';
  if (!navigator.onLine) return 'Sent when there is a connection.';
  return one.trouble || 'Will be sent.';
}

function discardButton(one: Report, choices: Choices): HTMLElement {
  return h('button', { class: 'btn btn-icon', type: 'button', 'aria-label': `Discard the report of ${one.vehicle.number}`, on: { click: () => { if (window.confirm('Throw this report away? What you entered is lost.')) choices.discard(one); } } }, icon('trash'));
}

function card(title: string, tone: string, rows: HTMLElement[], button: HTMLElement | null = null): HTMLElement {
  return h('section', { class: `card insp-card ${tone}`, 'aria-label': title }, h('div', { class: 'card-header slim insp-section-head' }, h('h2', { class: 'card-title' }, title), button), h('ul', { class: 'insp-rows' }, ...rows));
}

/** What whoever has just sent a report wants to know: that it arrived, and what follows. */
function sentNote(one: Report): HTMLElement {
  const defects = one.outcome?.defects ?? [];
  const order = defects.find((defect) => defect.work_order_number)?.work_order_number;
  const said = [defects.length ? count(defects.length, 'defect') : 'no defects', order && `work order ${order}`].filter(Boolean).join(', ');
  const unsafe = defects.some((defect) => defect.is_unsafe);
  return h('div', { class: 'alert note is-ok', role: 'status', 'data-sent': one.id }, icon('circle-check'),
    h('div', { class: 'min-w-0 breakable' }, h('strong', {}, 'Sent. '), `${one.vehicle.number}, ${one.form.name}: ${said}.`,
      unsafe && h('strong', {}, ' Do not drive this vehicle until the repair is certified.')));
}

function sentRow(one: Report, zone: string): HTMLElement {
  const outcome = one.outcome;
  const defects = outcome?.defects.length ?? 0;
  return h('li', { 'data-report': one.id },
    h('div', { class: 'min-w-0' },
      h('strong', {}, one.vehicle.number), h('div', { class: 'text-secondary' }, `${one.form.name}, ${moment(one.performed_at, zone)}`),
      ...(outcome?.warnings ?? []).map((text) => h('div', { class: 'insp-warning' }, text))),
    h('div', { class: 'insp-row-buttons' }, h('span', { class: `pill pill-plain is-${defects ? 'bad' : 'ok'}` }, defects ? count(defects, 'defect') : 'No defects'), outcome && h('a', { class: 'btn', href: `/safety-inspections/${outcome.id}` }, 'Open')));
}

function vehicles(kit: Kit, recent: string[], choices: Choices): HTMLElement {
  const list = h('ul', { class: 'insp-rows insp-vehicles' });
  const search = h('input', { class: 'form-control', type: 'search', placeholder: 'Number, name or plate', 'aria-label': 'Find a vehicle', autocomplete: 'off', on: { input: () => show() } });
  const show = (): void => {
    const asked = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const fits = kit.vehicles.filter((one) => asked.every((word) => `${one.number} ${one.name ?? ''} ${one.plate ?? ''}`.toLowerCase().includes(word)));
    const place = (one: Vehicle): number => (one.is_driven ? -100 : 0) + (recent.includes(one.id) ? recent.indexOf(one.id) - 50 : 0);
    const shown = [...fits].sort((a, b) => place(a) - place(b)).slice(0, MOST_FOUND);
    list.replaceChildren(...shown.map((one) => h('li', {}, vehicleButton(one, choices))));
    if (!shown.length) list.append(h('li', { class: 'text-secondary' }, asked.length ? 'No vehicle is called this.' : 'You have no vehicle to inspect now. A dispatcher assigns or reserves one for you.'));
    if (fits.length > shown.length) list.append(h('li', { class: 'text-secondary' }, `${fits.length - shown.length} more; type to find them.`));
  };
  show();
  return h('section', { class: 'card', 'aria-label': 'Vehicles' }, h('div', { class: 'card-header slim' }, h('h2', { class: 'card-title' }, 'Vehicle')), h('div', { class: 'insp-search' }, search), list);
}

function vehicleButton(one: Vehicle, choices: Choices): HTMLElement {
  const unsafe = one.defects.some((defect) => defect.is_unsafe && !isSettled(defect));
  const about = [one.name, one.plate].filter(Boolean).join(' · ');
  return h('button', { class: 'insp-vehicle', type: 'button', on: { click: () => choices.choose(one) } },
    icon('car'), h('span', { class: 'min-w-0' }, h('strong', {}, one.number), about ? h('span', { class: 'text-secondary' }, about) : null),
    unsafe ? h('span', { class: 'pill pill-plain is-bad' }, 'Unsafe') : one.report?.is_to_review ? h('span', { class: 'pill pill-plain is-warn' }, 'To sign') : one.is_driven ? h('span', { class: 'pill pill-plain is-info' }, 'Yours') : null,
    icon('chevron-right'));
}

/** What is known of a vehicle, and the forms for it. */
export function vehiclePage(kit: Kit, vehicle: Vehicle, chosen: (form: Form) => void): HTMLElement {
  const live = vehicle.defects.filter((one) => !isSettled(one));
  const unsafe = live.filter((one) => one.is_unsafe);
  const others = live.filter((one) => one.inspection_id !== vehicle.report?.id);
  const forms = formsFor(kit, vehicle);
  const about = [vehicle.name, vehicle.plate, vehicle.vehicle_type && words(vehicle.vehicle_type)].filter(Boolean).join(' · ');
  return h('div', { class: 'insp-list' },
    h('div', {}, h('h1', {}, vehicle.number), about ? h('div', { class: 'text-secondary' }, about) : null, vehicle.odometer_km !== null && h('div', { class: 'text-secondary' }, `${shownDistance(vehicle.odometer_km)} ${distanceUnit()}`)),
    unsafe.length ? h('div', { class: 'alert note is-bad', role: 'alert' }, icon('alert-octagon'), h('div', { class: 'min-w-0 breakable' }, h('strong', {}, 'Do not drive this vehicle. '), unsafe.map((one) => `${one.description} (${one.number}${one.status === 'repaired' ? ', repair not certified yet' : ''})`).join('; '))) : null,
    h('section', { class: 'card', 'aria-label': 'Forms' }, h('div', { class: 'card-header slim' }, h('h2', { class: 'card-title' }, 'What do you want to do?')),
      forms.length ? h('div', { class: 'insp-forms' }, ...forms.map((form) => h('button', { class: `btn btn-lg ${form.inspection_type === 'pre_trip' ? 'btn-primary' : ''}`, type: 'button', on: { click: () => chosen(form) } }, icon('clipboard-check'), form.name))) : h('p', { class: 'card-body text-secondary' }, 'There is no form for this kind of vehicle.'),
      vehicle.report_every_day ? h('p', { class: 'form-hint insp-note' }, 'A report is due each day for this vehicle, without a defect too (49 CFR 396.11).') : null),
    vehicle.report ? lastReport(vehicle.report, vehicle.defects, kit.time_zone) : null,
    others.length ? h('section', { class: 'card', 'aria-label': 'Other open defects' }, h('div', { class: 'card-header slim' }, h('h2', { class: 'card-title' }, 'Other open defects')), h('ul', { class: 'insp-rows' }, ...others.map(defectRow))) : null);
}

function isSettled(one: Defect): boolean {
  return one.status === 'certified' || one.status === 'dismissed';
}

/** Once it is certified it is told in grey what it was. */
function defectRow(one: Defect): HTMLElement {
  const settled = isSettled(one);
  const tone = settled ? 'quiet' : one.is_unsafe || one.severity === 'critical' ? 'bad' : one.severity === 'major' ? 'warn' : 'quiet';
  const word = one.is_unsafe ? 'unsafe' : one.severity;
  const status = one.status === 'certified' ? 'repaired and certified' : one.status === 'dismissed' ? 'no repair needed' : one.status.replace('_', ' ');
  return h('li', {}, h('div', { class: 'min-w-0' }, h('div', { class: 'breakable' }, one.description), h('div', { class: 'text-secondary' }, `${one.number}, ${status}`), one.resolution ? h('div', { class: 'breakable' }, one.resolution) : null), h('span', { class: `pill pill-plain is-${tone}` }, words(settled ? `was ${word}` : word)));
}

function lastReport(report: LastReport, defects: Defect[], zone: string): HTMLElement {
  const found = defects.filter((one) => one.inspection_id === report.id);
  return h('section', { class: 'card', 'aria-label': 'Last report' }, h('div', { class: 'card-header slim' }, h('h2', { class: 'card-title' }, 'Last report')),
    h('dl', { class: 'facts insp-facts' },
      ...fact('Made', `${report.inspection_type ? words(report.inspection_type) : 'Inspection'}, ${moment(report.inspected_at, zone)}${report.inspector ? `, ${report.inspector}` : ''}`),
      ...fact('Result', words(report.result)),
      ...(report.certified_at ? fact('Repairs certified', `${moment(report.certified_at, zone)}${report.certifier ? ` by ${report.certifier}` : ''}`) : []),
      ...(report.note ? fact('Note', report.note) : [])),
    found.length ? h('ul', { class: 'insp-rows' }, ...found.map(defectRow)) : null);
}

function fact(label: string, value: string): HTMLElement[] {
  return [h('dt', {}, label), h('dd', { class: 'breakable' }, value)];
}

/** Before driving: the last report with its certified repairs is read and signed (49 CFR 396.13). */
export function reviewPage(kit: Kit, report: Report, signed: (report: Report) => void, skipped: () => void): HTMLElement {
  const last = report.vehicle.report;
  const sign = signing('I have read the last report', 'The repairs are certified. By signing you confirm that you have reviewed the report (49 CFR 396.13).', kit.user_name);
  const problem = h('p', { class: 'insp-error', role: 'alert', hidden: true }, 'Sign: draw your signature, or type your name.');
  return h('div', { class: 'insp-list' }, h('h1', {}, report.vehicle.number), h('p', { class: 'text-secondary' }, 'Before you drive: what was found last, and what was done about it.'),
    last ? lastReport(last, report.vehicle.defects, kit.time_zone) : null,
    h('section', { class: 'card', 'aria-label': 'Sign the last report' }, h('div', { class: 'insp-closing' }, sign.element, problem,
      h('div', { class: 'insp-buttons' }, h('button', { class: 'btn btn-primary btn-lg', type: 'button', on: { click: () => {
        const signature = sign.read();
        problem.hidden = signature !== null;
        if (!signature) return;
        report.reviewed = signature;
        signed(report);
      } } }, icon('signature'), 'Sign and go on'), h('button', { class: 'btn', type: 'button', on: { click: skipped } }, 'I do not drive it')))));
}
