// Server-sent events with a cursor: what happened while the connection was down is sent when it is back.
import type { VehicleState } from './fleet';

export interface StreamHandlers {
  snapshot(vehicles: VehicleState[], offlineAfterSeconds: number): void;
  changes(vehicles: VehicleState[]): void;
  connected(is: boolean): void;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** A page hidden for longer gets a new connection: a phone may have cut the old one without telling. */
const HIDDEN_TOO_LONG_MS = 60_000;

export class VehicleStream {
  private source: EventSource | null = null;
  private cursor = '';
  private wait = FIRST_WAIT_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private hiddenAt = 0;

  constructor(
    private readonly address: string,
    private readonly handlers: StreamHandlers,
  ) {
    document.addEventListener('visibilitychange', () => this.visibilityChanged());
    window.addEventListener('pagehide', () => this.close());
    window.addEventListener('pageshow', (event) => {
      if (event.persisted) this.open();
    });
    window.addEventListener('online', () => this.open());
  }

  open(): void {
    this.close();
    const url = new URL(this.address, window.location.href);
    if (this.cursor) url.searchParams.set('cursor', this.cursor);
    const source = new EventSource(url);
    this.source = source;
    source.addEventListener('open', () => {
      this.wait = FIRST_WAIT_MS;
      this.handlers.connected(true);
    });
    source.addEventListener('snapshot', (event) => {
      const data = this.read<{ vehicles: VehicleState[]; offline_after_seconds: number }>(event);
      this.handlers.snapshot(data.vehicles, data.offline_after_seconds);
    });
    source.addEventListener('vehicle_states', (event) => {
      this.handlers.changes(this.read<{ vehicles: VehicleState[] }>(event).vehicles);
    });
    source.addEventListener('expired', () => window.location.reload());
    source.addEventListener('error', () => {
      this.handlers.connected(false);
      // The browser retries a broken line by itself, but not one that was refused.
      if (source.readyState === EventSource.CLOSED) void this.refused();
    });
  }

  private read<T>(event: MessageEvent<string>): T {
    this.cursor = event.lastEventId || this.cursor;
    return JSON.parse(event.data) as T;
  }

  private async refused(): Promise<void> {
    const who = await fetch('/api/v1/me', { headers: { Accept: 'application/json' } }).catch(() => null);
    if (who?.status === 401) window.location.reload();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }

  private visibilityChanged(): void {
    if (document.hidden) this.hiddenAt = Date.now();
    else if (this.hiddenAt && Date.now() - this.hiddenAt > HIDDEN_TOO_LONG_MS) this.open();
  }

  private close(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }
}
