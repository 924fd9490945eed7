// Vehicle and trip pages: track, replay and chart move together.
import { allOf } from './map/bounds';
import { createMap } from './map/create';
import { SpeedChart } from './track/chart';
import { live } from './track/live';
import { TrackLine } from './track/line';
import { Replay } from './track/replay';
import { stopsOf, timeline } from './track/timeline';
import { loadTrack, Track } from './track/track';

declare global {
  interface Window {
    /** For tests: what the canvas shows. */
    motorpoolTrack?: { points: number; position(): [number, number] | null };
  }
}

/** At most so often is the end of a living track fetched, in milliseconds. */
const REFRESH_MS = 5_000;

const section = document.getElementById('track');
const box = document.getElementById('track-map');

async function show(page: HTMLElement, mapBox: HTMLElement): Promise<void> {
  const { vehicle = '', from = '', to = '' } = page.dataset;
  const end = new Date(to);
  const track = new Track(await loadTrack(vehicle, new Date(from), end));
  tell(page, track);
  const state: { line: TrackLine | null; t: number } = { line: null, t: track.start };
  const chart = new SpeedChart(track, (t) => replay.go(t));
  const replay = new Replay(track, (t) => {
    state.t = t;
    chart.mark(t);
    state.line?.showVehicle(track.at(t));
  });
  window.motorpoolTrack = {
    get points() {
      return track.length;
    },
    position() {
      const at = track.at(state.t);
      return at ? [at.longitude, at.latitude] : null;
    },
  };
  if ('isLive' in page.dataset) follow(vehicle, track, end, state, () => {
    tell(page, track);
    replay.grow();
    chart.draw();
  });
  const { map, namesLayer } = await createMap(mapBox, { bounds: allOf(track.columns.t.map((_, i) => track.point(i))), fit: () => state.line?.fitAll() });
  const list = document.getElementById('timeline');
  const line = new TrackLine(map, namesLayer, track);
  state.line = line;
  line.showStops(stopsOf(list));
  line.showVehicle(track.at(state.t));
  line.fitAll();
  timeline(list, (part) => {
    if (!part) {
      line.choose(null);
      line.fitAll();
      return;
    }
    line.choose(part.span);
    replay.go(part.span[0]);
  });
  map.once('idle', () => mapBox.toggleAttribute('data-track-ready', true));
}

/** While the day goes on, what is reported is added to the track. */
function follow(vehicle: string, track: Track, end: Date, state: { line: TrackLine | null }, grown: () => void): void {
  let fetchedAt = Date.now();
  let busy = false;
  live(vehicle, (at) => {
    const due = Date.now() - fetchedAt >= REFRESH_MS;
    if (busy || !due || at.getTime() / 1000 <= track.end || at >= end) return;
    busy = true;
    fetchedAt = Date.now();
    const since = track.length ? new Date(track.end * 1000) : new Date(at.getTime() - 3_600_000);
    void loadTrack(vehicle, since, new Date(at.getTime() + 1000))
      .then((more) => {
        track.append(more);
        state.line?.draw();
        grown();
      })
      .catch(() => undefined)
      .finally(() => (busy = false));
  });
}

function tell(page: HTMLElement, track: Track): void {
  const note = (name: string, shown: boolean): void => {
    const element = page.querySelector<HTMLElement>(`[data-note=${name}]`);
    if (element) element.hidden = !shown;
  };
  note('estimated', track.columns.speed_estimated);
  note('truncated', track.columns.truncated);
  note('empty', track.length === 0);
}

if (section && box) {
  show(section, box).catch((error: unknown) => {
    const note = document.createElement('p');
    note.className = 'map-failed';
    note.setAttribute('role', 'alert');
    note.textContent = error instanceof Error ? error.message : 'The track could not be shown.';
    if (!box.querySelector('.map-failed')) box.append(note);
  });
}
