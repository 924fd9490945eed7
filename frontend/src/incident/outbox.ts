// A report that is being written on this device until it has arrived: its texts in localStorage with each keystroke, its photos in
// the browser's database. It is sent when the person says so, and again until it got through.
import { uuid } from '../inspect/dom';
import { Refused, SignedOut, ask, session, type Session } from '../inspect/server';
import { dropPhotos, keepPhoto, photosOf, type Photo } from '../inspect/store';

const AGAIN_MS = 15_000;

export interface Mark {
  view: string;
  x: number;
  y: number;
  damage_type: string;
  severity: string;
  notes: string;
  /** Id of its photo on this device. */
  photo: string | null;
}

export interface Parcel {
  key: string;
  /** Names and values of the form's fields. */
  values: [string, string][];
  marks: Mark[];
  /** The person pressed send. */
  isReady: boolean;
  /** Id on the server, once it has arrived; photos may still be on the way. */
  made: string | null;
  madeMarks: string[];
}

export interface Addresses {
  submit: string;
  photos(id: string): string;
  page(id: string): string;
}

export interface Progress {
  waits(text: string, signIn: boolean): void;
  refused(error: Refused): void;
  arrived(id: string): void;
}

export class Outbox {
  readonly parcel: Parcel;
  readonly isFresh: boolean;
  private timer = 0;
  private running = false;

  constructor(private readonly name: string, private readonly user: string, private readonly addresses: Addresses, private readonly body: (parcel: Parcel) => object, private readonly progress: Progress) {
    const kept = this.read();
    this.isFresh = kept === null;
    this.parcel = kept ?? { key: uuid(), values: [], marks: [], isReady: false, made: null, madeMarks: [] };
    window.addEventListener('online', () => void this.send());
    document.addEventListener('visibilitychange', () => { if (!document.hidden) void this.send(); });
  }

  private get place(): string {
    return `motorpool-${this.name}:${this.user}`;
  }

  private read(): Parcel | null {
    try {
      return JSON.parse(localStorage.getItem(this.place) ?? 'null') as Parcel | null;
    } catch {
      return null;
    }
  }

  keep(): void {
    try {
      localStorage.setItem(this.place, JSON.stringify(this.parcel));
    } catch {
      // A browser that keeps nothing: the page itself still has it.
    }
  }

  async photos(): Promise<Photo[]> {
    return (await photosOf(this.parcel.key).catch(() => [])).sort((a, b) => a.id.localeCompare(b.id));
  }

  /** Keeps a picture; its id here. Ids begin with the time, so that photos stay in order. */
  async addPhoto(blob: Blob): Promise<Photo> {
    const photo: Photo = { id: `${Date.now().toString(36)}-${uuid()}`, report_id: this.parcel.key, blob, file_id: null };
    await keepPhoto(photo);
    return photo;
  }

  async dropPhoto(id: string): Promise<void> {
    await dropPhotos([id]);
  }

  async clear(): Promise<void> {
    window.clearTimeout(this.timer);
    localStorage.removeItem(this.place);
    await dropPhotos((await this.photos()).map((one) => one.id)).catch(() => undefined);
  }

  /** Send what is ready; later again when the connection fails. */
  async send(): Promise<void> {
    if (this.running || !this.parcel.isReady) return;
    this.running = true;
    window.clearTimeout(this.timer);
    try {
      const who = await session();
      // What somebody else wrote on this device waits for them.
      if (who.user_id !== this.user) throw new SignedOut('Somebody else is signed in.');
      if (!this.parcel.made) await this.submit(who);
      await this.sendPhotos(who);
      const made = this.parcel.made ?? '';
      await this.clear();
      // The page that comes next says it once, as after a form.
      document.cookie = `motorpool_flash=${encodeURIComponent('success:Sent. Your report has arrived.')}; path=/; max-age=60; samesite=lax`;
      this.progress.arrived(this.addresses.page(made));
    } catch (error) {
      if (error instanceof Refused && error.code !== 'csrf_refused') {
        this.parcel.isReady = false;
        this.keep();
        this.progress.refused(error);
      } else {
        const isSignedOut = error instanceof SignedOut;
        const what = this.parcel.made ? 'Your report is in, but not all of its photos are.' : 'Your report is kept on this device.';
        this.progress.waits(isSignedOut ? `${what} You are signed out.` : `${what} It is sent as soon as there is a connection.`, isSignedOut);
        this.timer = window.setTimeout(() => void this.send(), AGAIN_MS);
      }
    } finally {
      this.running = false;
    }
  }

  private async submit(who: Session): Promise<void> {
    const headers = { 'X-CSRFToken': who.csrf_token, 'Content-Type': 'application/json' };
    // The same key for each attempt: what arrived although its answer was lost is not made again.
    const body = JSON.stringify({ client_key: this.parcel.key, ...this.body(this.parcel) });
    const answer = (await (await ask(this.addresses.submit, { method: 'POST', headers, body })).json()) as { id: string; marks?: string[] };
    this.parcel.made = answer.id;
    this.parcel.madeMarks = answer.marks ?? [];
    this.keep();
  }

  private async sendPhotos(who: Session): Promise<void> {
    const made = this.parcel.made;
    if (!made) return;
    for (const photo of await this.photos()) {
      const data = new FormData();
      const mark = this.parcel.madeMarks[this.parcel.marks.findIndex((one) => one.photo === photo.id)];
      if (mark) data.append('mark_id', mark);
      data.append('file', photo.blob, `${photo.id}.jpg`);
      await ask(this.addresses.photos(made), { method: 'POST', headers: { 'X-CSRFToken': who.csrf_token }, body: data }).catch((error: unknown) => {
        // A picture that the server will never take does not hold up the others.
        if (!(error instanceof Refused) || error.code === 'csrf_refused') throw error;
      });
      await this.dropPhoto(photo.id);
    }
  }
}
