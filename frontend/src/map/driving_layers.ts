// Driver behaviour on the map: what was noticed in the last two weeks.
import { duration, moment, speedText } from '../format';
import type { MapLayer, Properties } from './layers';

const NAMES: Record<string, string> = {
  harsh_braking: 'Harsh braking', harsh_acceleration: 'Harsh acceleration', harsh_cornering: 'Harsh cornering',
  speeding: 'Speeding', idle_excess: 'Excessive idling', distracted_driving: 'Distracted driving', no_seatbelt: 'No seat belt',
};

const text = (value: unknown): string | null => (value == null || value === '' ? null : String(value));
const numbered = (value: unknown): number | null => (value == null ? null : Number(value));

function force(properties: Properties): string | null {
  const g = numbered(properties['g_force']);
  return g === null ? null : `${Math.abs(g).toFixed(2)} g`;
}

function kph(value: unknown): string | null {
  const number = numbered(value);
  return number === null ? null : speedText(number);
}

export const DRIVING_LAYERS: MapLayer[] = [
  {
    id: 'driver_behavior_events', label: 'Driver behaviour', icon: 'alert-triangle', colour: '#b3401a',
    source: (box) => `/api/v1/driver-behavior-events/in-box?box=${box.join(',')}`, minzoom: 5,
    popup: (p) => ({
      title: NAMES[String(p['event_type'])] ?? 'Event', href: `/driver-behavior-events/${text(p['id'])}`,
      facts: [
        ['Severity', text(p['severity'])], ['Vehicle', text(p['vehicle'])], ['Driver', text(p['driver'])],
        ['When', p['recorded_at'] ? moment(new Date(String(p['recorded_at'])), 'datetime') : null],
        ['Force', force(p)], ['Speed', kph(p['speed_kph'])], ['Limit', kph(p['limit_kph'])],
        ['Lasted', numbered(p['seconds']) ? duration(numbered(p['seconds']) ?? 0) : null],
      ],
    }),
  },
];
