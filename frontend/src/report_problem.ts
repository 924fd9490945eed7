// A driver's report: the words go first, the photos follow to the record that was made of them.
import { csrfHeaders } from './page/csrf';
import { refusal, tell } from './work_order_act';
import { picker, sendPhotos } from './work_order_photo';

const PROBLEM = '[data-report-problem]';

interface Reported {
  href: string;
  photos: string;
}

const form = document.getElementById('report-form') as HTMLFormElement | null;
if (form) {
  const photos = picker(form);
  let made: Reported | null = null;
  form.addEventListener('submit', (event) => {
    if (!photos.length) return;
    event.preventDefault();
    void send(form, photos, made, (one) => { made = one; });
  });
}

async function send(shown: HTMLFormElement, photos: File[], before: Reported | null, keep: (made: Reported) => void): Promise<void> {
  const button = shown.querySelector<HTMLButtonElement>('button[type=submit]') as HTMLButtonElement;
  setTimeout(() => { button.disabled = true; });
  tell(PROBLEM, '');
  let made = before;
  try {
    if (!made) {
      const body = new URLSearchParams([...new FormData(shown)].map(([name, value]) => [name, String(value)]));
      const answer = await fetch(shown.action, { method: 'POST', headers: { ...csrfHeaders(), Accept: 'application/json' }, body });
      if (!answer.ok) throw await refusal(answer);
      made = (await answer.json()) as Reported;
      keep(made);
    }
    await sendPhotos(made.photos, photos, '');
    window.location.assign(made.href);
  } catch (error) {
    const text = error instanceof TypeError ? 'The server cannot be reached. Try again in a moment.' : (error as Error).message;
    tell(PROBLEM, made ? `Your report is in, its photos are not: ${text}` : text);
    setTimeout(() => { button.disabled = false; });
  }
}
