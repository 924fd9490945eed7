// Talking to the server: who is signed in, forms and vehicles, photos and reports.
import type { Kit, Outcome, Report } from './types';
import { itemsFor } from './types';
import type { Photo } from './store';
import { KM_PER_MILE } from '../format';

const BASE = '/api/v1/safety-inspections';

export interface Session {
  user_id: string;
  user_name: string;
  csrf_token: string;
}

/** The connection broke, or the server cannot answer now: try again later. */
export class Unreachable extends Error {}
export class SignedOut extends Error {}

/** The server said no, and why. */
export class Refused extends Error {
  constructor(readonly status: number, readonly code: string, detail: string, readonly errors: { field: string; message: string; code: string }[]) {
    super(detail);
  }
}

export async function ask(address: string, options: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address, { ...options, redirect: 'manual', headers: { Accept: 'application/json', ...options.headers } });
  } catch {
    throw new Unreachable('The connection broke.');
  }
  if (answer.type === 'opaqueredirect' || answer.status === 401) throw new SignedOut('Sign in first.');
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408) throw new Unreachable(`The server cannot answer now (${answer.status}).`);
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => ({}))) as { detail?: string; code?: string; errors?: { field: string; message: string; code: string }[] };
    throw new Refused(answer.status, problem.code ?? '', problem.detail ?? `It was refused (${answer.status}).`, problem.errors ?? []);
  }
  return answer;
}

export async function session(): Promise<Session> {
  return (await (await ask('/inspect/session')).json()) as Session;
}

export async function fetchKit(): Promise<Kit> {
  return (await (await ask(`${BASE}/kit`)).json()) as Kit;
}

export async function sendPhoto(photo: Photo, who: Session): Promise<string> {
  const data = new FormData();
  data.append('file', photo.blob, `${photo.id}.jpg`);
  const answer = await ask(`${BASE}/photos`, { method: 'POST', headers: { 'X-CSRFToken': who.csrf_token }, body: data });
  return ((await answer.json()) as { id: string }).id;
}

/** The same key for each attempt: what arrived although its answer was lost is not made again. */
export async function sendReport(report: Report, photos: Map<string, string>, who: Session): Promise<Outcome> {
  const headers = { 'X-CSRFToken': who.csrf_token, 'Content-Type': 'application/json', 'Idempotency-Key': `inspection-${report.id}` };
  const answer = await ask(`${BASE}/submit`, { method: 'POST', headers, body: JSON.stringify(bodyOf(report, photos)) });
  return (await answer.json()) as Outcome;
}

/** Keys of the items in the order of `results`, by which a problem's place is read. */
export function sentKeys(report: Report): string[] {
  return itemsFor(report.form, report.vehicle).map((item) => item.key).filter((key) => isAnswered(report, key));
}

function isAnswered(report: Report, key: string): boolean {
  const answer = report.answers[key];
  return Boolean(answer && (answer.status || answer.value || answer.photos.length));
}

function bodyOf(report: Report, photos: Map<string, string>): object {
  const kinds = new Map(itemsFor(report.form, report.vehicle).map((item) => [item.key, item.kind]));
  return {
    client_key: report.id,
    vehicle_id: report.vehicle.id,
    form_id: report.form.id,
    performed_at: report.performed_at,
    odometer: kilometres(report.odometer),
    results: sentKeys(report).map((key) => {
      const answer = report.answers[key] ?? { photos: [] };
      const asked = kinds.get(key) === 'number' || kinds.get(key) === 'text';
      return {
        item: key,
        ...(answer.status && { status: answer.status }),
        ...(asked && answer.value && answer.status !== 'not_applicable' && { value: answer.value }),
        ...(answer.notes && { notes: answer.notes }),
        ...(answer.is_unsafe && answer.status === 'fail' && { is_unsafe: true }),
        photos: answer.photos.map((photo) => photos.get(photo)).filter(Boolean),
      };
    }),
    notes: report.notes || null,
    latitude: report.place?.latitude ?? null,
    longitude: report.place?.longitude ?? null,
    signature: report.signature,
    reviewed: report.reviewed,
  };
}

let isImperial = false;

export function countIn(units: string): void {
  isImperial = units === 'imperial';
}

export function distanceUnit(): string {
  return isImperial ? 'mi' : 'km';
}

/** Whole kilometres or miles. */
export function asShown(km: number): number {
  return Math.round(isImperial ? km / KM_PER_MILE : km);
}

export function shownDistance(km: number): string {
  return asShown(km).toLocaleString();
}

/** What stands in the odometer's field, as whole kilometres; null when it is empty. */
export function kilometres(text: string): number | null {
  const digits = text.replace(/[^\d]/g, '');
  return digits ? Math.round(Number(digits) * (isImperial ? KM_PER_MILE : 1)) : null;
}
