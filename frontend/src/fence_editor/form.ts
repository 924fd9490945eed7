// The form of one fence beside the map.
import { imperial, KM_PER_MILE } from '../format';
import type { Fence, Trouble } from './api';

type Texts = Pick<
  Fence, 'name' | 'description' | 'color' | 'is_active' | 'alert_on_entry' | 'alert_on_exit' | 'alert_on_dwell' | 'dwell_minutes' | 'speed_limit_kph' | 'vehicle_group_id'
>;
const FLAGS = ['is_active', 'alert_on_entry', 'alert_on_exit', 'alert_on_dwell'] as const;
const DEFAULTS: Texts = {
  name: '', description: null, color: '#1f6feb', is_active: true, alert_on_entry: false, alert_on_exit: false, alert_on_dwell: false,
  dwell_minutes: null, speed_limit_kph: null, vehicle_group_id: null,
};

const KPH = imperial ? KM_PER_MILE : 1;
/** A limit as the person reads it. */
const limitText = (kph: string | null): string => (kph === null ? '' : String(Number((Number(kph) / KPH).toFixed(1))));

export class Form {
  readonly element = document.getElementById('fence-form') as HTMLFormElement;
  private readonly problem = document.getElementById('fence-problem') as HTMLElement;
  private readonly radius = document.getElementById('fence-radius') as HTMLInputElement;
  /** As it is stored: what nobody touched is not rounded. */
  private limit: string | null = null;

  constructor(told: { saved(): void; coloured(colour: string): void; resized(radius: number): void; closed(): void; removed(): void }) {
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      told.saved();
    });
    this.input('color').addEventListener('input', () => told.coloured(this.input('color').value));
    this.radius.addEventListener('change', () => {
      if (this.radius.checkValidity() && this.radius.value) told.resized(Number(this.radius.value));
    });
    this.input('alert_on_dwell').addEventListener('change', () => this.needDwell());
    document.getElementById('fence-back')?.addEventListener('click', () => told.closed());
    document.getElementById('fence-delete')?.addEventListener('click', () => told.removed());
    const past = document.getElementById('fence-past') as HTMLInputElement;
    past.addEventListener('change', () => {
      (document.getElementById('fence-since') as HTMLInputElement).disabled = !past.checked;
    });
  }

  show(heading: string, fence: Texts = DEFAULTS, id: string | null = null): void {
    (document.getElementById('fence-heading') as HTMLElement).textContent = heading;
    for (const name of FLAGS) this.input(name).checked = fence[name];
    this.input('name').value = fence.name;
    this.input('description').value = fence.description ?? '';
    this.input('color').value = fence.color ?? '#1f6feb';
    this.input('dwell_minutes').value = fence.dwell_minutes?.toString() ?? '';
    this.limit = fence.speed_limit_kph;
    this.input('speed_limit_kph').value = limitText(this.limit);
    const group = this.element.elements.namedItem('vehicle_group_id') as HTMLSelectElement | null;
    if (group) group.value = fence.vehicle_group_id ?? '';
    (document.getElementById('fence-past') as HTMLInputElement).checked = false;
    (document.getElementById('fence-since') as HTMLInputElement).disabled = true;
    const more = document.getElementById('fence-more') as HTMLAnchorElement;
    more.hidden = id === null;
    if (id) more.href = `/geofences/${id}`;
    (document.getElementById('fence-delete') as HTMLElement).hidden = id === null;
    this.needDwell();
    this.tell(null);
    this.note('');
    this.element.hidden = false;
  }

  hide(): void {
    this.element.hidden = true;
  }

  focus(): void {
    this.input('name').focus();
  }

  showRadius(radius: number | null): void {
    (document.getElementById('fence-radius-field') as HTMLElement).hidden = radius === null;
    this.radius.disabled = radius === null;
    if (radius !== null && document.activeElement !== this.radius) this.radius.value = String(radius);
  }

  note(text: string): void {
    (document.getElementById('fence-hint') as HTMLElement).textContent = text;
  }

  tell(trouble: Trouble | null): void {
    this.problem.hidden = trouble === null;
    this.problem.replaceChildren();
    if (!trouble) return;
    const words = document.createElement('p');
    words.className = 'mb-0';
    words.textContent = trouble.errors.length ? trouble.errors.map((one) => `${one.field.replaceAll('_', ' ')}: ${one.message}`).join('; ') : trouble.detail;
    this.problem.append(words);
    const field = trouble.errors.map((one) => this.element.elements.namedItem(one.field)).find((one) => one instanceof HTMLElement);
    (field as HTMLElement | undefined)?.focus();
  }

  busy(is: boolean): void {
    for (const button of this.element.querySelectorAll('button')) button.disabled = is;
  }

  /** The body of the request, without the shape. */
  values(): Texts {
    const dwell = this.input('dwell_minutes').value;
    const limit = this.input('speed_limit_kph').value;
    const group = this.element.elements.namedItem('vehicle_group_id') as HTMLSelectElement | null;
    const flags = Object.fromEntries(FLAGS.map((name) => [name, this.input(name).checked])) as Record<(typeof FLAGS)[number], boolean>;
    return {
      ...flags,
      name: this.input('name').value.trim(),
      description: this.input('description').value.trim() || null,
      color: this.input('color').value,
      dwell_minutes: dwell ? Number(dwell) : null,
      speed_limit_kph: limit === limitText(this.limit) ? this.limit : limit ? (Number(limit) * KPH).toFixed(2) : null,
      vehicle_group_id: group?.value || null,
    };
  }

  /** Start of the day from which the past counts too, null: from now on. */
  since(): string | null {
    const since = document.getElementById('fence-since') as HTMLInputElement;
    return since.disabled || !since.value ? null : new Date(`${since.value}T00:00:00`).toISOString();
  }

  private needDwell(): void {
    this.input('dwell_minutes').required = this.input('alert_on_dwell').checked;
  }

  private input(name: string): HTMLInputElement {
    return this.element.elements.namedItem(name) as HTMLInputElement;
  }
}
