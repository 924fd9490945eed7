// The track on the map: a line coloured by speed, stops as marks, and the vehicle where the replay is.
import type { Feature, FeatureCollection, LineString, Point } from 'geojson';
import type { GeoJSONSource, LayerSpecification, Map } from 'maplibre-gl';
import { allOf, type Box } from '../map/bounds';
import { repaint } from '../map/base_layers';
import { palette, type Palette } from '../map/palette';
import { GAP_S, type Position, type Track } from './track';

/** km/h and colour; the legend in the styles shows the same. */
const SCALE: [number, string][] = [[0, '#e03131'], [20, '#f08c00'], [40, '#2f9e44'], [80, '#1c7ed6']];
const WITHOUT_SPEED = '#79828f';

export interface StopMark {
  id: string;
  at: [number, number];
}

function layers(colours: Palette): LayerSpecification[] {
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
  const width = (extra: number): never => ['interpolate', ['linear'], ['zoom'], 9, 2.5 + extra, 14, 4.5 + extra, 18, 8 + extra] as never;
  return [
    { id: 'track-casing', type: 'line', source: 'track', layout: round, paint: { 'line-color': colours.halo, 'line-width': width(2.5) } },
    {
      id: 'track-line', type: 'line', source: 'track', layout: round,
      paint: {
        'line-color': ['case', ['<', ['get', 'speed'], 0], WITHOUT_SPEED, ['interpolate', ['linear'], ['get', 'speed'], ...SCALE.flat()]] as never,
        'line-width': width(0),
      },
    },
    {
      id: 'track-chosen', type: 'line', source: 'chosen', layout: round,
      paint: { 'line-color': '#7048e8', 'line-width': width(7), 'line-opacity': 0.35 },
    },
    {
      id: 'track-ends', type: 'circle', source: 'ends',
      paint: { 'circle-radius': 5, 'circle-color': ['match', ['get', 'kind'], 'start', '#2f9e44', '#2b3648'], 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 2 },
    },
    {
      id: 'track-stops', type: 'symbol', source: 'stops',
      layout: { 'icon-image': 'stopped', 'icon-size': 0.62, 'icon-allow-overlap': true, 'icon-ignore-placement': true },
    },
    {
      id: 'track-vehicle', type: 'symbol', source: 'vehicle',
      layout: {
        'icon-image': ['get', 'image'], 'icon-rotate': ['get', 'heading'], 'icon-rotation-alignment': 'map',
        'icon-size': 1.1, 'icon-allow-overlap': true, 'icon-ignore-placement': true,
      },
    },
  ];
}

function collection<G extends LineString | Point>(features: Feature<G>[]): FeatureCollection<G> {
  return { type: 'FeatureCollection', features };
}

function point(at: [number, number], properties: Record<string, unknown>): Feature<Point> {
  return { type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties };
}

export class TrackLine {
  constructor(
    private readonly map: Map,
    private readonly namesLayer: string | undefined,
    private readonly track: Track,
  ) {
    for (const name of ['track', 'chosen', 'ends', 'stops', 'vehicle']) {
      map.addSource(name, { type: 'geojson', data: collection([]) });
    }
    for (const layer of layers(palette())) {
      map.addLayer(layer, layer.id === 'track-casing' || layer.id === 'track-line' ? this.namesLayer : undefined);
    }
    document.addEventListener('motorpool:theme', () => repaint(map, layers(palette())));
    this.draw();
  }

  /** One short line for each leg, so that each has its own colour; a silence leaves a gap. */
  draw(): void {
    const { track } = this;
    const legs: Feature<LineString>[] = [];
    for (let i = 1; i < track.length; i += 1) {
      if ((track.columns.t[i] as number) - (track.columns.t[i - 1] as number) > GAP_S) continue;
      legs.push({
        type: 'Feature',
        geometry: { type: 'LineString', coordinates: [track.point(i - 1), track.point(i)] },
        properties: { speed: track.speedOfLeg(i - 1, i) ?? -1 },
      });
    }
    this.set('track', collection(legs));
    if (track.length) {
      this.set('ends', collection([point(track.point(0), { kind: 'start' }), point(track.point(track.length - 1), { kind: 'end' })]));
    }
  }

  showStops(stops: StopMark[]): void {
    this.set('stops', collection(stops.map((stop) => point(stop.at, { id: stop.id }))));
  }

  showVehicle(position: Position | null): void {
    if (!position) return;
    const moving = !position.silent && (position.speedKph ?? 0) >= 3;
    const image = position.silent ? 'offline' : moving ? 'moving' : 'stopped';
    this.set('vehicle', collection([point([position.longitude, position.latitude], { heading: moving ? position.heading : 0, image })]));
  }

  /** Marks a part of the track and shows it whole; null: no part. */
  choose(span: [number, number] | null): void {
    const points = span ? this.pointsOf(span) : [];
    this.set('chosen', collection(points.length > 1 ? [{ type: 'Feature', geometry: { type: 'LineString', coordinates: points }, properties: {} }] : []));
    const box = allOf(points);
    if (box) this.fit(box);
  }

  fitAll(): void {
    const box = allOf(this.track.columns.t.map((_, index) => this.track.point(index)));
    if (box) this.fit(box, false);
  }

  private pointsOf([from, to]: [number, number]): [number, number][] {
    const found: [number, number][] = [];
    for (let i = this.track.indexAt(from); i < this.track.length && (this.track.columns.t[i] as number) <= to; i += 1) {
      if ((this.track.columns.t[i] as number) >= from) found.push(this.track.point(i));
    }
    return found;
  }

  private fit(box: Box, animate = !matchMedia('(prefers-reduced-motion: reduce)').matches): void {
    this.map.fitBounds(box, { padding: 48, maxZoom: 15.5, animate, duration: 500 });
  }

  private set(name: string, data: FeatureCollection): void {
    this.map.getSource<GeoJSONSource>(name)?.setData(data);
  }
}
