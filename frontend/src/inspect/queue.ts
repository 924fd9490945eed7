// Reports that wait are sent one by one: now, when the connection is back, and after a growing pause when it fails.
import { Refused, SignedOut, Unreachable, sendPhoto, sendReport, sentKeys, session, type Session } from './server';
import { dropReport, keepPhoto, keepReport, photosOf, reports } from './store';
import type { Report } from './types';

const FIRST_PAUSE_MS = 3_000;
const LONGEST_PAUSE_MS = 300_000;
/** The browser says when it is online again; should it forget to, this often is looked. */
const OFFLINE_PAUSE_MS = 30_000;
/** Reports that were sent stay listed, so many. */
const SENT_KEPT = 5;

export interface QueueState {
  isSending: string | null;
  photosLeft: number;
  isSignedOut: boolean;
  /** Reports that were sent while this page is open, until the next one is begun. */
  justSent: string[];
  /** Who is signed in, as the server said last. */
  person: string | null;
}

export const queue: QueueState = { isSending: null, photosLeft: 0, isSignedOut: false, justSent: [], person: null };
let told: () => void = () => undefined;
let timer = 0;
let running = false;
let again = false;

export function watchQueue(listener: () => void): void {
  told = listener;
  document.addEventListener('visibilitychange', () => { if (!document.hidden) void sendWaiting(); });
}

/** Send what waits. `now`: also what would wait for its pause. Only one page at a time does it. */
export async function sendWaiting(now = false): Promise<void> {
  if (running) {
    again = true;
    return;
  }
  running = true;
  try {
    await alone(() => sendAll(now));
  } finally {
    running = false;
    queue.isSending = null;
    told();
  }
  if (again) {
    again = false;
    await sendWaiting();
    return;
  }
  await plan();
}

/** With another tab open on the same phone, one of them sends. */
async function alone(work: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return work();
  await navigator.locks.request('motorpool-inspect', { ifAvailable: true }, async (lock) => { if (lock) await work(); });
}

async function sendAll(now: boolean): Promise<void> {
  const due = (await reports()).filter((one) => one.state === 'waiting' && (now || one.next_at <= Date.now())).reverse();
  if (!due.length || !navigator.onLine) return;
  let who: Session;
  try {
    who = await session();
    queue.isSignedOut = false;
    queue.person = who.user_id;
  } catch (error) {
    queue.isSignedOut = error instanceof SignedOut;
    for (const one of due) if (!queue.isSignedOut) await pause(one, error);
    return;
  }
  for (const one of due) {
    // What somebody else wrote on this phone waits for them.
    if (one.user_id !== who.user_id) continue;
    queue.isSending = one.id;
    told();
    if (!(await sendOne(one, who))) return;
  }
}

/** False when the others need not be tried now. */
async function sendOne(report: Report, who: Session): Promise<boolean> {
  try {
    const photos = await photosOf(report.id);
    queue.photosLeft = photos.filter((photo) => !photo.file_id).length;
    for (const photo of photos.filter((one) => !one.file_id)) {
      told();
      photo.file_id = await sendPhoto(photo, who);
      await keepPhoto(photo);
      queue.photosLeft -= 1;
    }
    const outcome = await sendReport(report, new Map(photos.map((photo) => [photo.id, photo.file_id ?? ''])), who);
    await keepReport({ ...report, state: 'sent', outcome, trouble: '', problems: [], signature: null, reviewed: null, changed_at: new Date().toISOString() });
    queue.justSent.unshift(report.id);
    await tidy();
    return true;
  } catch (error) {
    if (error instanceof SignedOut) {
      queue.isSignedOut = true;
      return false;
    }
    if (error instanceof Refused) {
      await refused(report, error);
      return true;
    }
    await pause(report, error);
    return false;
  }
}

async function refused(report: Report, error: Refused): Promise<void> {
  if (error.code === 'csrf_refused') {
    await pause(report, error);
    return;
  }
  if (error.errors.length && error.errors.every((one) => one.code === 'unknown_photo')) {
    // They were kept too long without their report, and deleted: they are sent again.
    for (const photo of await photosOf(report.id)) await keepPhoto({ ...photo, file_id: null });
    if (report.attempts < 3) {
      await pause(report, error);
      return;
    }
  }
  const keys = sentKeys(report);
  const problems = error.errors.map(({ field, message }) => ({ key: keyOf(field, keys), message }));
  await keepReport({ ...report, state: 'rejected', trouble: error.message, problems, attempts: 0, next_at: 0 });
}

/** `results[2].photos` is about the third item that was sent, `results[horn]` about the horn; else the field itself. */
function keyOf(field: string, keys: string[]): string {
  const place = /^results\[([^\]]+)\]/.exec(field)?.[1];
  if (place === undefined) return field;
  return /^\d+$/.test(place) ? (keys[Number(place)] ?? field) : place;
}

async function pause(report: Report, error: unknown): Promise<void> {
  const attempts = report.attempts + 1;
  const length = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1)) * (0.75 + Math.random() / 2);
  const trouble = error instanceof Unreachable || error instanceof Refused ? error.message : 'It could not be sent.';
  await keepReport({ ...report, attempts, next_at: Date.now() + length, trouble });
}

async function plan(): Promise<void> {
  window.clearTimeout(timer);
  if (queue.isSignedOut) return;
  const waiting = (await reports()).filter((one) => one.state === 'waiting');
  if (!waiting.length) return;
  const next = Math.min(...waiting.map((one) => one.next_at));
  const pause = navigator.onLine ? Math.max(1_000, next - Date.now()) : OFFLINE_PAUSE_MS;
  timer = window.setTimeout(() => void sendWaiting(), pause);
}

async function tidy(): Promise<void> {
  const sent = (await reports()).filter((one) => one.state === 'sent');
  for (const old of sent.slice(SENT_KEPT)) await dropReport(old.id);
  for (const one of sent.slice(0, SENT_KEPT)) {
    const photos = await photosOf(one.id);
    if (photos.length) {
      await dropReport(one.id);
      await keepReport(one);
    }
  }
}
