// Damage on the outline of a vehicle: marked with a tap, on a report that is being written or on one that is there.
import { askMark, type Answer } from './damage/sheet';
import { drawPins, onTap, type Place } from './damage/diagram';
import { icon } from './icon';
import { chosenPhotos } from './incident/chosen';
import { open, type ReportKit } from './incident/kit';
import { tellProblem, tellWaiting } from './incident/notes';
import { Outbox, type Mark, type Parcel } from './incident/outbox';
import { photosToRecords, sendPhoto } from './incident/send_now';
import { h, words } from './inspect/dom';
import { smaller } from './inspect/photo';
import { csrfHeaders } from './page/csrf';
import { post, refusal } from './work_order_act';

const BASE = '/api/v1/damage-reports';
const SIDES: Record<string, string> = { left: 'Left side', top: 'Top', right: 'Right side', front: 'Front', rear: 'Rear', interior: 'Inside' };
const MIDDLE: Place = { view: 'left', x: 0.5, y: 0.5 };

const form = document.getElementById('damage-form') as HTMLFormElement | null;
if (form) void open('/report-damage', form, (kit) => write(form, kit));
const live = document.querySelector<HTMLElement>('[data-damage-live]');
if (live) change(live, live.dataset['damageLive'] ?? '');
removals();
photosToRecords();

// -- a report that is there

function change(card: HTMLElement, report: string): void {
  const add = async (place: Place): Promise<void> => {
    const answer = await askMark(place);
    if (!answer) return;
    tellProblem('');
    try {
      const made = (await (await post('/api/v1/damage-marks', { damage_report_id: report, ...bare(answer) })).json()) as { id: string };
      if (answer.photo) await sendPhoto(`${BASE}/${report}/photos`, answer.photo, { mark_id: made.id });
      window.location.reload();
    } catch (error) {
      tellProblem((error as Error).message);
    }
  };
  onTap(card, (place) => void add(place));
  card.querySelector('[data-add-mark]')?.addEventListener('click', () => void add(MIDDLE));
}

function bare(answer: Answer | Mark): Record<string, string> {
  const { view, x, y, damage_type, severity, notes } = answer;
  return { view, x: String(x), y: String(y), severity, ...(damage_type && { damage_type }), ...(notes && { notes }) };
}

function removals(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-unmark]')) {
    button.addEventListener('click', () => {
      if (!window.confirm('Remove this mark?')) return;
      void fetch(`/api/v1/damage-marks/${button.dataset['unmark'] ?? ''}`, { method: 'DELETE', headers: csrfHeaders() }).then(async (answer) => {
        if (answer.ok) window.location.reload();
        else tellProblem((await refusal(answer)).message);
      }, () => tellProblem('The server cannot be reached. Try again in a moment.'));
    });
  }
}

// -- a report that is being written

function write(shown: HTMLFormElement, kit: ReportKit): void {
  shown.hidden = kit.vehicles.length === 0;
  if (kit.vehicles.length === 0) return;
  if (!kit.names_drivers && kit.me) (shown.elements.namedItem('driver_id') as HTMLInputElement).value = kit.me.id;
  const button = shown.querySelector<HTMLButtonElement>('button[type=submit]') as HTMLButtonElement;
  const vehicle = shown.elements.namedItem('vehicle_id') as HTMLSelectElement;
  const outbox = new Outbox('damage', kit.user_id, { submit: `${BASE}/submit`, photos: (id) => `${BASE}/${id}/photos`, page: (id) => `/damage-reports/${id}` }, bodyOf, {
    waits: (text, signIn) => { button.disabled = false; tellWaiting(text, signIn); },
    refused: (error) => {
      button.disabled = false;
      tellWaiting('');
      tellProblem([error.message, ...error.errors.map((one) => `${words(one.field)} ${one.message}.`)].join(' '));
    },
    arrived: (href) => window.location.assign(href),
  });
  const { parcel } = outbox;
  const keep = (): void => {
    parcel.values = [...new FormData(shown)].flatMap(([name, value]): [string, string][] => (typeof value === 'string' ? [[name, value]] : []));
    outbox.keep();
  };
  const show = (): void => {
    const kind = vehicle.selectedOptions[0]?.dataset['outline'] ?? 'car';
    for (const one of shown.querySelectorAll<HTMLElement>('[data-outline-of]')) one.hidden = one.dataset['outlineOf'] !== kind;
    drawPins(shown, parcel.marks);
    list(shown, parcel.marks, (index) => {
      const [gone] = parcel.marks.splice(index, 1);
      if (gone?.photo) void outbox.dropPhoto(gone.photo);
      keep();
      show();
    });
  };
  const add = async (place: Place): Promise<void> => {
    const answer = await askMark(place);
    if (!answer) return;
    const { photo: file, ...mark } = answer;
    try {
      const photo = file ? (await outbox.addPhoto(await smaller(file))).id : null;
      parcel.marks.push({ ...mark, photo });
    } catch (error) {
      parcel.marks.push({ ...mark, photo: null });
      tellProblem((error as Error).message);
    }
    keep();
    show();
  };
  if (!outbox.isFresh) {
    restore(shown, parcel.values);
    tellWaiting('This is the report that you began. Go on, or start again at the bottom.');
  }
  show();
  for (const event of ['input', 'change']) shown.addEventListener(event, keep);
  vehicle.addEventListener('change', show);
  onTap(shown, (place) => void add(place));
  shown.querySelector('[data-add-mark]')?.addEventListener('click', () => void add(MIDDLE));
  shown.querySelector('[data-discard]')?.addEventListener('click', () => {
    if (window.confirm('Throw away what you entered, photos included?')) void outbox.clear().then(() => window.location.reload());
  });
  void chosenPhotos(shown, outbox, () => new Set(parcel.marks.flatMap((one) => (one.photo ? [one.photo] : []))));
  shown.addEventListener('submit', (event) => {
    event.preventDefault();
    keep();
    tellProblem('');
    if (!vehicle.value || !parcel.marks.length) {
      tellProblem(vehicle.value ? 'Tap on the outline where the damage is.' : 'Choose the vehicle.');
      return;
    }
    parcel.isReady = true;
    outbox.keep();
    button.disabled = true;
    tellWaiting('Sending …');
    void outbox.send();
  });
  if (parcel.isReady) void outbox.send();
}

function restore(shown: HTMLFormElement, values: [string, string][]): void {
  for (const [name, value] of values) {
    for (const input of shown.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(`[name="${CSS.escape(name)}"]`)) {
      if (input instanceof HTMLInputElement && input.type === 'radio') input.checked = input.value === value;
      else if (!(input instanceof HTMLSelectElement) || [...input.options].some((option) => option.value === value)) input.value = value;
    }
  }
}

function list(shown: HTMLFormElement, marks: Mark[], remove: (index: number) => void): void {
  const place = shown.querySelector<HTMLElement>('[data-mark-list]');
  const none = shown.querySelector<HTMLElement>('[data-no-marks]');
  if (none) none.hidden = marks.length > 0;
  place?.replaceChildren(...marks.map((mark, index) => h('li', {},
    h('span', { class: `damage-number is-${mark.severity}`, 'aria-hidden': 'true' }, String(index + 1)),
    h('div', { class: 'line-main' }, h('div', { class: 'task-text' }, words(mark.damage_type || 'damage')), h('div', { class: 'task-sub' }, h('span', {}, SIDES[mark.view] ?? mark.view), h('span', {}, words(mark.severity)), mark.photo && h('span', {}, 'With photo'), mark.notes && h('span', { class: 'breakable' }, mark.notes))),
    h('button', { class: 'btn btn-icon', type: 'button', 'aria-label': `Remove mark ${index + 1}`, on: { click: () => remove(index) } }, icon('trash')))));
}

function bodyOf(parcel: Parcel): object {
  const given = new Map(parcel.values.filter(([, value]) => value.trim() !== ''));
  const incident = new URLSearchParams(window.location.search).get('incident');
  const [description, driver] = [given.get('description')?.trim(), given.get('driver_id')];
  return {
    vehicle_id: given.get('vehicle_id'),
    is_drivable: given.get('is_drivable') !== 'false',
    ...(description && { description }),
    ...(driver && { driver_id: driver }),
    ...(incident && { incident_id: incident }),
    marks: parcel.marks.map(({ view, x, y, damage_type, severity, notes }) => ({ view, x, y, severity, ...(damage_type && { damage_type }), ...(notes && { notes }) })),
  };
}
