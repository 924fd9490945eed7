// Photos from a phone: made smaller before they are sent, shown while they wait, sent one after the other.
import { csrfHeaders } from './page/csrf';
import { whenThere } from './page/ready';
import { refusal } from './work_order_act';

const LONGEST_SIDE = 1600;
const QUALITY = 0.82;
/** Smaller ones go as they are. */
const SMALL_BYTES = 400_000;

interface Kept {
  id: string;
  comment_id: string;
}

/** A picture that fits the network of a workshop; the original where this browser cannot read it. */
export async function shrunk(file: File): Promise<Blob> {
  if (file.size < SMALL_BYTES) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY));
    return made && made.size < file.size ? made : file;
  } catch {
    return file;
  }
}

/** Sends photos to a record as one comment. Throws an Error with the server's words. */
export async function sendPhotos(address: string, photos: File[], text: string): Promise<void> {
  let comment = '';
  for (const photo of photos) {
    const picture = await shrunk(photo);
    const data = new FormData();
    if (comment) data.append('comment_id', comment);
    else if (text) data.append('body', text);
    data.append('file', picture, picture === photo ? photo.name : photo.name.replace(/\.\w+$/, '.jpg'));
    let answer: Response;
    try {
      answer = await fetch(address, { method: 'POST', headers: { ...csrfHeaders(), Accept: 'application/json' }, body: data });
    } catch {
      throw new Error('The photo could not be sent: the server cannot be reached.');
    }
    if (!answer.ok) throw await refusal(answer);
    comment = ((await answer.json()) as Kept).comment_id;
  }
}

/** The chosen photos of a form, kept beside its file input so that several can be added one by one. */
export function picker(form: HTMLElement): File[] {
  const photos: File[] = [];
  const input = form.querySelector<HTMLInputElement>('[data-photo-pick] input');
  const place = form.querySelector<HTMLElement>('[data-photos]');
  if (!input || !place) return photos;
  (input.closest('[data-photo-pick]') as HTMLElement).hidden = false;
  input.addEventListener('change', () => {
    for (const file of input.files ?? []) {
      photos.push(file);
      const picture = document.createElement('img');
      picture.alt = file.name;
      picture.src = URL.createObjectURL(file);
      place.append(picture);
    }
    input.value = '';
  });
  return photos;
}

/** Every `form[data-remark]`: its text, and its photos when there are some. */
export function remarks(): void {
  whenThere('form[data-remark]', (element) => {
    const form = element as HTMLFormElement;
    const photos = picker(form);
    form.addEventListener('submit', (event) => {
      if (!photos.length) return;
      event.preventDefault();
      event.stopPropagation();
      void send(form, photos);
    });
  });
}

async function send(form: HTMLFormElement, photos: File[]): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>('button[type=submit]') as HTMLButtonElement;
  const problem = form.querySelector<HTMLElement>('[data-remark-problem]') as HTMLElement;
  const text = form.querySelector<HTMLTextAreaElement>('[data-remark-text]')?.value.trim() ?? '';
  button.disabled = true;
  problem.hidden = true;
  try {
    await sendPhotos(form.action.replace('/shop/remarks/', '/shop/photos/'), photos, text);
    window.location.reload();
  } catch (error) {
    problem.textContent = (error as Error).message;
    problem.hidden = false;
    button.disabled = false;
  }
}
