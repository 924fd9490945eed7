// The list of geofence events stays up to date: when some come in, its rows are fetched again.
import { tellContent } from './page/ready';

const pill = document.getElementById('feed-state') as HTMLElement;
const rows = document.getElementById('rows') as HTMLElement;
let asking: AbortController | null = null;

async function refresh(): Promise<void> {
  // Whoever looks at a further page, or has a menu open, is not disturbed.
  if (new URL(window.location.href).searchParams.has('cursor') || rows.querySelector('details[open]')) return;
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(window.location.href, { headers: { 'HX-Request': 'true', 'HX-Request-Type': 'partial' }, signal: asking.signal });
    if (!answer.ok) return;
    rows.innerHTML = await answer.text();
    tellContent();
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
  }
}

const feed = new EventSource('/api/v1/stream/geofence-events');
feed.addEventListener('open', () => show('live', 'Live'));
feed.addEventListener('error', () => show('waiting', 'Reconnecting'));
feed.addEventListener('expired', () => {
  feed.close();
  show('waiting', 'Signed out');
});
feed.addEventListener('geofence_events', () => void refresh());

function show(state: string, words: string): void {
  pill.dataset['state'] = state;
  pill.textContent = words;
}
