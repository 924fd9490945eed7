// What the phone keeps: forms and vehicles, reports with their photos, and whose they are. Everything is bound to its person.
import type { Kit, Report } from './types';

export interface Photo {
  id: string;
  report_id: string;
  blob: Blob;
  /** Id on the server, once it is there. */
  file_id: string | null;
}

export interface Person {
  user_id: string;
  user_name: string;
}

const NAME = 'motorpool-inspect';
const VERSION = 1;
let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const database = request.result;
      database.createObjectStore('kits', { keyPath: 'user_id' });
      database.createObjectStore('reports', { keyPath: 'id' });
      database.createObjectStore('photos', { keyPath: 'id' }).createIndex('report_id', 'report_id');
      database.createObjectStore('facts');
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('this browser keeps nothing'));
  });
  return opened;
}

async function run<T>(stores: string | string[], mode: IDBTransactionMode, work: (transaction: IDBTransaction) => IDBRequest<T> | null): Promise<T | undefined> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(stores, mode);
    const request = work(transaction);
    // Told when it is on the disk, not when it was asked for.
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error ?? new Error('could not be kept'));
    transaction.onerror = () => reject(transaction.error ?? new Error('could not be kept'));
  });
}

export async function keepKit(kit: Kit): Promise<void> {
  await run('kits', 'readwrite', (one) => one.objectStore('kits').put(kit));
}

export async function kitOf(user: string): Promise<Kit | null> {
  return (await run<Kit>('kits', 'readonly', (one) => one.objectStore('kits').get(user) as IDBRequest<Kit>)) ?? null;
}

/** Who used this page last; null after they signed out. */
export async function person(): Promise<Person | null> {
  return (await run<Person>('facts', 'readonly', (one) => one.objectStore('facts').get('person') as IDBRequest<Person>)) ?? null;
}

export async function keepPerson(who: Person | null): Promise<void> {
  await run('facts', 'readwrite', (one) => one.objectStore('facts').put(who, 'person'));
}

/** Something else that is known for a person; `name` says for whom. */
export async function keepFact(name: string, fact: unknown): Promise<void> {
  await run('facts', 'readwrite', (one) => one.objectStore('facts').put(fact, name));
}

export async function factOf<T>(name: string): Promise<T | null> {
  return (await run<T>('facts', 'readonly', (one) => one.objectStore('facts').get(name) as IDBRequest<T>)) ?? null;
}

export async function recentVehicles(user: string): Promise<string[]> {
  return (await run<string[]>('facts', 'readonly', (one) => one.objectStore('facts').get(`recent ${user}`) as IDBRequest<string[]>)) ?? [];
}

export async function usedVehicle(user: string, vehicle: string): Promise<void> {
  const before = (await recentVehicles(user)).filter((one) => one !== vehicle);
  await run('facts', 'readwrite', (one) => one.objectStore('facts').put([vehicle, ...before].slice(0, 8), `recent ${user}`));
}

export async function reports(): Promise<Report[]> {
  const all = (await run<Report[]>('reports', 'readonly', (one) => one.objectStore('reports').getAll() as IDBRequest<Report[]>)) ?? [];
  return all.sort((a, b) => b.changed_at.localeCompare(a.changed_at));
}

export async function reportOf(id: string): Promise<Report | null> {
  return (await run<Report>('reports', 'readonly', (one) => one.objectStore('reports').get(id) as IDBRequest<Report>)) ?? null;
}

export async function keepReport(report: Report): Promise<void> {
  await run('reports', 'readwrite', (one) => one.objectStore('reports').put(report));
}

export async function dropReport(id: string): Promise<void> {
  const photos = await photosOf(id);
  await run(['reports', 'photos'], 'readwrite', (one) => {
    for (const photo of photos) one.objectStore('photos').delete(photo.id);
    return one.objectStore('reports').delete(id);
  });
}

export async function photosOf(report: string): Promise<Photo[]> {
  return (await run<Photo[]>('photos', 'readonly', (one) => one.objectStore('photos').index('report_id').getAll(report) as IDBRequest<Photo[]>)) ?? [];
}

export async function photoOf(id: string): Promise<Photo | null> {
  return (await run<Photo>('photos', 'readonly', (one) => one.objectStore('photos').get(id) as IDBRequest<Photo>)) ?? null;
}

export async function keepPhoto(photo: Photo): Promise<void> {
  await run('photos', 'readwrite', (one) => one.objectStore('photos').put(photo));
}

export async function dropPhotos(ids: string[]): Promise<void> {
  await run('photos', 'readwrite', (one) => {
    for (const id of ids) one.objectStore('photos').delete(id);
    return null;
  });
}

/** Ask the browser not to clear this when its disk gets full; it may say no. */
export async function askToPersist(): Promise<void> {
  await navigator.storage?.persist?.().catch(() => false);
}
