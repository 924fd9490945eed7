// The latest state of every vehicle in this browser: applies the stream, ages vehicles to offline, filters and sorts.
import { STATES, type State } from './symbols';

/** A vehicle as the stream sends it. */
export interface VehicleState {
  vehicle_id: string;
  number: string;
  name: string | null;
  kind: string | null;
  state: State;
  latitude: number | null;
  longitude: number | null;
  heading: number | null;
  speed_kph: number | null;
  recorded_at: string | null;
  since: string | null;
  driver_id: string | null;
  driver_name: string | null;
  trip_id: string | null;
  odometer_km: number | null;
  group_ids: string[];
}

export interface Vehicle extends VehicleState {
  /** Epoch milliseconds of the last report; 0: never. */
  reportedAt: number;
  /** What is searched, in lower case. */
  words: string;
}

export interface Filter {
  states: Set<State>;
  words: string;
  group: string;
}

const byNumber = new Intl.Collator(undefined, { numeric: true }).compare;

export class Fleet {
  readonly vehicles = new Map<string, Vehicle>();
  readonly filter: Filter = { states: new Set(), words: '', group: '' };
  private offlineAfterMs = 600_000;

  /** `skewMs`: how much this browser's clock is ahead of the server's. */
  constructor(private readonly skewMs: number) {}

  /** The server's time, in epoch milliseconds. */
  now(): number {
    return Date.now() - this.skewMs;
  }

  replaceAll(states: VehicleState[], offlineAfterSeconds: number): void {
    this.offlineAfterMs = offlineAfterSeconds * 1000;
    this.vehicles.clear();
    this.merge(states);
  }

  merge(states: VehicleState[]): void {
    for (const state of states) {
      const reportedAt = state.recorded_at ? Date.parse(state.recorded_at) : 0;
      const words = [state.number, state.name, state.driver_name].filter(Boolean).join(' ').toLowerCase();
      const group_ids = state.group_ids ?? [];
      this.vehicles.set(state.vehicle_id, { ...state, group_ids, reportedAt, words });
    }
    this.age();
  }

  /** Those that fell silent become offline without the server saying so. True when one did. */
  age(): boolean {
    const limit = this.now() - this.offlineAfterMs;
    let changed = false;
    for (const vehicle of this.vehicles.values()) {
      if (vehicle.state !== 'offline' && vehicle.reportedAt < limit) {
        vehicle.state = 'offline';
        changed = true;
      }
    }
    return changed;
  }

  /** Counts by state of those that pass the search and the group, whatever states are chosen. */
  counts(): Record<State, number> {
    const counts: Record<State, number> = { moving: 0, idling: 0, stopped: 0, offline: 0 };
    for (const vehicle of this.vehicles.values()) if (this.matchesText(vehicle)) counts[vehicle.state] += 1;
    return counts;
  }

  matches(vehicle: Vehicle): boolean {
    const { states } = this.filter;
    return (states.size === 0 || states.has(vehicle.state)) && this.matchesText(vehicle);
  }

  isFiltered(): boolean {
    return this.filter.states.size > 0 || this.filter.words !== '' || this.filter.group !== '';
  }

  shown(): Vehicle[] {
    return [...this.vehicles.values()].filter((vehicle) => this.matches(vehicle));
  }

  /** By state, the busiest first, then by number. */
  sorted(): Vehicle[] {
    return this.shown().sort(
      (a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state) || byNumber(a.number, b.number),
    );
  }

  private matchesText(vehicle: Vehicle): boolean {
    const { words, group } = this.filter;
    if (group && !vehicle.group_ids.includes(group)) return false;
    return words === '' || words.split(/\s+/).every((word) => vehicle.words.includes(word));
  }
}
