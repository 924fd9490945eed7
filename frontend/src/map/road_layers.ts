// Road data on the map: cameras, weather stations, charging stations, toll plazas.
import { ago, distanceText, imperial, KM_PER_MILE, moment, speedText } from '../format';
import type { MapLayer, Properties, ViewBox } from './layers';

const text = (value: unknown): string | null => (value == null || value === '' ? null : String(value));
const numbered = (value: unknown): number | null => (value == null || value === '' ? null : Number(value));

function inBox(collection: string): (box: ViewBox) => string {
  return (box) => `/api/v1/${collection}/in-box?box=${box.join(',')}`;
}

function titled(properties: Properties): string {
  return text(properties['name']) ?? 'Without a name';
}

function since(value: unknown): string | null {
  if (!value) return null;
  const at = new Date(String(value));
  const seconds = (Date.now() - at.getTime()) / 1000;
  return seconds < 86_400 ? ago(seconds) : moment(at, 'date');
}

function degrees(fahrenheit: unknown): string | null {
  const value = numbered(fahrenheit);
  if (value === null) return null;
  return imperial ? `${Math.round(value)} °F` : `${Math.round(((value - 32) * 5) / 9)} °C`;
}

function mph(value: unknown): string | null {
  const number = numbered(value);
  return number === null ? null : speedText(number * KM_PER_MILE);
}

function miles(value: unknown): string | null {
  const number = numbered(value);
  return number === null ? null : distanceText(number * KM_PER_MILE);
}

export const ROAD_LAYERS: MapLayer[] = [
  {
    id: 'traffic_cameras', label: 'Traffic cameras', icon: 'camera', colour: '#5b4bb5',
    source: inBox('traffic-cameras'), minzoom: 6,
    popup: (p) => ({
      title: titled(p), href: `/traffic-cameras/${text(p['id'])}`,
      facts: [['Road', text(p['road'])], ['Looks to', text(p['direction'])], ['State', text(p['status'])], ['Updated', since(p['last_updated'])]],
      links: p['feed_url'] ? [['See the picture', String(p['feed_url'])]] : [],
    }),
  },
  {
    id: 'weather_stations', label: 'Weather', icon: 'cloud-rain', colour: '#20669b',
    source: inBox('weather-stations'),
    text: imperial
      ? ['case', ['==', ['typeof', ['get', 'temperature_f']], 'number'], ['concat', ['to-string', ['round', ['get', 'temperature_f']]], '°'], '']
      : ['case', ['==', ['typeof', ['get', 'temperature_f']], 'number'],
        ['concat', ['to-string', ['round', ['/', ['*', ['-', ['get', 'temperature_f'], 32], 5], 9]]], '°'], ''],
    popup: (p) => ({
      title: titled(p), href: `/weather-stations/${text(p['id'])}`,
      facts: [
        ['Temperature', degrees(p['temperature_f'])], ['Sky', text(p['conditions'])], ['Wind', mph(p['wind_speed_mph'])],
        ['Sight', miles(p['visibility_miles'])], ['Road', text(p['road_conditions'])], ['Observed', since(p['last_updated'])],
      ],
    }),
  },
  {
    id: 'ev_charging_stations', label: 'Charging stations', icon: 'charging-pile', colour: '#12754a',
    source: inBox('ev-charging-stations'), minzoom: 5,
    text: ['case', ['==', ['typeof', ['get', 'max_power_kw']], 'number'], ['concat', ['to-string', ['get', 'max_power_kw']], ' kW'],
      ['coalesce', ['get', 'level'], '']],
    popup: (p) => ({
      title: titled(p), href: `/ev-charging-stations/${text(p['id'])}`,
      facts: [
        ['Address', text(p['address'])], ['Network', text(p['network'])], ['Level', text(p['level'])],
        ['Power', p['max_power_kw'] == null ? null : `${p['max_power_kw']} kW`], ['Ports', text(p['num_ports'])],
        ['Price', text(p['pricing'])], ['Access', text(p['access_type'])], ['Open', p['available_24x7'] === true ? 'Day and night' : null],
      ],
    }),
  },
  {
    id: 'toll_plazas', label: 'Tolls', icon: 'coin', colour: '#9a5b00',
    source: inBox('toll-plazas'), minzoom: 5,
    text: ['coalesce', ['get', 'from_rate'], ''],
    popup: (p) => ({
      title: titled(p), href: `/toll-plazas/${text(p['id'])}`,
      facts: [
        ['Road', text(p['road'])], ['Tolled to', text(p['direction'])], ['Operator', text(p['operator'])],
        ['Car, transponder', text(p['from_rate'])],
      ],
    }),
  },
];
