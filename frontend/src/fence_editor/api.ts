// What the editor asks of the server.
import type { Feature, FeatureCollection, Polygon } from 'geojson';
import { csrfHeaders } from '../page/csrf';
import type { ShapeColumns } from './shape';

export interface Fence extends ShapeColumns {
  id: string;
  name: string;
  description: string | null;
  color: string | null;
  is_active: boolean;
  alert_on_entry: boolean;
  alert_on_exit: boolean;
  alert_on_dwell: boolean;
  dwell_minutes: number | null;
  speed_limit_kph: string | null;
  vehicle_group_id: string | null;
}
export interface Listed {
  items: Pick<Fence, 'id' | 'name' | 'type' | 'color' | 'is_active' | 'radius_meters' | 'alert_on_entry' | 'alert_on_exit' | 'alert_on_dwell'>[];
  next_cursor: string | null;
}
export interface Trouble {
  detail: string;
  errors: { field: string; message: string }[];
}

const HERE = '/api/v1/geofences';
const LISTED = 'id,name,type,color,is_active,radius_meters,alert_on_entry,alert_on_exit,alert_on_dwell';

/** The server's refusal, as it says it. */
export class Refused extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble.detail);
  }
}

async function ask<T>(address: string, method = 'GET', body?: unknown): Promise<{ data: T; etag: string | null }> {
  const answer = await fetch(address, {
    method,
    headers: { Accept: 'application/json', ...(method !== 'GET' && csrfHeaders()), ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const data = answer.status === 204 ? null : ((await answer.json().catch(() => null)) as unknown);
  if (!answer.ok) {
    const said = (data ?? {}) as Partial<Trouble>;
    throw new Refused({ detail: said.detail ?? `The server answered ${answer.status}.`, errors: said.errors ?? [] });
  }
  return { data: data as T, etag: answer.headers.get('ETag') };
}

export async function list(query: string): Promise<Listed> {
  const search = new URLSearchParams({ fields: LISTED, sort: 'name', limit: '200', ...(query && { q: query }) });
  return (await ask<Listed>(`${HERE}?${search}`)).data;
}

export async function read(id: string): Promise<{ fence: Fence; area: Feature<Polygon> }> {
  const [row, area] = await Promise.all([ask<Fence>(`${HERE}/${id}`), ask<Feature<Polygon>>(`${HERE}/${id}/area`)]);
  return { fence: row.data, area: area.data };
}

export async function inBox(box: number[]): Promise<FeatureCollection & { truncated: boolean }> {
  return (await ask<FeatureCollection & { truncated: boolean }>(`${HERE}/in-box?box=${box.join(',')}&inactive=true`)).data;
}

export async function save(id: string | null, body: Record<string, unknown>): Promise<Fence> {
  return (await ask<Fence>(id ? `${HERE}/${id}` : HERE, id ? 'PATCH' : 'POST', body)).data;
}

/** Compares the positions of the past with a fence; how many vehicles are looked at again. */
export async function apply(id: string, since: string): Promise<number> {
  return (await ask<{ vehicles: number }>(`${HERE}/${id}/apply`, 'POST', { since })).data.vehicles;
}

export async function remove(id: string): Promise<void> {
  await ask<null>(`${HERE}/${id}`, 'DELETE');
}

export async function importFile(text: string): Promise<number> {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new Refused({ detail: 'This file is no GeoJSON: it cannot be read as JSON.', errors: [] });
  }
  return (await ask<{ created: number }>(`${HERE}/import`, 'POST', file)).data.created;
}
