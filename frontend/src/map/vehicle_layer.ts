// The fleet on the map: one symbol each, moved smoothly while the fleet is small and the machine quick enough.
import type { Feature, FeatureCollection, Point } from 'geojson';
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map } from 'maplibre-gl';
import { FONT, repaint } from './base_layers';
import type { Vehicle } from './fleet';
import { palette, type Palette } from './palette';
import { STATE_COLOURS, STATES } from './symbols';

const SOURCE = 'vehicles';
const TWEEN_MS = 700;
const FRAME_MS = 40;
const LARGEST_TWEENED_FLEET = 300;
/** A frame that takes longer than this means there is no graphics card: stop animating. */
const SLOW_FRAME_MS = 120;
/** In a larger fleet, dots stand for the symbols while they would overlap. */
const DOTS_FROM = 2_000;
const DOTS_BELOW_ZOOM = 12;

interface Place {
  from: [number, number];
  to: [number, number];
}

/** What is drawn above what: the chosen one, then those that move. */
const RANK = { moving: 3, idling: 2, stopped: 1, offline: 0 } as const;
const COLOUR: ExpressionSpecification = ['match', ['get', 'state'], ...STATES.flatMap((s) => [s, STATE_COLOURS[s]]), '#888'] as never;

function layers(c: Palette): LayerSpecification[] {
  return [
    {
      id: 'vehicle-halo', type: 'circle', source: SOURCE, filter: ['==', ['get', 'id'], ''],
      paint: { 'circle-radius': 19, 'circle-color': '#2f6fe0', 'circle-opacity': 0.22, 'circle-stroke-color': '#2f6fe0', 'circle-stroke-width': 2.5 },
    },
    {
      id: 'vehicle-dots', type: 'circle', source: SOURCE, maxzoom: 0.1,
      paint: { 'circle-radius': ['interpolate', ['linear'], ['zoom'], 4, 2.5, 12, 5], 'circle-color': COLOUR, 'circle-stroke-color': '#fff', 'circle-stroke-width': 1 },
    },
    {
      id: 'vehicles', type: 'symbol', source: SOURCE,
      layout: {
        'icon-image': ['get', 'state'],
        'icon-rotate': ['get', 'rotation'],
        'icon-rotation-alignment': 'map',
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'icon-size': ['interpolate', ['linear'], ['zoom'], 7, 0.5, 11, 0.66, 15, 1.05],
        'symbol-sort-key': ['get', 'rank'],
      },
      paint: { 'icon-opacity': ['case', ['==', ['get', 'state'], 'offline'], 0.85, 1] },
    },
    {
      id: 'vehicle-numbers', type: 'symbol', source: SOURCE, minzoom: 13.5,
      layout: { 'text-field': ['get', 'number'], 'text-font': FONT, 'text-size': 12, 'text-anchor': 'top', 'text-offset': [0, 1.25], 'text-optional': true, 'symbol-sort-key': ['-', 0, ['get', 'rank']] },
      paint: { 'text-color': c.text, 'text-halo-color': c.halo, 'text-halo-width': 1.6 },
    },
  ];
}

export class VehicleLayer {
  private readonly places = new globalThis.Map<string, Place>();
  private features: Feature<Point>[] = [];
  private shown: Vehicle[] = [];
  private chosen: string | null = null;
  private startedAt = 0;
  private drawnAt = 0;
  private frame = 0;
  private slow = matchMedia('(prefers-reduced-motion: reduce)').matches;

  constructor(
    private readonly map: Map,
    /** Called with the vehicle that was clicked, null for the bare map. */
    onChoose: (id: string | null) => void,
  ) {
    map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
    for (const layer of layers(palette())) map.addLayer(layer);
    document.addEventListener('motorpool:theme', () => repaint(map, layers(palette())));
    map.on('click', (event) => {
      const near = 8;
      const { x, y } = event.point;
      const hits = map.queryRenderedFeatures([[x - near, y - near], [x + near, y + near]], { layers: ['vehicles', 'vehicle-dots'] });
      onChoose((hits[0]?.properties['id'] as string | undefined) ?? null);
    });
    for (const id of ['vehicles', 'vehicle-dots']) {
      map.on('mouseenter', id, () => { map.getCanvas().style.cursor = 'pointer'; });
      map.on('mouseleave', id, () => { map.getCanvas().style.cursor = ''; });
    }
  }

  /** Where a vehicle is drawn at this moment. */
  position(id: string): [number, number] | null {
    const place = this.places.get(id);
    return place ? between(place, this.progress()) : null;
  }

  count(): number {
    return this.features.length;
  }

  choose(id: string | null): void {
    this.chosen = id;
    this.draw(this.progress());
    this.map.setFilter('vehicle-halo', ['==', ['get', 'id'], id ?? '']);
  }

  show(vehicles: Vehicle[]): void {
    const progress = this.progress();
    const known = new Set<string>();
    let moved = false;
    this.shown = vehicles.filter((vehicle) => vehicle.latitude !== null && vehicle.longitude !== null);
    for (const vehicle of this.shown) {
      known.add(vehicle.vehicle_id);
      const to: [number, number] = [vehicle.longitude as number, vehicle.latitude as number];
      const before = this.places.get(vehicle.vehicle_id);
      const from = before ? between(before, progress) : to;
      const near = Math.abs(from[0] - to[0]) + Math.abs(from[1] - to[1]) < 0.05;
      moved ||= from[0] !== to[0] || from[1] !== to[1];
      this.places.set(vehicle.vehicle_id, { from: near ? from : to, to });
    }
    for (const id of this.places.keys()) if (!known.has(id)) this.places.delete(id);
    this.useDots(this.shown.length >= DOTS_FROM);
    const smooth = moved && !this.slow && !document.hidden && this.shown.length <= LARGEST_TWEENED_FLEET;
    this.startedAt = smooth ? performance.now() : 0;
    cancelAnimationFrame(this.frame);
    if (smooth) this.frame = requestAnimationFrame((now) => this.animate(now));
    else this.draw(1);
  }

  private progress(): number {
    return Math.min(1, (performance.now() - this.startedAt) / TWEEN_MS);
  }

  private animate(now: number): void {
    const progress = this.progress();
    if (now - this.drawnAt >= FRAME_MS || progress === 1) {
      this.drawnAt = now;
      this.draw(progress);
      const before = performance.now();
      this.map.once('render', () => { this.slow ||= performance.now() - before > SLOW_FRAME_MS; });
    }
    if (progress < 1 && !this.slow) this.frame = requestAnimationFrame((next) => this.animate(next));
    else if (progress < 1) this.draw(1);
  }

  private draw(progress: number): void {
    this.features = this.shown.map((vehicle) => {
      const place = this.places.get(vehicle.vehicle_id) as Place;
      const { vehicle_id: id, state, number, heading } = vehicle;
      return {
        type: 'Feature',
        properties: { id, state, number, rotation: state === 'moving' ? (heading ?? 0) : 0, rank: id === this.chosen ? STATES.length : RANK[state] },
        geometry: { type: 'Point', coordinates: between(place, progress) },
      };
    });
    const data: FeatureCollection = { type: 'FeatureCollection', features: this.features };
    void (this.map.getSource(SOURCE) as GeoJSONSource).setData(data);
  }

  private useDots(dots: boolean): void {
    this.map.setLayerZoomRange('vehicle-dots', 0, dots ? DOTS_BELOW_ZOOM : 0.1);
    this.map.setLayerZoomRange('vehicles', dots ? DOTS_BELOW_ZOOM : 0, 24);
  }
}

function between({ from, to }: Place, progress: number): [number, number] {
  const eased = progress * (2 - progress);
  return [from[0] + (to[0] - from[0]) * eased, from[1] + (to[1] - from[1]) * eased];
}
