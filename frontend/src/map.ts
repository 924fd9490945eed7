// The live map: stream -> fleet -> map, list and card.
import { allOf, mostOf } from './map/bounds';
import { Card } from './map/card';
import { createMap } from './map/create';
import { DRIVING_LAYERS } from './map/driving_layers';
import { FENCE_LAYERS } from './map/fences';
import { Fleet } from './map/fleet';
import { LayerControl, type MapLayer } from './map/layers';
import { Panel } from './map/panel';
import { ROAD_LAYERS } from './map/road_layers';
import { Sheet } from './map/sheet';
import { VehicleStream } from './map/stream';
import { VehicleLayer } from './map/vehicle_layer';
import { csrfHeaders } from './page/csrf';

declare global {
  interface Window {
    /** For tests: what the canvas shows. */
    motorpoolMap?: {
      vehicleCount(): number;
      position(vehicleId: string): [number, number] | null;
      screenPosition(vehicleId: string): { x: number; y: number } | null;
      choose(vehicleId: string): void;
      /** Ids of the layers that are on. */
      layers(): string[];
      /** How many features of a layer the browser holds. */
      held(layerId: string): Promise<number>;
    };
  }
}

const VIEW_KEY = 'motorpool-view';
/** The stream may speak twice a second; the list need not be rewritten more often than this. */
const RENDER_MS = 500;
const CLOSE_UP_ZOOM = 14.5;

/** What the map can show besides vehicles; the page says which of them this person may see. */
const LAYERS: MapLayer[] = [...FENCE_LAYERS, ...DRIVING_LAYERS, ...ROAD_LAYERS];

const page = document.getElementById('live') as HTMLElement;
const box = document.getElementById('map') as HTMLElement;
const connection = document.getElementById('connection') as HTMLElement;

const fleet = new Fleet(clockSkew(page.dataset['now']));
let layer: VehicleLayer | null = null;
let chosen: string | null = new URL(window.location.href).searchParams.get('vehicle');
let following = false;
let fitted = false;
let panelFilled = false;
let fittedToMost = false;
let renderTimer = 0;

const sheet = new Sheet();
const panel = new Panel(fleet, { filtered: () => layer?.show(fleet.shown()), chosen: (id) => choose(id, true) });
const card = new Card({ closed: () => choose(null), follow: (on) => follow(on) });
/** The map waits for the vehicles, so that it opens where they are; but not for long. */
let vehiclesKnown: () => void = () => {};
const waited = new Promise<void>((resolve) => {
  vehiclesKnown = resolve;
  setTimeout(resolve, 1_500);
});
const mapReady = waited.then(() => {
  const bounds = mostOf(points());
  fitted = bounds !== null;
  return createMap(box, { view: lastView(), bounds, padding: padding(), fit: () => fit() });
});
void mapReady.then(({ map }) => {
  layer = new VehicleLayer(map, (id) => choose(id));
  layer.show(fleet.shown());
  const control = layerControl();
  if (control) map.addControl(control, 'top-right');
  if (chosen) choose(chosen, true);
  map.on('dragstart', () => follow(false));
  map.on('movestart', (event) => { if (event.originalEvent) fittedToMost = false; });
  map.on('moveend', () => sessionStorage.setItem(VIEW_KEY, JSON.stringify({ center: map.getCenter().toArray(), zoom: map.getZoom() })));
  map.once('idle', () => box.toggleAttribute('data-ready', true));
  window.motorpoolMap = {
    vehicleCount: () => layer?.count() ?? 0,
    position: (id) => layer?.position(id) ?? null,
    screenPosition: (id) => {
      const at = layer?.position(id);
      return at ? map.project(at) : null;
    },
    choose: (id) => choose(id, true),
    layers: () => control?.on() ?? [],
    held: (id) => control?.held(id) ?? Promise.resolve(0),
  };
});

/** The switches of the layers that this person may see; null when there are none. */
function layerControl(): LayerControl | null {
  const allowed = words(page.dataset['layers']);
  const layers = LAYERS.filter((one) => allowed.includes(one.id));
  if (layers.length === 0) return null;
  return new LayerControl({
    layers,
    on: words(page.dataset['layersOn']),
    below: 'vehicle-halo',
    above: ['vehicles', 'vehicle-dots'],
    changed: (on) => void keepLayers(on),
  });
}

async function keepLayers(on: string[]): Promise<void> {
  const answer = await fetch('/api/v1/me/map-view', {
    method: 'PATCH', headers: { 'Content-Type': 'application/json', ...csrfHeaders() }, body: JSON.stringify({ layers: on }),
  });
  if (!answer.ok) console.warn('The choice of layers could not be kept.', answer.status);
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(' ').filter(Boolean);
}

const stream = new VehicleStream(page.dataset['stream'] ?? '', {
  snapshot(vehicles, offlineAfter) {
    fleet.replaceAll(vehicles, offlineAfter);
    vehiclesKnown();
    update();
  },
  changes(vehicles) {
    fleet.merge(vehicles);
    layer?.show(fleet.shown());
    update();
  },
  connected(is) {
    box.toggleAttribute('data-connected', is);
    connection.dataset['state'] = is ? 'live' : 'waiting';
    connection.textContent = is ? 'Live' : 'Reconnecting';
  },
});
stream.open();
setInterval(() => {
  if (fleet.age()) update();
  else showCard();
}, 1_000);
setInterval(() => panel.render(), 10_000);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && chosen && !(event.target as Element).closest('.dropdown')) choose(null);
});

/** How far this browser's clock is ahead of the server's, in milliseconds, as of the page's arrival. */
function clockSkew(serverNow: string | undefined): number {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const server = Date.parse(serverNow ?? '');
  if (Number.isNaN(server) || !navigation) return 0;
  const skew = performance.timeOrigin + navigation.responseStart - server;
  // Less than this is the time that the answer took, not a wrong clock.
  return Math.abs(skew) < 2_000 ? 0 : skew;
}

function update(): void {
  if (!fitted && layer && fleet.vehicles.size > 0) fit();
  if (renderTimer) return;
  renderTimer = window.setTimeout(() => {
    renderTimer = 0;
    panel.render();
    layer?.show(fleet.shown());
    showCard();
    if (following) centre();
  }, panelFilled ? RENDER_MS : 0);
  panelFilled = true;
}

function showCard(): void {
  const vehicle = chosen ? fleet.vehicles.get(chosen) : undefined;
  if (vehicle) card.show(vehicle, fleet.now());
}

function choose(id: string | null, approach = false): void {
  const before = chosen;
  chosen = id && fleet.vehicles.has(id) ? id : null;
  if (chosen !== before) follow(false);
  panel.choose(chosen);
  layer?.choose(chosen);
  if (!chosen) {
    const hadFocus = card.contains(document.activeElement);
    card.hide();
    if (before && hadFocus) document.querySelector<HTMLElement>(`#live-list li[data-id="${CSS.escape(before)}"] button`)?.focus();
    return;
  }
  sheet.set(false);
  showCard();
  if (approach) {
    card.focus();
    centre(CLOSE_UP_ZOOM);
  }
}

function follow(on: boolean): void {
  following = on;
  card.setFollowing(on);
  if (on) centre(CLOSE_UP_ZOOM);
}

function centre(atLeastZoom = 0): void {
  const vehicle = chosen ? fleet.vehicles.get(chosen) : undefined;
  if (!vehicle || vehicle.longitude === null || vehicle.latitude === null) return;
  const centre: [number, number] = [vehicle.longitude, vehicle.latitude];
  void mapReady.then(({ map }) => map.easeTo({ center: centre, zoom: Math.max(map.getZoom(), atLeastZoom), padding: padding(), duration: 600 }));
}

/** Room for what lies over the map. */
function padding(): { top: number; bottom: number; left: number; right: number } {
  const phone = window.matchMedia('(max-width: 991.98px)').matches;
  const cardShown = !(document.getElementById('live-card') as HTMLElement).hidden;
  if (phone) return { top: 60, bottom: cardShown ? 300 : 150, left: 30, right: 50 };
  return { top: 60, bottom: 60, left: cardShown ? 360 : 60, right: 90 };
}

function points(): [number, number][] {
  return fleet.shown().flatMap((v): [number, number][] => (v.longitude === null || v.latitude === null ? [] : [[v.longitude, v.latitude]]));
}

/** Where most vehicles are; asked again without having moved the map in between, where all are. */
function fit(): void {
  const bounds = fittedToMost ? allOf(points()) : mostOf(points());
  if (!bounds) return;
  const animate = fitted;
  fitted = true;
  void mapReady.then(({ map }) => {
    map.fitBounds(bounds, { padding: padding(), maxZoom: 15, animate });
    map.once('moveend', () => { fittedToMost = !fittedToMost; });
  });
}

/** Coming back from a vehicle's page, the map is where it was left. */
function lastView(): { center: [number, number]; zoom: number } | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(VIEW_KEY) ?? 'null') as { center: [number, number]; zoom: number } | null) ?? undefined;
  } catch {
    return undefined;
  }
}
