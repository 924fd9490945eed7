// Geofences on the map: a layer of the live map, and the same looks for the editor and a fence's page.
import type { LayerSpecification } from 'maplibre-gl';
import { distanceText, imperial, speedText } from '../format';
import { FONT } from './base_layers';
import type { MapLayer, Properties } from './layers';
import type { Palette } from './palette';

export const FENCE_COLOUR = '#1f6feb';
const COLOUR = ['coalesce', ['get', 'color'], FENCE_COLOUR] as never;
const FADED = ['case', ['==', ['get', 'is_active'], false], 0.35, 1] as never;

/** Area, outline and name of each fence of a source. */
export function fenceLayers(source: string, colours: Palette): LayerSpecification[] {
  return [
    { id: `${source}-area`, type: 'fill', source, paint: { 'fill-color': COLOUR, 'fill-opacity': ['case', ['==', ['get', 'is_active'], false], 0.06, 0.16] } },
    { id: `${source}-edge`, type: 'line', source, layout: { 'line-join': 'round' }, paint: { 'line-color': COLOUR, 'line-width': 2, 'line-opacity': FADED } },
    {
      id: `${source}-name`, type: 'symbol', source, minzoom: 11,
      layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 12, 'text-max-width': 8 },
      paint: { 'text-color': colours.text, 'text-halo-color': colours.halo, 'text-halo-width': 1.5, 'text-opacity': FADED },
    },
  ];
}

/** A radius in the person's unit; small ones in feet or metres. */
export function radiusText(metres: number): string {
  if (metres >= 2000) return distanceText(metres / 1000);
  return imperial ? `${Math.round(metres / 0.3048)} ft` : `${metres} m`;
}

export function alertsInWords(p: Properties): string | null {
  const told = [p['alert_on_entry'] === true && 'entry', p['alert_on_exit'] === true && 'exit', p['alert_on_dwell'] === true && 'dwell'];
  return told.filter(Boolean).join(', ') || null;
}

export const FENCE_LAYERS: MapLayer[] = [
  {
    id: 'geofences', label: 'Geofences', icon: 'polygon', colour: FENCE_COLOUR,
    source: (box) => `/api/v1/geofences/in-box?box=${box.join(',')}`,
    style: fenceLayers,
    popup: (p) => ({
      title: String(p['name'] ?? ''), href: `/geofences/${String(p['id'])}`,
      facts: [
        ['Radius', p['type'] === 'circle' ? radiusText(Number(p['radius_meters'])) : null],
        ['Dwell', p['dwell_minutes'] == null ? null : `${String(p['dwell_minutes'])} min`],
        ['Speed limit', p['speed_limit_kph'] == null ? null : speedText(Number(p['speed_limit_kph']))],
        ['Alerts', alertsInWords(p)],
      ],
    }),
  },
];
