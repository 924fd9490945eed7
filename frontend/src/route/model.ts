// What is being planned: stops, vehicles, and which vehicle goes where in which order.
export interface Stop {
  key: number;
  lat: number;
  lng: number;
  name: string;
  address: string | null;
  duration: number;
  /** Time of day, `HH:MM`, or empty. */
  from: string;
  to: string;
  weight: number;
  priority: number;
  radius: number | null;
}

export interface Depot {
  name: string;
  lat: number;
  lng: number;
}

export interface Van {
  id: string;
  number: string;
  driver: string;
  /** kg; null: no limit. */
  capacity: number | null;
  home: Depot | null;
}

export interface PlannedStop {
  stop: number;
  arrival: string;
  departure: string;
  waiting_s: number;
  late_s: number;
}

export interface PlannedRoute {
  vehicle: number;
  route_id: string | null;
  departs_at: string;
  returns_at: string;
  stops: PlannedStop[];
  polyline: string;
  distance_m: number;
  duration_s: number;
  fuel_liters: number | null;
  load_kg: number;
  capacity_kg: number | null;
}

export interface Plan {
  estimate_basis: 'road' | 'straight_line';
  plan_id: string | null;
  routes: PlannedRoute[];
  unassigned: { stop: number; code: string; reason: string }[];
  distance_m: number;
  duration_s: number;
  fuel_liters: number | null;
}

/** Colours of the vehicles, each readable under white figures (at least 4.5:1). */
export const COLOURS = ['#1862ab', '#b02a37', '#2b7a3d', '#7a3fc0', '#a04a00', '#0b7285', '#a61e6e', '#5c5f00'];

export function colourOf(van: number): string {
  return COLOURS[van % COLOURS.length] as string;
}

export class Board {
  stops = new Map<number, Stop>();
  vans: Van[] = [];
  /** Where all vehicles begin and end; null: each at its home. */
  depot: Depot | null = null;
  /** Stops that no vehicle has, in order of entry. */
  pool: number[] = [];
  /** For each vehicle its stops in order. */
  orders: number[][] = [];
  /** The answer of the server to what stands here; null: not asked since the last change. */
  plan: Plan | null = null;
  /** Stops in the order in which they were sent with the last question. */
  sent: number[] = [];
  private next = 1;

  addStop(stop: Partial<Stop> & { lat: number; lng: number }): Stop {
    const key = this.next++;
    const made: Stop = {
      key, name: `Stop ${key}`, address: null, duration: 5, from: '', to: '', weight: 0, priority: 0, radius: null, ...stop,
    };
    this.stops.set(key, made);
    this.pool.push(key);
    return made;
  }

  removeStop(key: number): void {
    this.stops.delete(key);
    for (const list of this.lists()) take(list, key);
  }

  addVan(van: Van): void {
    this.vans.push(van);
    this.orders.push([]);
  }

  removeVan(index: number): void {
    this.pool.push(...(this.orders[index] ?? []));
    this.vans.splice(index, 1);
    this.orders.splice(index, 1);
  }

  /** The list of a vehicle, or of nobody (-1). */
  list(van: number): number[] {
    return this.orders[van] ?? this.pool;
  }

  /** Puts a stop into a vehicle's list (-1: nobody's) before a place; at the end without one. */
  move(key: number, van: number, before: number | null = null): void {
    for (const list of this.lists()) take(list, key);
    const list = this.list(van);
    const at = before === null ? -1 : list.indexOf(before);
    if (at < 0) list.push(key);
    else list.splice(at, 0, key);
  }

  /** Where a vehicle begins and ends; null: at its stops. */
  baseOf(van: Van): Depot | null {
    return this.depot ?? van.home;
  }

  /** Takes over the order that an optimised plan has. */
  adopt(plan: Plan): void {
    this.plan = plan;
    this.orders = this.vans.map(() => []);
    for (const route of plan.routes) this.orders[route.vehicle] = route.stops.map((one) => this.sent[one.stop] as number);
    const placed = new Set(this.orders.flat());
    this.pool = [...this.stops.keys()].filter((key) => !placed.has(key));
  }

  /** What the plan says about a stop. */
  planned(key: number): PlannedStop | undefined {
    const at = this.sent.indexOf(key);
    for (const route of this.plan?.routes ?? []) {
      const found = route.stops.find((one) => one.stop === at);
      if (found) return found;
    }
    return undefined;
  }

  reason(key: number): string | undefined {
    const found = this.plan?.unassigned.find((one) => this.sent[one.stop] === key);
    return found && found.code !== 'not_given' ? found.reason : undefined;
  }

  private lists(): number[][] {
    return [this.pool, ...this.orders];
  }
}

function take(list: number[], key: number): void {
  const at = list.indexOf(key);
  if (at >= 0) list.splice(at, 1);
}
