// The form of a vehicle: a VIN that is typed or pasted fills in what it says. What somebody wrote is left alone.
import { imperial } from '../format';

interface Problem { message: string; position: number | null; is_warning: boolean }
interface Suggestion { vin: string; position: number; given: string; meant: string; vehicle: string | null }
type Decoded = Record<string, unknown> & {
  vin: string; is_valid: boolean; problems: Problem[]; suggestions: Suggestion[]; is_in_catalogue: boolean;
  make: string | null; model: string | null; model_year: number | null; model_year_is_certain: boolean;
  gvwr_class: string | null; gvwr_kg: number | null;
};

const COLUMNS = ['vehicle_type', 'make', 'model', 'model_year', 'trim', 'body_class', 'fuel_type', 'drive_type', 'transmission',
  'engine', 'gvwr_kg', 'seats', 'axles', 'battery_capacity_kwh'];
const KG_PER_POUND = 0.45359237;
const LENGTH = 17;

export function vins(): void {
  const input = document.querySelector<HTMLInputElement>('form.record-form[action^="/vehicles/"] #field-vin');
  if (input) new VinField(input);
}

class VinField {
  private readonly told = document.createElement('div');
  private readonly button = document.createElement('button');
  /** What was filled in, so that a corrected VIN may change it again. */
  private readonly filled = new Map<string, string>();
  private asked = '';

  constructor(private readonly input: HTMLInputElement) {
    input.maxLength = 40;
    input.spellcheck = false;
    this.button.type = 'button';
    this.button.className = 'btn btn-sm';
    this.button.textContent = 'Fill in from VIN';
    this.told.className = 'vin-told';
    this.told.setAttribute('role', 'status');
    const tools = document.createElement('div');
    tools.className = 'vin-tools';
    tools.append(this.button, this.told);
    const field = input.closest('.field');
    field?.append(tools);
    this.button.addEventListener('click', () => void this.decode(true));
    // A whole VIN, typed or pasted, is read by itself.
    input.addEventListener('input', () => {
      if (clean(input.value).length === LENGTH) void this.decode(false);
      else if (this.asked) this.say([]);
    });
  }

  private async decode(again: boolean): Promise<void> {
    const vin = clean(this.input.value);
    if (!vin || (!again && vin === this.asked)) return;
    this.asked = vin;
    this.say(['Reading …']);
    const answer = await fetch(`/api/v1/vehicles/decode-vin?${new URLSearchParams({ vin })}`).catch(() => null);
    if (this.asked !== vin) return;
    if (!answer?.ok) {
      this.say(['The VIN could not be read just now.']);
      return;
    }
    this.show((await answer.json()) as Decoded);
  }

  private show(found: Decoded): void {
    if (clean(this.input.value) === found.vin) this.input.value = found.vin;
    const [written, differing] = this.fill(found);
    const title = [found.model_year, found.make, found.model].filter((part) => part !== null).join(' ');
    const lines: (string | HTMLElement)[] = [];
    if (title) lines.push(strong(title));
    if (title && !found.model_year_is_certain) lines.push('The year may be 30 years away.');
    lines.push(...found.problems.map((one) => `${one.position ? `Position ${one.position}: ` : ''}${one.message}.`));
    lines.push(...found.suggestions.map((one) => this.offer(one)));
    if (!found.is_in_catalogue && found.is_valid) lines.push('The model is not in the catalogue; fill in the rest by hand.');
    if (written.includes('gvwr_kg')) lines.push(`GVWR is the upper bound of ${found.gvwr_class ?? 'its class'}; the plate on the vehicle counts.`);
    if (differing.length) lines.push(this.overwrite(found, differing));
    this.told.dataset['state'] = found.is_valid ? 'right' : 'wrong';
    this.say(lines);
  }

  /** Names of the fields that were filled in, and of those that say something else. */
  private fill(found: Decoded, force: string[] = []): [string[], string[]] {
    const written: string[] = [];
    const differing: string[] = [];
    for (const name of COLUMNS) {
      const field = document.getElementById(`field-${name}`) as HTMLInputElement | null;
      const value = valueOf(found, name);
      if (!field || value === '') continue;
      const held = field.value.trim();
      if (held === '' || held === this.filled.get(name) || force.includes(name)) {
        field.value = value;
        this.filled.set(name, value);
        field.dispatchEvent(new Event('input', { bubbles: true }));
        this.mark(field);
        written.push(name);
      } else if (held.toLowerCase() !== value.toLowerCase()) {
        differing.push(name);
      }
    }
    return [written, differing];
  }

  /** "from VIN" beside the label, until somebody changes the field. */
  private mark(field: HTMLInputElement): void {
    const label = document.querySelector<HTMLElement>(`label[for="${field.id}"]`);
    if (!label || label.querySelector('.vin-badge')) return;
    const badge = document.createElement('span');
    badge.className = 'vin-badge';
    badge.textContent = 'from VIN';
    label.append(badge);
    const name = field.id.replace(/^field-/, '');
    const changed = (): void => {
      if (field.value === this.filled.get(name)) return;
      badge.remove();
      field.removeEventListener('input', changed);
    };
    field.addEventListener('input', changed);
  }

  private offer(one: Suggestion): HTMLElement {
    const line = document.createElement('span');
    const use = link(one.vin, () => {
      this.input.value = one.vin;
      this.input.dispatchEvent(new Event('input', { bubbles: true }));
      this.input.focus();
    });
    line.append('Perhaps ', use, `: ${one.meant} for ${one.given} at position ${one.position}${one.vehicle ? `, ${one.vehicle}` : ''}`);
    return line;
  }

  private overwrite(found: Decoded, names: string[]): HTMLElement {
    const line = document.createElement('span');
    const said = names.map((name) => `${labelOf(name)} (VIN: ${valueOf(found, name)})`).join(', ');
    line.append(`Not changed: ${said}. `, link('Use what the VIN says', () => {
      this.fill(found, names);
      this.show(found);
    }));
    return line;
  }

  private say(lines: (string | HTMLElement)[]): void {
    if (!lines.length) delete this.told.dataset['state'];
    this.told.replaceChildren(...lines.map((line) => {
      const row = document.createElement('div');
      row.append(line);
      return row;
    }));
  }
}

function clean(text: string): string {
  return text.replace(/[\s-]/g, '').toUpperCase();
}

function valueOf(found: Decoded, name: string): string {
  const value = found[name];
  if (value === null || value === undefined) return '';
  return String(name === 'gvwr_kg' && imperial ? pounds(Number(value)) : value);
}

/** The roundest number of pounds that is kept as these whole kilograms, as the forms show it: 3,629 kg are 8,000 lb. */
function pounds(kg: number): number {
  const of = (step: number): number => Math.round(kg / KG_PER_POUND / step) * step;
  return of([1000, 100, 10].find((step) => Math.round(of(step) * KG_PER_POUND) === kg) ?? 1);
}

function labelOf(name: string): string {
  const label = document.querySelector(`label[for="field-${name}"]`);
  return label?.firstChild?.textContent?.trim() ?? name;
}

function strong(text: string): HTMLElement {
  const made = document.createElement('strong');
  made.textContent = text;
  return made;
}

function link(text: string, act: () => void): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'btn-as-link';
  made.textContent = text;
  made.addEventListener('click', act);
  return made;
}
