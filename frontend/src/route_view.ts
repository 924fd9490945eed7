// A route's page: the planned line, the driven one, the stops as they went and when the others will be reached.
import type { Feature, FeatureCollection } from 'geojson';
import type { GeoJSONSource, LayerSpecification, Map } from 'maplibre-gl';
import { distanceText, duration, imperial, moment } from './format';
import { FONT, repaint } from './map/base_layers';
import { allOf } from './map/bounds';
import { createMap } from './map/create';
import { palette, type Palette } from './map/palette';
import { element } from './route/element';
import { decode } from './route/polyline';

interface StopProgress {
  position: number;
  name: string | null;
  lat: number;
  lng: number;
  status: 'pending' | 'arrived' | 'completed' | 'skipped';
  planned_arrival: string | null;
  arrived_at: string | null;
  departed_at: string | null;
  eta: string | null;
  window_start: string | null;
  window_end: string | null;
  late_s: number;
}

interface Progress {
  status: string;
  stops: StopProgress[];
  done: number;
  total: number;
  late: number;
  position: { lat: number; lng: number; recorded_at: string } | null;
  deviation_m: number | null;
  off_route_since: string | null;
  expected_end: string | null;
  eta_basis: string | null;
  track: string;
}

const REFRESH_MS = 30_000;
const FEET_PER_METRE = 3.280839895;
const COLOUR = { pending: '#4a5463', arrived: '#a04a00', completed: '#2b7a3d', skipped: '#b02a37' } as const;
const WORD = { pending: 'ahead', arrived: 'there now', completed: 'done', skipped: 'passed over' } as const;

const section = document.getElementById('route') as HTMLElement;
const box = document.getElementById('route-map') as HTMLElement;
const list = document.getElementById('route-stops') as HTMLElement;
let drawn: Map | null = null;

function fact(name: string, text: string): void {
  const place = section.querySelector<HTMLElement>(`[data-fact="${name}"]`);
  if (place) place.textContent = text;
}

function near(metres: number): string {
  if (metres >= 1000) return distanceText(metres / 1000);
  return imperial ? `${Math.round(metres * FEET_PER_METRE)} ft` : `${Math.round(metres)} m`;
}

function clock(at: string | null): string {
  return at ? moment(new Date(at), 'time') : '–';
}

function show(progress: Progress): void {
  fact('done', `${progress.done} of ${progress.total}`);
  fact('end', clock(progress.expected_end));
  fact('deviation', progress.deviation_m === null ? '–' : near(progress.deviation_m));
  const alerts: string[] = [];
  if (progress.off_route_since) alerts.push(`Off the planned line since ${clock(progress.off_route_since)}.`);
  if (progress.late) alerts.push(`${progress.late} ${progress.late === 1 ? 'stop is' : 'stops are'} late.`);
  const alert = section.querySelector<HTMLElement>('[data-fact="alert"]');
  if (alert) {
    alert.hidden = alerts.length === 0;
    alert.textContent = alerts.join(' ');
  }
  const bar = section.querySelector<HTMLElement>('.route-progress');
  const percent = progress.total ? Math.round((progress.done / progress.total) * 100) : 0;
  bar?.setAttribute('aria-valuenow', String(percent));
  (bar?.firstElementChild as HTMLElement | null)?.style.setProperty('width', `${percent}%`);
  list.replaceChildren(...(progress.stops.length ? progress.stops.map(item) : [element('li', { class: 'text-secondary' }, 'This route has no stops.')]));
  section.toggleAttribute('data-ready', true);
}

function item(stop: StopProgress): HTMLElement {
  const went = stop.arrived_at !== null;
  const at = stop.arrived_at ?? stop.eta ?? stop.planned_arrival;
  const label = went ? 'arrived' : stop.eta ? 'expected' : 'planned';
  const details: string[] = [WORD[stop.status]];
  if (stop.window_start && stop.window_end) details.push(`${clock(stop.window_start)} – ${clock(stop.window_end)}`);
  else if (stop.window_start) details.push(`from ${clock(stop.window_start)}`);
  else if (stop.window_end) details.push(`until ${clock(stop.window_end)}`);
  if (went && stop.departed_at) details.push(`left ${clock(stop.departed_at)}`);
  if (stop.late_s > 0) details.push(`${duration(stop.late_s)} late`);
  const number = element('span', { class: 'stop-number', 'aria-hidden': 'true' }, String(stop.position));
  number.style.setProperty('--line', COLOUR[stop.status]);
  return element('li', { class: 'route-stop', 'data-status': stop.status },
    number,
    element('div', {}, element('span', { class: 'route-stop-name' }, stop.name ?? `Stop ${stop.position}`), element('span', { class: 'route-stop-sub' }, details.join(' · '))),
    element('div', { class: 'route-stop-times' }, clock(at), element('small', {}, label)));
}

function layers(colours: Palette): LayerSpecification[] {
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
  return [
    { id: 'route-casing', type: 'line', source: 'route-plan', layout: round, paint: { 'line-color': colours.halo, 'line-width': 8 } },
    { id: 'route-plan', type: 'line', source: 'route-plan', layout: round, paint: { 'line-color': '#1c7ed6', 'line-width': 5 } },
    { id: 'route-driven', type: 'line', source: 'route-driven', layout: round, paint: { 'line-color': '#2f9e44', 'line-width': 3 } },
    {
      id: 'route-stops', type: 'circle', source: 'route-stops',
      paint: { 'circle-radius': 12, 'circle-color': ['get', 'colour'], 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 2 },
    },
    {
      id: 'route-numbers', type: 'symbol', source: 'route-stops',
      layout: { 'text-field': ['get', 'text'], 'text-font': FONT, 'text-size': 12, 'text-allow-overlap': true, 'text-ignore-placement': true },
      paint: { 'text-color': '#ffffff' },
    },
    {
      id: 'route-vehicle', type: 'symbol', source: 'route-vehicle',
      layout: { 'icon-image': 'stopped', 'icon-size': 1.1, 'icon-allow-overlap': true, 'icon-ignore-placement': true },
    },
  ];
}

function line(points: [number, number][]): FeatureCollection {
  const features: Feature[] = points.length > 1 ? [{ type: 'Feature', geometry: { type: 'LineString', coordinates: points }, properties: {} }] : [];
  return { type: 'FeatureCollection', features };
}

function paint(map: Map, progress: Progress): void {
  const set = (name: string, data: FeatureCollection): void => void map.getSource<GeoJSONSource>(name)?.setData(data);
  set('route-driven', line(decode(progress.track)));
  set('route-stops', {
    type: 'FeatureCollection',
    features: progress.stops.map((stop) => ({
      type: 'Feature', geometry: { type: 'Point', coordinates: [stop.lng, stop.lat] }, properties: { text: String(stop.position), colour: COLOUR[stop.status] },
    })),
  });
  const { position } = progress;
  set('route-vehicle', {
    type: 'FeatureCollection',
    features: position && progress.status === 'active' ? [{ type: 'Feature', geometry: { type: 'Point', coordinates: [position.lng, position.lat] }, properties: {} }] : [],
  });
}

async function load(): Promise<Progress | null> {
  const answer = await fetch(`/api/v1/routes/${section.dataset['route'] ?? ''}/progress`);
  return answer.ok ? ((await answer.json()) as Progress) : null;
}

async function start(): Promise<void> {
  let progress = await load();
  if (!progress) {
    list.replaceChildren(element('li', { class: 'text-secondary' }, 'The progress could not be loaded. Load the page again.'));
    return;
  }
  show(progress);
  const planned = decode(section.dataset['polyline'] ?? '');
  const points = (): [number, number][] => [...planned, ...(progress?.stops ?? []).map((stop): [number, number] => [stop.lng, stop.lat]), ...decode(progress?.track ?? '')];
  const fit = (): void => {
    const all = allOf(points());
    if (all) drawn?.fitBounds(all, { padding: 48, maxZoom: 15, animate: false });
  };
  const { map } = await createMap(box, { bounds: allOf(points()), fit });
  drawn = map;
  for (const name of ['route-plan', 'route-driven', 'route-stops', 'route-vehicle']) map.addSource(name, { type: 'geojson', data: line([]) });
  for (const layer of layers(palette())) map.addLayer(layer);
  document.addEventListener('motorpool:theme', () => repaint(map, layers(palette())));
  map.getSource<GeoJSONSource>('route-plan')?.setData(line(planned));
  paint(map, progress);
  fit();
  map.once('idle', () => box.toggleAttribute('data-ready', true));
  if (section.dataset['status'] !== 'active') return;
  setInterval(() => {
    void load().then((fresh) => {
      if (!fresh) return;
      progress = fresh;
      show(fresh);
      paint(map, fresh);
    });
  }, REFRESH_MS);
}

void start();
