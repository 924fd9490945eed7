// The built-in base map: outlines of the world, states and counties, and the streets that ship with Motorpool.
import type { ExpressionSpecification, GeoJSONSource, GeoJSONSourceSpecification, LayerSpecification, Map } from 'maplibre-gl';
import type { Palette } from './palette';

export const FONT = ['Inter Variable'];
/** From here on the outlines are too coarse to be true: they fade and the streets take over. */
const OUTLINES_FADE: [number, number] = [9.5, 11];
const MOTORWAY: ExpressionSpecification = ['in', ['get', 'class'], ['literal', ['motorway', 'motorway_link', 'trunk', 'trunk_link']]];
const STREETS_CREDIT = '© <a href="https://www.openstreetmap.org/copyright">OpenStreetMap contributors</a>';

interface Part {
  data: string;
  attribution?: string;
  /** Whether it can be seen; only then it is fetched. */
  isNear(map: Map): boolean;
}

const STREETS_BOX = { west: -122.47, south: 37.72, east: -122.31, north: 37.82 };
const PARTS: Record<string, Part> = {
  land: { data: 'land.geojson', isNear: (map) => map.getZoom() < OUTLINES_FADE[1] },
  counties: { data: 'counties.geojson', isNear: (map) => map.getZoom() > 5.5 && map.getZoom() < OUTLINES_FADE[1] },
  streets: { data: 'sf_streets.geojson', attribution: STREETS_CREDIT, isNear: (map) => map.getZoom() > 8 && showsStreets(map) },
};

function showsStreets(map: Map): boolean {
  const view = map.getBounds();
  const { west, south, east, north } = STREETS_BOX;
  return view.getWest() < east && view.getEast() > west && view.getSouth() < north && view.getNorth() > south;
}

/** The sources of the built-in map, still without their data. */
export function baseSources(): Record<string, GeoJSONSourceSpecification> {
  const source = ({ attribution }: Part): GeoJSONSourceSpecification => ({
    type: 'geojson', data: { type: 'FeatureCollection', features: [] }, tolerance: 0.3, ...(attribution && { attribution }),
  });
  return Object.fromEntries(Object.entries(PARTS).map(([id, part]) => [id, source(part)]));
}

/** Fetches what the view has come near to, now and whenever it moves. */
export function fetchWhatIsNear(map: Map): void {
  const waiting = new globalThis.Map(Object.entries(PARTS));
  const look = (): void => {
    for (const [id, part] of waiting) {
      if (!part.isNear(map)) continue;
      waiting.delete(id);
      void (map.getSource(id) as GeoJSONSource).setData(file(part.data));
    }
  };
  look();
  map.on('moveend', look);
}

export function file(name: string): string {
  return new URL(FILES[name] ?? name, import.meta.url).href;
}

function fade(from: number): ExpressionSpecification {
  return ['interpolate', ['linear'], ['zoom'], OUTLINES_FADE[0], from, OUTLINES_FADE[1], 0];
}

function kind(name: string): ExpressionSpecification {
  return ['==', ['get', 'kind'], name];
}

/** Width in pixels that doubles with each zoom level, by class of road. */
function roadWidth(extra: number): ExpressionSpecification {
  const at = (motorway: number, primary: number, secondary: number, rest: number): ExpressionSpecification => [
    '+',
    extra,
    ['match', ['get', 'class'], ['motorway', 'trunk'], motorway, ['motorway_link', 'trunk_link', 'primary'], primary,
      ['secondary', 'primary_link'], secondary, rest],
  ];
  return ['interpolate', ['exponential', 1.6], ['zoom'], 10, at(2, 1, 0.6, 0.35), 13, at(5, 3.2, 2.4, 1.6), 16, at(18, 13, 11, 9), 19, at(60, 44, 38, 32)];
}

export function background(colours: Palette, detailed: boolean): LayerSpecification {
  const paint: ExpressionSpecification | string = detailed
    ? colours.land
    : ['interpolate', ['linear'], ['zoom'], OUTLINES_FADE[0], colours.water, OUTLINES_FADE[1], colours.land];
  return { id: 'background', type: 'background', paint: { 'background-color': paint } };
}

/** Layers from bottom to top. Painted anew when the theme changes; see `repaint`. */
export function baseLayers(c: Palette): LayerSpecification[] {
  const line = (id: string, source: string, filter: string, width: number, minzoom: number, dashed = false): LayerSpecification => ({
    id, source, type: 'line', minzoom, maxzoom: OUTLINES_FADE[1], filter: kind(filter),
    paint: { 'line-color': c.border, 'line-width': width, 'line-opacity': fade(1), ...(dashed && { 'line-dasharray': [3, 2] }) },
  });
  const name = (id: string, source: string, filter: string, size: number, zooms: [number, number]): LayerSpecification => ({
    id, source, type: 'symbol', minzoom: zooms[0], maxzoom: zooms[1], filter: kind(filter),
    layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': size, 'text-max-width': 8 },
    paint: { 'text-color': c.quietText, 'text-halo-color': c.halo, 'text-halo-width': 1.2 },
  });
  return [
    background(c, false),
    { id: 'land', source: 'land', type: 'fill', maxzoom: OUTLINES_FADE[1], filter: kind('land'), paint: { 'fill-color': c.land } },
    line('county-lines', 'counties', 'county', 0.6, 6, true),
    line('state-lines', 'land', 'state', 1, 3),
    line('country-lines', 'land', 'country', 1.2, 1),
    {
      id: 'service-streets', source: 'streets', type: 'line', minzoom: 13.5, filter: ['==', ['get', 'class'], 'service'],
      layout: { 'line-cap': 'round' },
      paint: { 'line-color': c.service, 'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 13.5, 0.8, 16, 4, 19, 14] },
    },
    {
      id: 'street-casing', source: 'streets', type: 'line', minzoom: 11.5, filter: ['!=', ['get', 'class'], 'service'],
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': ['case', MOTORWAY, c.motorwayCasing, c.casing], 'line-width': roadWidth(1.6) },
    },
    {
      id: 'streets', source: 'streets', type: 'line', filter: ['!=', ['get', 'class'], 'service'],
      layout: { 'line-cap': 'round', 'line-join': 'round', 'line-sort-key': ['case', MOTORWAY, 1, 0] },
      paint: { 'line-color': ['case', MOTORWAY, c.motorway, c.road], 'line-width': roadWidth(0) },
    },
    {
      id: 'street-names', source: 'streets', type: 'symbol', minzoom: 13.5, filter: ['all', ['has', 'name'], ['!=', ['get', 'class'], 'service']],
      layout: {
        'symbol-placement': 'line', 'symbol-spacing': 350, 'text-field': ['get', 'name'], 'text-font': FONT,
        'text-size': ['interpolate', ['linear'], ['zoom'], 13.5, 10.5, 17, 14], 'text-padding': 8,
      },
      paint: { 'text-color': c.text, 'text-halo-color': c.halo, 'text-halo-width': 1.4 },
    },
    name('county-names', 'counties', 'county-name', 11, [7.5, 10.5]),
    name('state-names', 'land', 'state-name', 13, [4, 8]),
    name('country-names', 'land', 'country-name', 13, [2, 7]),
  ];
}

/** Give the living layers the colours of another theme; sources, images and data stay. */
export function repaint(map: Map, layers: LayerSpecification[]): void {
  for (const layer of layers) {
    if (!map.getLayer(layer.id)) continue;
    for (const [property, value] of Object.entries(layer.paint ?? {})) {
      if (property.endsWith('-color')) map.setPaintProperty(layer.id, property as never, value as never);
    }
  }
}
