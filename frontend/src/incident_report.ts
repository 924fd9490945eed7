// Telling what happened: everything that is typed is kept on the phone at once, and sent when there is a connection.
import { chosenPhotos } from './incident/chosen';
import { open, type ReportKit } from './incident/kit';
import { clearFields, markFields, tellProblem, tellWaiting } from './incident/notes';
import { Outbox, type Parcel } from './incident/outbox';

const BASE = '/api/v1/incidents';
const COUNTS = ['injury_count', 'treated_away_count', 'fatality_count', 'towed_count'];
const TEXTS = ['description', 'location', 'city', 'region', 'vehicle_id', 'driver_id', 'police_department', 'police_report_number'];
const MOMENTS = ['occurred_at', 'citation_issued_at'];

const found = document.getElementById('incident-form') as HTMLFormElement | null;
if (found) void open('/report-incident', found, (kit) => start(found, kit));

function start(form: HTMLFormElement, kit: ReportKit): void {
  const driver = form.querySelector<HTMLElement>('[data-if=names-drivers]') as HTMLElement;
  if (kit.names_drivers && kit.me) {
    (driver.querySelector('input[role=combobox]') as HTMLInputElement).value = kit.me.name;
    (driver.querySelector('input[name=driver_id]') as HTMLInputElement).value = kit.me.id;
  } else if (kit.me) (driver.querySelector('input[name=driver_id]') as HTMLInputElement).value = kit.me.id;
  const outbox = new Outbox('incident', kit.user_id, { submit: `${BASE}/submit`, photos: (id) => `${BASE}/${id}/photos`, page: (id) => `/incidents/${id}` }, bodyOf, {
    waits: (text, signIn) => { kept(form, true); tellWaiting(text, signIn); },
    refused: (error) => {
      kept(form, false);
      busy(form, false);
      tellWaiting('');
      const loose = markFields(form, error.errors, (field) => field.replace(/\[(\d+)\]/, '.$1'));
      tellProblem([error.message, ...loose].join(' '));
    },
    arrived: (href) => window.location.assign(href),
  });
  const people = form.querySelector<HTMLElement>('[data-people]') as HTMLElement;
  const keep = (): void => {
    outbox.parcel.values = valuesOf(form);
    outbox.keep();
  };
  if (outbox.isFresh) (form.elements.namedItem('occurred_at') as HTMLInputElement).value = localText(new Date());
  else restore(form, people, outbox.parcel.values);
  for (const event of ['input', 'change']) form.addEventListener(event, keep);
  form.addEventListener('click', (event) => {
    const button = (event.target as Element).closest('button');
    if (!button || button.type === 'submit') return;
    if (button.dataset['step']) step(button);
    else if (button.dataset['now'] !== undefined) now(button);
    else if (button.dataset['addPerson'] !== undefined) addPerson(people).querySelector<HTMLElement>('select')?.focus();
    else if (button.dataset['removePerson'] !== undefined) button.closest('[data-person]')?.remove();
    else if (button.dataset['locate'] !== undefined) locate(form, keep);
    else if (button.dataset['discard'] !== undefined) { discard(outbox); return; }
    else return;
    rename(people);
    keep();
  });
  const place = form.querySelector<HTMLElement>('[data-place]');
  if (place && window.isSecureContext && navigator.geolocation) place.hidden = false;
  void chosenPhotos(form, outbox);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    keep();
    clearFields(form);
    tellProblem('');
    const missing = missingOf(form);
    if (missing.length) {
      markFields(form, missing, (field) => field);
      tellProblem('Some things are missing.');
      return;
    }
    outbox.parcel.isReady = true;
    outbox.keep();
    busy(form, true);
    tellWaiting('Sending …');
    void outbox.send();
  });
  if (outbox.parcel.isReady) {
    tellWaiting('Your report is kept on this device and is being sent …');
    void outbox.send();
  } else if (!outbox.isFresh) tellWaiting('This is the report that you began. Go on, or start again at the bottom.');
}

function busy(form: HTMLFormElement, is: boolean): void {
  const button = form.querySelector<HTMLButtonElement>('button[type=submit]');
  if (button) button.disabled = is;
}

/** In place of the button: it is on this device and goes by itself. What is changed meanwhile goes with it. */
function kept(form: HTMLFormElement, is: boolean): void {
  const [button, note] = [form.querySelector<HTMLElement>('button[type=submit]'), form.querySelector<HTMLElement>('[data-kept]')];
  if (button) button.hidden = is;
  if (note) note.hidden = !is;
}

function discard(outbox: Outbox): void {
  if (!window.confirm('Throw away what you entered, photos included?')) return;
  void outbox.clear().then(() => window.location.reload());
}

/** Fields in the order of the form; the words of a search field too, which has no name. */
function valuesOf(form: HTMLFormElement): [string, string][] {
  const values = [...new FormData(form)].flatMap(([name, value]): [string, string][] => (typeof value === 'string' ? [[name, value]] : []));
  for (const input of form.querySelectorAll<HTMLInputElement>('input[role=combobox]')) values.push([`#${input.id}`, input.value]);
  return values;
}

function restore(form: HTMLFormElement, people: HTMLElement, values: [string, string][]): void {
  const numbers = values.map(([name]) => /^people\.(\d+)\./.exec(name)?.[1]).filter((one) => one !== undefined);
  for (let count = new Set(numbers).size; count > 0; count -= 1) addPerson(people);
  rename(people);
  for (const input of form.querySelectorAll<HTMLInputElement>('input[type=checkbox]')) input.checked = false;
  for (const [name, value] of values) {
    if (name.startsWith('#')) {
      const input = document.getElementById(name.slice(1)) as HTMLInputElement | null;
      if (input) input.value = value;
      continue;
    }
    for (const input of form.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(`[name="${CSS.escape(name)}"]`)) {
      if (input instanceof HTMLInputElement && (input.type === 'radio' || input.type === 'checkbox')) input.checked = input.value === value;
      // A vehicle that was given to somebody else meanwhile is no longer among the choices.
      else if (!(input instanceof HTMLSelectElement) || [...input.options].some((option) => option.value === value)) input.value = value;
    }
  }
  const [latitude] = values.filter(([name, value]) => name === 'latitude' && value);
  if (latitude) located(form, 'Your position goes with the report.');
}

// -- people

function addPerson(people: HTMLElement): HTMLElement {
  const template = document.getElementById('person-template') as HTMLTemplateElement;
  const person = (template.content.firstElementChild as HTMLElement).cloneNode(true) as HTMLElement;
  people.append(person);
  rename(people);
  return person;
}

/** Numbers names, ids and labels anew, after one came or went. */
function rename(people: HTMLElement): void {
  [...people.querySelectorAll<HTMLElement>('[data-person]')].forEach((person, index) => {
    (person.querySelector('[data-person-title]') as HTMLElement).textContent = `Person ${index + 1}`;
    for (const input of person.querySelectorAll<HTMLInputElement>('[data-name]')) {
      const name = input.dataset['name'] ?? '';
      input.name = `people.${index}.${name}`;
      input.id = `person-${index}-${name}`;
      person.querySelector(`[data-label="${name}"]`)?.setAttribute('for', input.id);
    }
  });
}

// -- small helps for the thumb

function step(button: HTMLButtonElement): void {
  const input = document.getElementById(button.dataset['for'] ?? '') as HTMLInputElement;
  const value = Math.min(999, Math.max(0, whole(input.value) + Number(button.dataset['step'])));
  input.value = String(value);
  const form = input.form as HTMLFormElement;
  const injured = form.elements.namedItem('injury_count') as HTMLInputElement;
  // Who is taken for treatment is hurt.
  if (input.name === 'treated_away_count' && whole(injured.value) < value) injured.value = String(value);
}

function now(button: HTMLButtonElement): void {
  const input = button.closest('.field')?.querySelector<HTMLInputElement>('input');
  if (input) input.value = localText(new Date());
}

function locate(form: HTMLFormElement, keep: () => void): void {
  located(form, 'Looking for your position …');
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      (form.elements.namedItem('latitude') as HTMLInputElement).value = coords.latitude.toFixed(6);
      (form.elements.namedItem('longitude') as HTMLInputElement).value = coords.longitude.toFixed(6);
      located(form, `Your position goes with the report, exact to ${Math.round(coords.accuracy)} m.`);
      keep();
    },
    () => located(form, 'The position is not known here. Describe the place instead.'),
    { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
  );
}

function located(form: HTMLFormElement, text: string): void {
  const place = form.querySelector<HTMLElement>('[data-located]');
  if (place) place.textContent = text;
}

/** `2026-03-05T14:07`, by this device's clock and zone, as the input wants it. */
function localText(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

function whole(text: string): number {
  const value = Number.parseInt(text, 10);
  return Number.isNaN(value) ? 0 : value;
}

// -- what is sent

function missingOf(form: HTMLFormElement): { field: string; message: string }[] {
  const missing = ['description', 'occurred_at'].filter((name) => !(form.elements.namedItem(name) as HTMLInputElement).value.trim());
  const nameless = [...form.querySelectorAll<HTMLInputElement>('[data-name=full_name]')].filter((input) => !input.value.trim()).map((input) => input.name);
  const unknown = [...form.querySelectorAll<HTMLSelectElement>('[data-name=role]')].filter((input) => !input.value).map((input) => input.name);
  return [...missing, ...unknown, ...nameless].map((field) => ({ field, message: 'is needed' }));
}

function bodyOf(parcel: Parcel): object {
  const given = new Map(parcel.values.filter(([, value]) => value.trim() !== ''));
  const body: Record<string, unknown> = { incident_type: given.get('incident_type') ?? 'other' };
  for (const name of TEXTS) if (given.has(name)) body[name] = given.get(name)?.trim();
  for (const name of COUNTS) body[name] = whole(given.get(name) ?? '0');
  for (const name of ['latitude', 'longitude']) if (given.has(name)) body[name] = Number(given.get(name));
  for (const name of MOMENTS) {
    const at = new Date(given.get(name) ?? '');
    if (!Number.isNaN(at.getTime())) body[name] = at.toISOString();
  }
  for (const name of ['hazmat_released', 'police_notified']) body[name] = given.get(name) === 'true';
  const people = new Map<string, Record<string, string>>();
  for (const [name, value] of given) {
    const [, number, field] = /^people\.(\d+)\.(\w+)$/.exec(name) ?? [];
    if (number === undefined || field === undefined) continue;
    people.set(number, { ...people.get(number), [field]: value.trim() });
  }
  return { ...body, people: [...people.values()] };
}
