// An operator's own base map: a raster tile server, or a PMTiles file with raster or vector tiles.
import * as maplibregl from 'maplibre-gl';
import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl';
import { PMTiles, Protocol, TileType } from 'pmtiles';
import { background, FONT } from './base_layers';
import type { Palette } from './palette';

export interface OwnTiles {
  source: SourceSpecification;
  layers: (colours: Palette) => LayerSpecification[];
}

export function rasterTiles(address: string, attribution: string): OwnTiles {
  const tiles = address.includes('{s}') ? ['a', 'b', 'c'].map((host) => address.replace('{s}', host)) : [address];
  return { source: { type: 'raster', tiles, tileSize: 256, maxzoom: 19, attribution }, layers: rasterLayers };
}

function rasterLayers(colours: Palette): LayerSpecification[] {
  return [background(colours, true), { id: 'own-raster', type: 'raster', source: 'own' }];
}

/** Opens the file, to see what it holds. Throws when it is not a PMTiles file. */
export async function pmtiles(address: string, attribution: string): Promise<OwnTiles> {
  const url = new URL(address, window.location.href).href;
  const archive = new PMTiles(url);
  const header = await archive.getHeader();
  const protocol = new Protocol();
  protocol.add(archive);
  maplibregl.addProtocol('pmtiles', protocol.tile);
  const facts = (await archive.getMetadata()) as { vector_layers?: { id: string }[]; attribution?: string };
  const source = { url: `pmtiles://${url}`, attribution: attribution || facts.attribution || '' };
  if (header.tileType !== TileType.Mvt) return { source: { type: 'raster', tileSize: 256, ...source }, layers: rasterLayers };
  const names = (facts.vector_layers ?? []).map((layer) => layer.id);
  return { source: { type: 'vector', ...source }, layers: (colours) => vectorLayers(names, colours) };
}

// What a road, a border and a name is called in the two common schemes (Protomaps, OpenMapTiles).
const CLASS: ExpressionSpecification = ['coalesce', ['get', 'class'], ['get', 'kind'], ['get', 'highway'], ''];
const NAME: ExpressionSpecification = ['coalesce', ['get', 'name:en'], ['get', 'name'], ''];
const MOTORWAY: ExpressionSpecification = ['in', CLASS, ['literal', ['motorway', 'highway', 'trunk']]];
const FILLS: [RegExp, keyof Palette][] = [
  [/^(earth|land)$/, 'land'],
  [/^(landuse|landcover|park|natural)$/, 'park'],
  [/^(water|ocean)$/, 'water'],
];

/** A plain street map for whatever layers the file has; a layer of an unknown name is drawn as lines. */
function vectorLayers(names: string[], c: Palette): LayerSpecification[] {
  const fills: LayerSpecification[] = [];
  const lines: LayerSpecification[] = [];
  const labels: LayerSpecification[] = [];
  for (const [pattern, colour] of FILLS) {
    for (const name of names.filter((one) => pattern.test(one))) {
      fills.push({
        id: `own-${name}`, type: 'fill', source: 'own', 'source-layer': name, filter: ['==', ['geometry-type'], 'Polygon'],
        paint: { 'fill-color': c[colour], 'fill-opacity': colour === 'park' ? 0.5 : 1 },
      });
    }
  }
  for (const name of names) {
    if (FILLS.some(([pattern]) => pattern.test(name)) || /^(buildings?|pois?|housenumber|aerodrome_label|mountain_peak)$/.test(name)) continue;
    if (/^(places?|water_name)$/.test(name)) {
      labels.push({
        id: `own-${name}`, type: 'symbol', source: 'own', 'source-layer': name,
        layout: { 'text-field': NAME, 'text-font': FONT, 'text-size': 12.5, 'text-max-width': 8 },
        paint: { 'text-color': c.text, 'text-halo-color': c.halo, 'text-halo-width': 1.3 },
      });
    } else if (/^(boundar(y|ies))$/.test(name)) {
      lines.push({ id: `own-${name}`, type: 'line', source: 'own', 'source-layer': name, paint: { 'line-color': c.border, 'line-dasharray': [3, 2] } });
    } else if (/_name$/.test(name)) {
      labels.push(streetNames(`own-${name}`, name, c));
    } else {
      const width: ExpressionSpecification = ['interpolate', ['exponential', 1.6], ['zoom'], 8, ['case', MOTORWAY, 1.2, 0.3], 13, ['case', MOTORWAY, 4.5, 1.8], 18, ['case', MOTORWAY, 34, 18]];
      lines.push({
        id: `own-${name}`, type: 'line', source: 'own', 'source-layer': name, filter: ['==', ['geometry-type'], 'LineString'],
        layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: { 'line-color': ['case', MOTORWAY, c.motorway, c.road], 'line-width': width },
      });
      if (!names.some((one) => /_name$/.test(one))) labels.push(streetNames(`own-${name}-names`, name, c));
    }
  }
  return [background(c, true), ...fills, ...lines, ...labels];
}

function streetNames(id: string, layer: string, c: Palette): LayerSpecification {
  return {
    id, type: 'symbol', source: 'own', 'source-layer': layer, minzoom: 13,
    layout: { 'symbol-placement': 'line', 'text-field': NAME, 'text-font': FONT, 'text-size': 12, 'symbol-spacing': 350 },
    paint: { 'text-color': c.text, 'text-halo-color': c.halo, 'text-halo-width': 1.4 },
  };
}
