// Pictures of a hand-over or return: kept as soon as they are taken, so that the form itself stays small.
import { csrfHeaders } from './page/csrf';

const box = document.querySelector<HTMLElement>('[data-photos]');
const input = box?.querySelector<HTMLInputElement>('input[type=file]');
const list = box?.querySelector('.photo-list');
const status = box?.querySelector('[data-photo-status]');

/** Sends one picture; the address at which it can be seen. */
async function keep(file: File, record: string): Promise<string> {
  const form = new FormData();
  form.set('purpose', 'photo');
  form.set('entity_type', 'vehicle_reservations');
  form.set('entity_id', record);
  form.set('file', file, file.name || 'photo.jpg');
  const answer = await fetch('/api/v1/files', { method: 'POST', headers: csrfHeaders(), body: form });
  const body = (await answer.json()) as { id?: string; detail?: string };
  if (!answer.ok || !body.id) throw new Error(body.detail ?? 'The picture could not be kept.');
  return `/api/v1/files/${body.id}/content?inline=1`;
}

function show(address: string, name: string): void {
  const item = document.createElement('li');
  const picture = document.createElement('img');
  picture.src = address;
  picture.alt = `Picture ${(list?.children.length ?? 0) + 1}`;
  const hidden = document.createElement('input');
  hidden.type = 'hidden';
  hidden.name = name;
  hidden.value = address;
  item.append(picture, hidden);
  list?.append(item);
}

async function taken(files: FileList): Promise<void> {
  const { photos = '', record = '' } = box?.dataset ?? {};
  for (const [index, file] of [...files].entries()) {
    if (status) status.textContent = `Keeping picture ${index + 1} of ${files.length} …`;
    try {
      show(await keep(file, record), photos);
    } catch (error) {
      if (status) status.textContent = error instanceof Error ? error.message : 'The server cannot be reached.';
      return;
    }
  }
  if (status) status.textContent = files.length === 1 ? 'The picture is kept.' : `${files.length} pictures are kept.`;
}

input?.addEventListener('change', () => {
  if (input.files?.length) void taken(input.files).then(() => { input.value = ''; });
});
