// Inspecting a vehicle on a phone, with or without a connection: see inspect/ for its parts.
import { checklist } from './inspect/checklist';
import { h } from './inspect/dom';
import { queue, sendWaiting, watchQueue } from './inspect/queue';
import { begin, keep, needsReview } from './inspect/report';
import { Refused, SignedOut, countIn, fetchKit, session } from './inspect/server';
import { reviewPage, startPage, vehiclePage } from './inspect/start';
import { askToPersist, dropReport, keepKit, keepPerson, kitOf, person, recentVehicles, reportOf, reports } from './inspect/store';
import type { Kit, Report } from './inspect/types';
import { standBy } from './phone/stand_by';

const main = document.getElementById('main') as HTMLElement;
const offline = document.getElementById('inspect-offline') as HTMLElement;
const pill = document.getElementById('inspect-waiting') as HTMLElement;
let kit: Kit | null = null;

void start();

async function start(): Promise<void> {
  watchQueue(() => void told());
  window.addEventListener('hashchange', () => void show());
  window.addEventListener('online', () => void sendWaiting(true).then(refresh));
  for (const event of ['online', 'offline']) window.addEventListener(event, () => void told());
  try {
    kit = await known();
  } catch (error) {
    main.replaceChildren(h('div', { class: 'alert note is-bad', role: 'alert' }, error instanceof Error ? error.message : 'This page cannot work in this browser.'));
    return;
  }
  if (kit) countIn(kit.units);
  await show();
  await told();
  void askToPersist();
  void standBy('/inspect');
  await sendWaiting(true);
}

/** Forms and vehicles: fresh ones when there is a connection, else those that this person had. */
async function known(): Promise<Kit | null> {
  try {
    const who = await session();
    await keepPerson({ user_id: who.user_id, user_name: who.user_name });
    const fresh = await fetchKit();
    await keepKit(fresh);
    return fresh;
  } catch (error) {
    if (error instanceof SignedOut) {
      // Nothing of whoever was here before is shown to whoever comes next.
      await keepPerson(null);
      window.location.assign(`/sign-in?next=${encodeURIComponent('/inspect')}`);
      return null;
    }
    if (error instanceof Refused) throw error;
    const who = await person();
    return who ? kitOf(who.user_id) : null;
  }
}

/** What was sent changes what is known of its vehicle. */
async function refresh(): Promise<void> {
  try {
    const fresh = await fetchKit();
    if (kit && fresh.user_id !== kit.user_id) return;
    kit = fresh;
    await keepKit(fresh);
    await told();
  } catch {
    // Without a connection what was known stays.
  }
}

async function told(): Promise<void> {
  if (kit && queue.person && queue.person !== kit.user_id) {
    // Somebody else signed in meanwhile: what is shown here is not theirs.
    queue.person = null;
    window.location.replace('/inspect');
    return;
  }
  offline.hidden = navigator.onLine;
  const waiting = (await reports()).filter((one) => one.state === 'waiting' && one.user_id === kit?.user_id).length;
  pill.hidden = waiting === 0;
  pill.textContent = queue.isSending ? `Sending (${waiting})` : `Waiting to send (${waiting})`;
  document.documentElement.dataset['waiting'] = String(waiting);
  if (!window.location.hash.startsWith('#/')) await show();
}

/** `#/report/<id>`, `#/vehicle/<id>`, or where it begins. `?vehicle=` names one by id or number, as a QR code does. */
async function show(): Promise<void> {
  if (!kit) {
    main.replaceChildren(h('div', { class: 'empty-note' }, h('strong', {}, 'Nothing is kept on this device yet'), h('span', {}, 'Open this page once with a connection, signed in; then it works without one.')));
    return;
  }
  const here = kit;
  const [, place, id] = window.location.hash.split('/');
  if (place === 'report' && id) {
    const report = await reportOf(id);
    if (report && report.user_id === here.user_id && (report.state === 'draft' || report.state === 'rejected')) {
      fill(here, report);
      return;
    }
  }
  const named = place === 'vehicle' ? id : new URLSearchParams(window.location.search).get('vehicle');
  const vehicle = named && here.vehicles.find((one) => one.id === named || one.number.toLowerCase() === named.toLowerCase());
  if (vehicle && (place === 'vehicle' || !window.location.hash)) {
    draw(vehiclePage(here, vehicle, (form) => void begin(here, vehicle, form).then((report) => {
      queue.justSent = [];
      go(`#/report/${report.id}`);
    })));
    return;
  }
  draw(startPage(here, await reports(), await recentVehicles(here.user_id), {
    choose: (one) => go(`#/vehicle/${one.id}`),
    open: (report) => go(`#/report/${report.id}`),
    discard: (report) => void dropReport(report.id).then(told),
    sendNow: () => void sendWaiting(true),
  }), true);
}

function fill(here: Kit, report: Report): void {
  if (needsReview(report)) {
    const go_on = (): void => { void keep(report).then(() => fill(here, report)); };
    draw(reviewPage(here, report, go_on, () => {
      report.review_skipped = true;
      go_on();
    }));
    return;
  }
  draw(checklist(report, {
    user: here.user_name,
    send: async (one) => {
      await keep(Object.assign(one, { state: 'waiting', trouble: '', problems: [], attempts: 0, next_at: 0 }));
      go('#');
      await sendWaiting(true);
      await refresh();
    },
    leave: () => go('#'),
    discard: async (one) => {
      await dropReport(one.id);
      go('#');
    },
  }));
}

function go(hash: string): void {
  // Without the vehicle of the QR code: back means all vehicles.
  history.pushState(null, '', `/inspect${hash === '#' ? '#start' : hash}`);
  void show();
  void told();
}

/** `quietly`: the same place is drawn again, and what is typed or focused there stays. */
function draw(page: HTMLElement, quietly = false): void {
  const search = main.querySelector<HTMLInputElement>('input[type=search]');
  const text = search?.value ?? '';
  const focused = search !== null && document.activeElement === search;
  main.replaceChildren(page);
  main.toggleAttribute('data-ready', true);
  const again = quietly ? main.querySelector<HTMLInputElement>('input[type=search]') : null;
  if (again && search) {
    again.value = text;
    again.dispatchEvent(new Event('input'));
    if (focused) again.focus();
  } else if (!quietly) window.scrollTo(0, 0);
}

window.addEventListener('popstate', () => void show());
