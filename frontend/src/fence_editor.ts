// The editor of geofences: a list and a form beside the map that they are drawn on.
import type { FeatureCollection, Polygon } from 'geojson';
import type { GeoJSONSource, Map } from 'maplibre-gl';
import { apply, importFile, inBox, list, read, Refused, remove, save, type Listed } from './fence_editor/api';
import { Form } from './fence_editor/form';
import { Shape, type Kind } from './fence_editor/shape';
import { repaint } from './map/base_layers';
import { allOf, type Box } from './map/bounds';
import { createMap } from './map/create';
import { FENCE_COLOUR, fenceLayers, radiusText } from './map/fences';
import { palette } from './map/palette';

declare global {
  interface Window {
    /** For tests: what the canvas shows. */
    motorpoolFences?: { map: Map; held(): Promise<number>; radius(): number | null };
  }
}

const HINTS: Record<Kind, string> = {
  circle: 'Click the centre on the map, then a point on the rim.',
  polygon: 'Click corner after corner on the map; click the first one again to finish.',
  rectangle: 'Click one corner on the map, then the opposite one.',
};
const page = document.getElementById('fences') as HTMLElement;
const box = document.getElementById('fence-map') as HTMLElement;
const rows = document.getElementById('fence-list') as HTMLElement;
const count = document.getElementById('fence-count') as HTMLElement;
const status = document.getElementById('fence-status') as HTMLElement;
const query = document.getElementById('fence-query') as HTMLInputElement;
const browse = document.getElementById('fence-browse') as HTMLElement;
const mayChange = page.dataset['mayChange'] === 'yes';
const mayCreate = page.dataset['mayCreate'] === 'yes';

let editing: string | null = null;
let isNew = false;
let changed = false;
let queryTimer = 0;

const start = (page.dataset['bounds'] ?? '').split(',').map(Number);
const { map, namesLayer } = await createMap(box, { bounds: start.length === 4 && start.every(Number.isFinite) ? ([[start[0], start[1]], [start[2], start[3]]] as Box) : null });
map.addSource('fences', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
for (const layer of fenceLayers('fences', palette())) map.addLayer(layer, layer.type === 'symbol' ? undefined : namesLayer);
document.addEventListener('motorpool:theme', () => repaint(map, fenceLayers('fences', palette())));

const shape = new Shape(map, {
  drawn() {
    changed = true;
    form.showRadius(shape.radius());
    form.note('Drag the corners to change it, or the whole of it to move it.');
    form.focus();
  },
  changed() {
    changed = true;
    form.showRadius(shape.radius());
  },
});
const form = new Form({
  saved: () => void keep(),
  coloured: (colour) => shape.colour(colour),
  resized: (radius) => {
    shape.resize(radius);
    changed = true;
  },
  closed: close,
  removed: () => void take(),
});

map.on('moveend', () => void load());
map.on('click', 'fences-area', (event) => {
  const id = event.features?.[0]?.properties['id'] as string | undefined;
  if (id && editing === null && !isNew) void open(id);
});
map.on('mousemove', 'fences-area', () => { if (editing === null && !isNew) map.getCanvas().style.cursor = 'pointer'; });
map.on('mouseleave', 'fences-area', () => { map.getCanvas().style.cursor = ''; });
query.addEventListener('input', () => {
  window.clearTimeout(queryTimer);
  queryTimer = window.setTimeout(() => void fill(), 250);
});
for (const button of document.querySelectorAll<HTMLElement>('[data-draw]')) {
  button.addEventListener('click', () => begin(button.dataset['draw'] as Kind));
}
document.getElementById('fence-file')?.addEventListener('change', (event) => void importFrom(event.target as HTMLInputElement));
document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && !form.element.hidden) close(); });

await Promise.all([load(), fill()]);
const wanted = new URL(window.location.href).searchParams;
const chosen = wanted.get('fence');
if (chosen) await open(chosen);
else if (wanted.has('draw') && mayCreate) begin(wanted.get('draw') as Kind);
map.once('idle', () => box.toggleAttribute('data-ready', true));
map.triggerRepaint();
window.motorpoolFences = {
  map,
  held: async () => ((await (map.getSource('fences') as GeoJSONSource).getData()) as FeatureCollection).features.length,
  radius: () => shape.radius(),
};

/** The fences in the map's box. */
async function load(): Promise<void> {
  const view = map.getBounds();
  const edge = (value: number, most: number): number => Math.min(most, Math.max(-most, value));
  try {
    const found = await inBox([edge(view.getWest(), 180), edge(view.getSouth(), 90), edge(view.getEast(), 180), edge(view.getNorth(), 90)]);
    void (map.getSource('fences') as GeoJSONSource).setData(found);
    if (found.truncated) say('There are more here than the map shows: zoom in.');
  } catch (error) {
    say((error as Error).message);
  }
}

/** The list beside the map. */
async function fill(): Promise<void> {
  const found = await list(query.value.trim());
  rows.replaceChildren(...found.items.map(line));
  const more = found.next_cursor ? ` The first ${found.items.length}; search for others.` : '';
  count.textContent = found.items.length
    ? `${found.items.length} geofence${found.items.length === 1 ? '' : 's'}.${more}`
    : query.value ? 'No geofence is called this.' : `There is none yet.${mayCreate ? ' Choose a shape above and draw it on the map.' : ''}`;
}

function line(one: Listed['items'][number]): HTMLElement {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'fence-line';
  button.dataset['id'] = one.id;
  const mark = document.createElement('span');
  mark.className = 'fence-mark';
  mark.style.background = one.color ?? FENCE_COLOUR;
  const name = document.createElement('span');
  name.className = 'fence-name';
  name.textContent = one.name;
  const sub = document.createElement('span');
  sub.className = 'fence-sub';
  const alerts = [one.alert_on_entry && 'entry', one.alert_on_exit && 'exit', one.alert_on_dwell && 'dwell'].filter(Boolean).join(', ');
  const size = one.type === 'circle' ? `Circle, ${radiusText(one.radius_meters ?? 0)}` : one.type === 'rectangle' ? 'Rectangle' : 'Polygon';
  sub.textContent = [size, one.is_active ? '' : 'switched off', alerts && `alerts: ${alerts}`].filter(Boolean).join(' · ');
  button.append(mark, name, sub);
  button.addEventListener('click', () => void open(one.id));
  item.append(button);
  return item;
}

async function open(id: string): Promise<void> {
  try {
    const { fence, area } = await read(id);
    const bounds = allOf((area.geometry as Polygon).coordinates.flat() as [number, number][]);
    if (!mayChange) {
      window.location.href = `/geofences/${id}`;
      return;
    }
    editing = id;
    isNew = false;
    hideStored(id);
    shape.colour(fence.color ?? FENCE_COLOUR);
    const drawable = shape.edit(fence.type, area.geometry, fence.type === 'circle' ? fence.radius_meters : null);
    if (!drawable) hideStored(null);
    changed = false;
    form.show(fence.name, fence, id);
    form.showRadius(shape.radius());
    form.note(drawable ? 'Drag the corners to change it, or the whole of it to move it.' : 'This area has holes: its shape can be changed by importing a file, not here.');
    browse.hidden = true;
    if (bounds) map.fitBounds(bounds, { padding: 60, maxZoom: 16.5, animate: !matchMedia('(prefers-reduced-motion: reduce)').matches, duration: 500 });
  } catch (error) {
    say((error as Error).message);
  }
}

function begin(kind: Kind): void {
  editing = null;
  isNew = true;
  changed = false;
  hideStored(null);
  form.show(`New ${kind}`);
  form.showRadius(null);
  form.note(HINTS[kind]);
  browse.hidden = true;
  shape.colour(FENCE_COLOUR);
  shape.begin(kind);
  if (window.matchMedia('(max-width: 991.98px)').matches) box.scrollIntoView({ block: 'start' });
}

function close(): void {
  editing = null;
  isNew = false;
  shape.clear();
  hideStored(null);
  form.hide();
  browse.hidden = false;
}

async function keep(): Promise<void> {
  const columns = changed ? shape.columns() : null;
  if (isNew && !columns) {
    form.tell({ detail: 'Draw the shape on the map first.', errors: [] });
    return;
  }
  const since = form.since();
  const body: Record<string, unknown> = { ...form.values(), ...columns };
  // A new fence speaks of what comes, unless the past is wanted.
  if (isNew) body['applies_from'] = since ?? new Date().toISOString();
  form.busy(true);
  try {
    const saved = await save(editing, body);
    const vehicles = since ? await apply(saved.id, since) : 0;
    close();
    await Promise.all([load(), fill()]);
    say(vehicles ? `Saved ${saved.name}; the past of ${vehicles} vehicle${vehicles === 1 ? '' : 's'} is being compared.` : `Saved ${saved.name}.`);
    rows.querySelector<HTMLElement>(`[data-id="${CSS.escape(saved.id)}"]`)?.focus();
  } catch (error) {
    if (error instanceof Refused) form.tell(error.trouble);
    else form.tell({ detail: 'The server cannot be reached.', errors: [] });
  } finally {
    form.busy(false);
  }
}

async function take(): Promise<void> {
  if (!editing || !window.confirm('Delete this geofence?')) return;
  try {
    await remove(editing);
    close();
    await Promise.all([load(), fill()]);
    say('Deleted.');
  } catch (error) {
    if (error instanceof Refused) form.tell({ detail: `${error.trouble.detail} Switch it off instead.`, errors: [] });
  }
}

async function importFrom(input: HTMLInputElement): Promise<void> {
  const file = input.files?.[0];
  if (!file) return;
  try {
    const made = await importFile(await file.text());
    await Promise.all([load(), fill()]);
    say(`Imported ${made} geofence${made === 1 ? '' : 's'}.`);
  } catch (error) {
    const trouble = error instanceof Refused ? error.trouble : { detail: (error as Error).message, errors: [] };
    const first = trouble.errors.slice(0, 3).map((one) => `${one.field}: ${one.message}`).join('; ');
    say(first ? `${trouble.detail} ${first}${trouble.errors.length > 3 ? ` (and ${trouble.errors.length - 3} more)` : ''}` : trouble.detail);
  }
  input.value = '';
}

/** The one that is edited is drawn by the editor, not by the layers. */
function hideStored(id: string | null): void {
  for (const layer of ['fences-area', 'fences-edge', 'fences-name']) map.setFilter(layer, id ? ['!=', ['get', 'id'], id] : null);
}

function say(text: string): void {
  status.textContent = text;
}
