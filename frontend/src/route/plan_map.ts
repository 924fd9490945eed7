// The map of the planner: lines in the vehicles' colours, numbered stops that can be dragged, and the depots.
import type { Feature, FeatureCollection, Point } from 'geojson';
import type { GeoJSONSource, LayerSpecification, Map, MapMouseEvent, MapTouchEvent } from 'maplibre-gl';
import { FONT, repaint } from '../map/base_layers';
import { allOf } from '../map/bounds';
import { palette, type Palette } from '../map/palette';
import { colourOf, type Board } from './model';
import { decode } from './polyline';

export const NOBODY = '#4a5463';

export interface Wishes {
  add(lat: number, lng: number): void;
  moved(key: number, lat: number, lng: number): void;
  chosen(key: number): void;
}

function layers(colours: Palette): LayerSpecification[] {
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
  return [
    { id: 'plan-casing', type: 'line', source: 'plan-lines', layout: round, paint: { 'line-color': colours.halo, 'line-width': 7 } },
    { id: 'plan-line', type: 'line', source: 'plan-lines', layout: round, paint: { 'line-color': ['get', 'colour'], 'line-width': 4 } },
    {
      id: 'plan-depots', type: 'circle', source: 'plan-depots',
      paint: { 'circle-radius': 7, 'circle-color': colours.halo, 'circle-stroke-color': NOBODY, 'circle-stroke-width': 4 },
    },
    {
      id: 'plan-stops', type: 'circle', source: 'plan-stops',
      paint: { 'circle-radius': 13, 'circle-color': ['get', 'colour'], 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 2 },
    },
    {
      id: 'plan-numbers', type: 'symbol', source: 'plan-stops',
      layout: { 'text-field': ['get', 'text'], 'text-font': FONT, 'text-size': 12, 'text-allow-overlap': true, 'text-ignore-placement': true },
      paint: { 'text-color': '#ffffff' },
    },
  ];
}

export class PlanMap {
  constructor(private readonly map: Map, private readonly board: Board, private readonly wishes: Wishes, private readonly adding: () => boolean) {
    for (const name of ['plan-lines', 'plan-depots', 'plan-stops']) map.addSource(name, { type: 'geojson', data: none() });
    for (const layer of layers(palette())) map.addLayer(layer);
    document.addEventListener('motorpool:theme', () => repaint(map, layers(palette())));
    map.on('click', (event) => this.clicked(event));
    map.on('mousedown', 'plan-stops', (event) => this.drag(event, 'mousemove', 'mouseup'));
    map.on('touchstart', 'plan-stops', (event) => {
      if (event.points.length === 1) this.drag(event, 'touchmove', 'touchend');
    });
    map.on('mouseenter', 'plan-stops', () => { map.getCanvas().style.cursor = 'grab'; });
    map.on('mouseleave', 'plan-stops', () => { map.getCanvas().style.cursor = ''; });
  }

  draw(): void {
    const { board } = this;
    const stops: Feature<Point>[] = [];
    for (let van = -1; van < board.orders.length; van += 1) {
      board.list(van).forEach((key, index) => {
        const stop = board.stops.get(key);
        if (!stop) return;
        stops.push(point([stop.lng, stop.lat], { key, text: van < 0 ? '' : String(index + 1), colour: van < 0 ? NOBODY : colourOf(van) }));
      });
    }
    this.set('plan-stops', { type: 'FeatureCollection', features: stops });
    this.set('plan-depots', {
      type: 'FeatureCollection',
      features: board.vans.flatMap((van) => {
        const base = board.baseOf(van);
        return base ? [point([base.lng, base.lat], {})] : [];
      }),
    });
    this.set('plan-lines', {
      type: 'FeatureCollection',
      features: (board.plan?.routes ?? []).map((route) => ({
        type: 'Feature', geometry: { type: 'LineString', coordinates: decode(route.polyline) }, properties: { colour: colourOf(route.vehicle) },
      })),
    });
  }

  fit(): void {
    const points = [...this.board.stops.values()].map((stop): [number, number] => [stop.lng, stop.lat]);
    for (const van of this.board.vans) {
      const base = this.board.baseOf(van);
      if (base) points.push([base.lng, base.lat]);
    }
    const box = allOf(points);
    if (box) this.map.fitBounds(box, { padding: 56, maxZoom: 14.5, animate: !matchMedia('(prefers-reduced-motion: reduce)').matches, duration: 500 });
  }

  private clicked(event: MapMouseEvent): void {
    const [hit] = this.map.queryRenderedFeatures(event.point, { layers: ['plan-stops'] });
    if (hit) this.wishes.chosen(Number(hit.properties['key']));
    else if (this.adding()) this.wishes.add(event.lngLat.lat, event.lngLat.lng);
  }

  private drag(event: (MapMouseEvent | MapTouchEvent) & { features?: { properties: Record<string, unknown> }[] }, moves: 'mousemove' | 'touchmove', ends: 'mouseup' | 'touchend'): void {
    const key = Number(event.features?.[0]?.properties['key']);
    const stop = this.board.stops.get(key);
    if (!stop) return;
    event.preventDefault();
    let went = false;
    const move = (at: MapMouseEvent | MapTouchEvent): void => {
      went = true;
      stop.lat = at.lngLat.lat;
      stop.lng = at.lngLat.lng;
      this.draw();
    };
    this.map.on(moves as 'mousemove', move);
    this.map.once(ends as 'mouseup', () => {
      this.map.off(moves as 'mousemove', move);
      if (went) this.wishes.moved(key, stop.lat, stop.lng);
    });
  }

  private set(name: string, data: FeatureCollection): void {
    this.map.getSource<GeoJSONSource>(name)?.setData(data);
  }
}

function point(at: [number, number], properties: Record<string, unknown>): Feature<Point> {
  return { type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties };
}

function none(): FeatureCollection {
  return { type: 'FeatureCollection', features: [] };
}
