// Photos for a record that is there: chosen, made smaller, sent; then the page shows them.
import { smaller } from '../inspect/photo';
import { csrfHeaders } from '../page/csrf';
import { refusal } from '../work_order_act';
import { tellProblem } from './notes';

export async function sendPhoto(address: string, file: Blob, fields: Record<string, string> = {}): Promise<void> {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append('file', await smaller(file), 'photo.jpg');
  let answer: Response;
  try {
    answer = await fetch(address, { method: 'POST', headers: { ...csrfHeaders(), Accept: 'application/json' }, body: data });
  } catch {
    throw new Error('The photo could not be sent: the server cannot be reached.');
  }
  if (!answer.ok) throw await refusal(answer);
}

/** Every `[data-photos-to]` with its file input. */
export function photosToRecords(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-photos-to]')) {
    const input = place.querySelector<HTMLInputElement>('input[type=file]');
    const address = place.dataset['photosTo'];
    if (!input || !address) continue;
    input.addEventListener('change', () => {
      void (async () => {
        tellProblem('');
        try {
          for (const file of input.files ?? []) await sendPhoto(address, file);
          window.location.reload();
        } catch (error) {
          tellProblem((error as Error).message);
          input.value = '';
        }
      })();
    });
  }
}
