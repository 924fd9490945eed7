// The checklist: one item a row with big buttons, what a defect needs below it, and the signature at the end.
import { icon } from '../icon';
import { count, h, uuid, words } from './dom';
import { smaller } from './photo';
import { answerOf, isDefect, isDone, keep, lacks, runsBack } from './report';
import { distanceUnit, shownDistance } from './server';
import { signing } from './signature';
import { dropPhotos, keepPhoto, photoOf } from './store';
import { itemsFor, type Item, type Report, type Status } from './types';

const CHOICES: { status: Status; label: string; symbol: string }[] = [
  { status: 'pass', label: 'OK', symbol: 'check' },
  { status: 'fail', label: 'Defect', symbol: 'alert-triangle' },
  { status: 'not_applicable', label: 'N/A', symbol: 'ban' },
];

export interface Actions {
  user: string;
  send(report: Report): Promise<void>;
  leave(): void;
  discard(report: Report): Promise<void>;
}

export function checklist(report: Report, actions: Actions): HTMLElement {
  const items = itemsFor(report.form, report.vehicle);
  const progress = h('span', { class: 'insp-progress tabular', role: 'status' });
  const bar = h('progress', { class: 'progress-wide', max: items.length, 'aria-label': 'Answered' });
  const tell = (): void => {
    const done = items.filter((item) => isDone(item, report.answers[item.key])).length;
    progress.textContent = `${done} of ${items.length}`;
    bar.value = done;
  };
  const changed = (): void => {
    tell();
    void keep(report);
  };
  const rows = new Map<string, Row>();
  const page = h('div', { class: 'insp-list' });
  const trouble = report.state === 'rejected' ? h('div', { class: 'alert note is-bad', role: 'alert' }, icon('alert-triangle'), h('div', { class: 'min-w-0 breakable' }, h('strong', {}, 'It was not taken. '), report.trouble, ' Correct what is marked and sign again.')) : null;
  page.append(
    h('div', { class: 'insp-head' },
      h('div', { class: 'min-w-0' }, h('h1', {}, report.vehicle.number), h('div', { class: 'text-secondary' }, report.form.name)),
      progress),
    bar,
    ...(trouble ? [trouble] : []),
    ...(report.form.description ? [h('p', { class: 'text-secondary insp-intro' }, report.form.description)] : []),
  );
  for (const [section, members] of sections(items)) {
    const here = members.map((item) => {
      const row = itemRow(report, item, changed);
      rows.set(item.key, row);
      return row;
    });
    const all = h('button', { class: 'btn insp-all', type: 'button', on: { click: () => {
      for (const row of here) row.pass();
      changed();
    } } }, icon('circle-check'), 'All OK', h('span', { class: 'visually-hidden' }, `: ${section || 'this section'}`));
    page.append(h('section', { class: 'card insp-section', 'aria-label': section || 'Items' },
      h('div', { class: 'card-header slim insp-section-head' }, h('h2', { class: 'card-title' }, section || 'Items'), members.some((item) => item.kind === 'check') && all),
      ...here.map((row) => row.element)));
  }
  page.append(closing(report, actions, rows, changed));
  for (const problem of report.problems) rows.get(problem.key)?.complain(sentence(problem.message));
  tell();
  return page;
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1).replace(/\.$/, '')}.`;
}

function sections(items: Item[]): [string, Item[]][] {
  const found = new Map<string, Item[]>();
  for (const item of items) {
    const name = item.section ?? '';
    found.set(name, [...(found.get(name) ?? []), item]);
  }
  return [...found];
}

interface Row {
  element: HTMLElement;
  /** OK, unless it was answered already. */
  pass(): void;
  complain(message: string): void;
}

function itemRow(report: Report, item: Item, changed: () => void): Row {
  const answer = answerOf(report, item.key);
  const error = h('p', { class: 'insp-error', id: `error-${item.key}`, hidden: true });
  const more = h('div', { class: 'insp-more', hidden: true });
  const known = report.vehicle.defects.find((defect) => defect.key === item.key && ['open', 'in_repair', 'deferred'].includes(defect.status));
  const buttons = new Map<Status, HTMLInputElement>();
  const element = h('div', { class: 'insp-item', role: 'group', 'aria-labelledby': `item-${item.key}`, 'data-item': item.key },
    h('h3', { id: `item-${item.key}` }, item.text, !item.is_required && h('span', { class: 'text-secondary' }, ' (optional)')),
    item.guidance ? h('p', { class: 'insp-guidance' }, item.guidance) : null,
    known ? h('p', { class: 'insp-known' }, icon('info-circle', 'icon icon-sm'), `Known: ${known.description} (${known.number})`) : null);

  const show = (): void => {
    const defect = isDefect(item, answer);
    more.hidden = !defect && item.kind !== 'photo';
    element.classList.toggle('is-defect', defect);
    element.classList.toggle('is-done', isDone(item, answer) && !defect);
  };
  const touched = (): void => {
    error.hidden = true;
    element.classList.remove('is-lacking');
    show();
    changed();
  };
  if (item.kind === 'check') element.append(choices(item, answer.status, buttons, (status) => { answer.status = status; touched(); }));
  else if (item.kind === 'number') element.append(numberField(item, answer.value ?? '', (value) => { answer.value = value; touched(); }));
  else if (item.kind === 'text') {
    const area = h('textarea', { class: 'form-control', rows: 2, maxlength: 2000, 'aria-label': item.text, on: { input: () => { answer.value = area.value; touched(); } } });
    area.value = answer.value ?? '';
    element.append(area);
  }
  more.append(...defectParts(report, item, touched));
  element.append(more, error);
  show();
  return {
    element,
    pass: () => {
      if (item.kind !== 'check' || answer.status) return;
      const button = buttons.get('pass');
      if (button) button.checked = true;
      answer.status = 'pass';
      error.hidden = true;
      element.classList.remove('is-lacking');
      show();
    },
    complain: (message) => {
      error.textContent = message;
      error.hidden = false;
      element.classList.add('is-lacking');
    },
  };
}

function choices(item: Item, chosen: Status | undefined, buttons: Map<Status, HTMLInputElement>, picked: (status: Status) => void): HTMLElement {
  const box = h('div', { class: 'insp-choices' });
  for (const { status, label, symbol } of CHOICES) {
    if (status === 'not_applicable' && !item.allows_na) continue;
    const input = h('input', { type: 'radio', name: `item-${item.key}`, value: status, class: 'visually-hidden', 'aria-describedby': `error-${item.key}`, on: { change: () => picked(status) } });
    input.checked = chosen === status;
    buttons.set(status, input);
    box.append(h('label', { class: `insp-choice is-${status}` }, input, icon(symbol), h('span', {}, label)));
  }
  return box;
}

function numberField(item: Item, value: string, typed: (value: string) => void): HTMLElement {
  const input = h('input', { class: 'form-control', type: 'text', inputmode: 'decimal', 'aria-label': item.text, autocomplete: 'off', on: { input: () => typed(input.value.trim().replace(',', '.')) } });
  input.value = value;
  const range = [item.minimum !== null && `at least ${Number(item.minimum)}`, item.maximum !== null && `at most ${Number(item.maximum)}`].filter(Boolean).join(', ');
  return h('div', {}, h('div', { class: 'input-group insp-number' }, input, item.unit ? h('span', { class: 'input-group-text' }, item.unit) : null), range ? h('p', { class: 'form-hint' }, `${words(range)} ${item.unit ?? ''}`) : null);
}

/** Notes, photos, and whether it is safe to drive with it. */
function defectParts(report: Report, item: Item, touched: () => void): HTMLElement[] {
  const answer = answerOf(report, item.key);
  const parts: HTMLElement[] = [];
  if (item.kind !== 'photo') {
    const notes = h('textarea', { class: 'form-control', rows: 2, maxlength: 2000, id: `notes-${item.key}`, 'aria-describedby': `error-${item.key}`, placeholder: 'What is wrong, and where', on: { input: () => { answer.notes = notes.value; touched(); } } });
    notes.value = answer.notes ?? '';
    parts.push(h('div', {}, h('label', { class: 'form-label', for: `notes-${item.key}` }, 'What is wrong'), notes));
  }
  parts.push(photoParts(report, item, touched));
  if (item.is_unsafe) parts.push(h('p', { class: 'insp-unsafe' }, icon('alert-octagon', 'icon icon-sm'), 'With this defect the vehicle must not be driven.'));
  else if (item.kind !== 'photo') {
    const tick = h('input', { class: 'form-check-input', type: 'checkbox', on: { change: () => { answer.is_unsafe = tick.checked; touched(); } } });
    tick.checked = answer.is_unsafe ?? false;
    parts.push(h('label', { class: 'form-check insp-tick' }, tick, h('span', { class: 'form-check-label' }, 'Not safe to drive')));
  }
  return parts;
}

function photoParts(report: Report, item: Item, touched: () => void): HTMLElement {
  const answer = answerOf(report, item.key);
  const list = h('div', { class: 'insp-photos' });
  const note = h('p', { class: 'insp-error', role: 'alert', hidden: true });
  const input = h('input', { class: 'visually-hidden', type: 'file', accept: 'image/*', capture: 'environment', 'aria-label': `Photo of ${item.text}`, on: { change: () => void add() } });
  const show = async (id: string): Promise<void> => {
    const photo = await photoOf(id);
    if (!photo) return;
    const address = URL.createObjectURL(photo.blob);
    const picture = h('img', { src: address, alt: `Photo of ${item.text}` });
    const figure = h('div', { class: 'insp-photo' }, picture, h('button', { class: 'btn btn-icon', type: 'button', 'aria-label': 'Remove this photo', on: { click: () => {
      URL.revokeObjectURL(address);
      figure.remove();
      answer.photos = answer.photos.filter((one) => one !== id);
      void dropPhotos([id]);
      touched();
    } } }, icon('x')));
    list.append(figure);
  };
  const add = async (): Promise<void> => {
    const file = input.files?.[0];
    input.value = '';
    if (!file) return;
    note.hidden = true;
    try {
      const id = uuid();
      await keepPhoto({ id, report_id: report.id, blob: await smaller(file), file_id: null });
      answer.photos.push(id);
      await show(id);
      touched();
    } catch (error) {
      note.textContent = error instanceof Error ? error.message : 'The photo could not be kept.';
      note.hidden = false;
    }
  };
  for (const id of answer.photos) void show(id);
  return h('div', {}, list, h('label', { class: 'btn insp-camera' }, input, icon('camera'), item.photo_on_failure ? 'Photo (needed)' : 'Photo'), note);
}

/** Odometer, notes, place, signature, and the way out. */
function closing(report: Report, actions: Actions, rows: Map<string, Row>, changed: () => void): HTMLElement {
  const odometer = h('input', { class: 'form-control', type: 'text', inputmode: 'numeric', id: 'odometer', autocomplete: 'off', on: { input: () => { report.odometer = odometer.value; wrong.hidden = true; doubt.hidden = true; changed(); } } });
  odometer.value = report.odometer;
  const wrong = h('p', { class: 'insp-error', hidden: true });
  const known = report.vehicle.odometer_km;
  const last = known === null ? '' : `${shownDistance(known)} ${distanceUnit()}`;
  const doubt = h('div', { class: 'alert note is-warn', role: 'alert', hidden: true }, icon('alert-triangle'),
    h('div', { class: 'min-w-0' }, h('strong', {}, 'Lower than the last reading. '), `It was ${last}. Is the number right?`,
      h('div', { class: 'insp-buttons insp-choose' },
        h('button', { class: 'btn btn-primary', type: 'button', on: { click: () => { doubt.hidden = true; odometer.focus(); odometer.select(); } } }, icon('pencil'), 'Correct it'),
        h('button', { class: 'btn', type: 'button', on: { click: () => void finish(true) } }, icon('send'), 'Send all the same'))));
  const notes = h('textarea', { class: 'form-control', id: 'report-notes', rows: 2, maxlength: 5000, on: { input: () => { report.notes = notes.value; changed(); } } });
  notes.value = report.notes;
  const sign = signing('Your signature', report.form.legal_basis ? `By signing you confirm this report (${report.form.legal_basis}).` : 'By signing you confirm this report.', actions.user);
  const summary = h('p', { class: 'insp-error', role: 'alert', hidden: true });
  const button = h('button', { class: 'btn btn-primary btn-lg', type: 'button', on: { click: () => void finish(false) } }, icon('send'), 'Sign and send');
  const finish = async (odometerIsRight: boolean): Promise<void> => {
    const missing = lacks(report);
    for (const one of missing) {
      rows.get(one.key)?.complain(one.message);
      if (one.key === 'odometer') {
        wrong.textContent = one.message;
        wrong.hidden = false;
      }
    }
    const signature = sign.read();
    if (missing.length || (report.form.needs_signature && !signature)) {
      summary.textContent = missing.length ? `${count(missing.length, 'answer is', 'answers are')} missing or incomplete.` : 'Sign before you send: draw your signature, or type your name.';
      summary.hidden = false;
      const first = missing[0];
      const place = first ? (rows.get(first.key)?.element ?? odometer) : sign.element;
      place.scrollIntoView({ block: 'center' });
      (place.querySelector<HTMLElement>('input, textarea, canvas') ?? place).focus({ preventScroll: true });
      return;
    }
    summary.hidden = true;
    if (!odometerIsRight && runsBack(report)) {
      doubt.hidden = false;
      doubt.scrollIntoView({ block: 'center' });
      doubt.querySelector('button')?.focus({ preventScroll: true });
      return;
    }
    button.disabled = true;
    report.signature = signature;
    report.performed_at = new Date().toISOString();
    await actions.send(report);
  };
  return h('section', { class: 'card insp-section', 'aria-label': 'Finish' },
    h('div', { class: 'card-header slim' }, h('h2', { class: 'card-title' }, 'Finish')),
    h('div', { class: 'insp-closing' },
      h('div', {}, h('label', { class: 'form-label', for: 'odometer' }, `Odometer (${distanceUnit()})`), odometer, last && h('p', { class: 'form-hint' }, `Last known: ${last}`), wrong, doubt),
      h('div', {}, h('label', { class: 'form-label', for: 'report-notes' }, 'Notes'), notes),
      placeButton(report, changed),
      sign.element,
      summary,
      h('div', { class: 'insp-buttons' }, button, h('button', { class: 'btn', type: 'button', on: { click: actions.leave } }, 'Later'),
        h('button', { class: 'btn btn-outline-danger', type: 'button', on: { click: () => { if (window.confirm('Throw this report away? What you entered is lost.')) void actions.discard(report); } } }, icon('trash'), 'Discard'))));
}

function placeButton(report: Report, changed: () => void): HTMLElement {
  const said = h('p', { class: 'form-hint', role: 'status' }, report.place ? 'Your position goes with the report.' : '');
  if (!window.isSecureContext || !navigator.geolocation) return h('div', { hidden: true });
  const button = h('button', { class: 'btn', type: 'button', on: { click: () => {
    said.textContent = 'Looking for your position …';
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        report.place = { latitude: Math.round(coords.latitude * 1e6) / 1e6, longitude: Math.round(coords.longitude * 1e6) / 1e6 };
        said.textContent = 'Your position goes with the report.';
        changed();
      },
      () => { said.textContent = 'The position is not known here; the report can be sent without it.'; },
      { timeout: 10_000, maximumAge: 60_000 },
    );
  } } }, icon('map-pin'), 'Add where I am');
  return h('div', {}, button, said);
}
