// A vehicle's fixes in a span of time, and where it was at any moment between them.
export interface Columns {
  t: number[];
  latitude: number[];
  longitude: number[];
  speed_kph: (number | null)[];
  heading: (number | null)[];
  speed_estimated: boolean;
  truncated: boolean;
}

export interface Position {
  /** Epoch seconds. */
  t: number;
  longitude: number;
  latitude: number;
  heading: number;
  speedKph: number | null;
  /** Nothing was reported around this moment: the place is that of the last fix before it. */
  silent: boolean;
}

/** A longer silence than this breaks the line, in seconds. */
export const GAP_S = 300;

export class Track {
  constructor(readonly columns: Columns) {}

  get length(): number {
    return this.columns.t.length;
  }

  get start(): number {
    return this.columns.t[0] ?? 0;
  }

  get end(): number {
    return this.columns.t[this.length - 1] ?? 0;
  }

  point(index: number): [number, number] {
    return [this.columns.longitude[index] as number, this.columns.latitude[index] as number];
  }

  /** Index of the last fix at or before a moment; 0 for one before all. */
  indexAt(t: number): number {
    let low = 0;
    let high = this.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.columns.t[middle] as number) <= t) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Straight between two fixes; within a silence it stays at the last one. Null without fixes. */
  at(t: number): Position | null {
    if (this.length === 0) return null;
    const i = this.indexAt(t);
    const j = Math.min(i + 1, this.length - 1);
    const from = this.columns.t[i] as number;
    const span = (this.columns.t[j] as number) - from;
    const silent = span > GAP_S && t > from;
    const share = silent || span <= 0 ? 0 : Math.min(1, Math.max(0, (t - from) / span));
    const [lng, lat] = this.point(i);
    const [nextLng, nextLat] = this.point(j);
    return {
      t,
      longitude: lng + (nextLng - lng) * share,
      latitude: lat + (nextLat - lat) * share,
      heading: this.headingAt(i, j),
      speedKph: silent ? null : this.speedOfLeg(i, j),
      silent,
    };
  }

  /** The moment to go on at when nothing was reported at `t`: the next fix. */
  afterSilence(t: number): number {
    const i = this.indexAt(t);
    const next = this.columns.t[i + 1];
    return next !== undefined && next - (this.columns.t[i] as number) > GAP_S && t > (this.columns.t[i] as number) ? next : t;
  }

  /** The speed of the leg that ends at fix `j`, or what fix `i` said. */
  speedOfLeg(i: number, j: number): number | null {
    return (this.columns.speed_estimated ? this.columns.speed_kph[j] : this.columns.speed_kph[i]) ?? null;
  }

  /** Takes in what came later. */
  append(more: Columns): void {
    const last = this.length ? this.end : -Infinity;
    more.t.forEach((t, index) => {
      if (t <= last) return;
      this.columns.t.push(t);
      this.columns.latitude.push(more.latitude[index] as number);
      this.columns.longitude.push(more.longitude[index] as number);
      this.columns.speed_kph.push(more.speed_kph[index] ?? null);
      this.columns.heading.push(more.heading[index] ?? null);
    });
  }

  private headingAt(i: number, j: number): number {
    const told = this.columns.heading[i];
    if (told !== null && told !== undefined) return told;
    // Towards the next fix that is somewhere else, else away from the one before.
    for (let k = j; k < Math.min(j + 20, this.length); k += 1) {
      const bearing = this.bearing(i, k);
      if (bearing !== null) return bearing;
    }
    for (let k = i - 1; k >= Math.max(0, i - 20); k -= 1) {
      const bearing = this.bearing(k, i);
      if (bearing !== null) return bearing;
    }
    return 0;
  }

  /** Degrees from north, on a plane: exact enough between two fixes. */
  private bearing(from: number, to: number): number | null {
    const [x0, y0] = this.point(from);
    const [x1, y1] = this.point(to);
    if (x0 === x1 && y0 === y1) return null;
    const degrees = (Math.atan2((x1 - x0) * Math.cos((y0 * Math.PI) / 180), y1 - y0) * 180) / Math.PI;
    return (degrees + 360) % 360;
  }
}

/** Raises what the server says when it does not answer with a track. */
export async function loadTrack(vehicle: string, from: Date, to: Date): Promise<Columns> {
  const query = new URLSearchParams({ from: from.toISOString(), to: to.toISOString() });
  const answer = await fetch(`/api/v1/vehicles/${vehicle}/track?${query}`, { headers: { Accept: 'application/json' } });
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => null)) as { detail?: string } | null;
    throw new Error(problem?.detail ?? 'The track could not be loaded.');
  }
  return (await answer.json()) as Columns;
}
