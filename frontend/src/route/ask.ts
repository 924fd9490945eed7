// Questions to the server about plans and places.
import { csrfHeaders } from '../page/csrf';
import { zone } from '../format';
import type { Board, Plan, Stop } from './model';

export interface Day {
  name: string;
  date: string;
  from: string;
  to: string;
  criteria: string;
}

export interface Found {
  kind: string;
  name: string;
  address: string | null;
  lat: number;
  lng: number;
  radius_m: number | null;
}

/** A moment of the tenant's day as ISO 8601: the offset of a zone changes, so it is looked for. */
export function moment(date: string, time: string): string {
  const wanted = Date.parse(`${date}T${time}:00Z`);
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) guess = wanted - (wallClock(guess) - guess);
  return new Date(guess).toISOString();
}

function wallClock(at: number): number {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '00';
  return Date.parse(`${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}Z`);
}

/** Throws an Error with words for a person. */
export async function askPlan(board: Board, day: Day, options: { keep: boolean; save: boolean }): Promise<Plan> {
  board.sent = [...board.stops.keys()];
  const departs = moment(day.date, day.from);
  const answer = await fetch('/api/v1/routes/optimize', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...csrfHeaders() },
    body: JSON.stringify({
      stops: board.sent.map((key) => stopBody(board.stops.get(key) as Stop, day)),
      vehicles: board.vans.map((van, index) => ({
        vehicle_id: van.id,
        driver_id: van.driver || null,
        departs_at: departs,
        returns_by: day.to ? moment(day.date, day.to) : null,
        capacity_kg: van.capacity,
        ...(board.depot && { start: board.depot, end: board.depot }),
        ...(options.keep && { stops: (board.orders[index] ?? []).map((key) => board.sent.indexOf(key)) }),
      })),
      criteria: day.criteria,
      keep_order: options.keep,
      save: options.save,
      name: day.name.trim() || null,
      scheduled_date: day.date,
    }),
  });
  const said: unknown = await answer.json();
  if (!answer.ok) throw new Error(words(said, board));
  return said as Plan;
}

function stopBody(stop: Stop, day: Day): Record<string, unknown> {
  return {
    lat: stop.lat, lng: stop.lng, name: stop.name, address: stop.address, duration: stop.duration,
    window_start: stop.from ? moment(day.date, stop.from) : null, window_end: stop.to ? moment(day.date, stop.to) : null,
    weight_kg: stop.weight, priority: stop.priority, ...(stop.radius !== null && { radius_m: stop.radius }),
  };
}

/** A problem document in a sentence; fields of the question by the names that the page shows. */
function words(problem: unknown, board: Board): string {
  const { detail = 'Something went wrong.', errors = [] } = (problem ?? {}) as { detail?: string; errors?: { field: string; message: string }[] };
  const told = errors.map(({ field, message }) => {
    const [, kind, index] = /^(stops|vehicles)\[(\d+)\]/.exec(field) ?? [];
    if (kind === 'stops') return `${board.stops.get(board.sent[Number(index)] as number)?.name ?? field}: ${message}`;
    if (kind === 'vehicles') return `${board.vans[Number(index)]?.number ?? field}: ${message}`;
    return `${field}: ${message}`;
  });
  return told.length ? told.join('. ') : detail;
}

export async function findPlaces(text: string): Promise<Found[]> {
  const answer = await fetch(`/api/v1/routes/places?q=${encodeURIComponent(text)}`);
  return answer.ok ? ((await answer.json()) as { items: Found[] }).items : [];
}
