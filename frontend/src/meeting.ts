// A meeting's page: handouts are kept as soon as they are chosen.
import { csrfHeaders } from './page/csrf';

const input = document.querySelector<HTMLInputElement>('[data-handouts-to] input[type=file]');
const address = input?.closest<HTMLElement>('[data-handouts-to]')?.dataset['handoutsTo'];
const status = document.querySelector<HTMLElement>('[data-handout-status]');

async function keep(files: FileList, to: string): Promise<void> {
  for (const file of files) {
    if (status) status.textContent = `Keeping ${file.name} …`;
    const form = new FormData();
    form.set('file', file, file.name);
    try {
      const answer = await fetch(to, { method: 'POST', headers: csrfHeaders(), body: form });
      if (!answer.ok) throw new Error(((await answer.json()) as { detail?: string }).detail ?? 'The file could not be kept.');
    } catch (error) {
      if (status) status.textContent = error instanceof Error ? error.message : 'The server cannot be reached.';
      return;
    }
  }
  await showList();
  if (status) status.textContent = files.length === 1 ? 'It is kept.' : `${files.length} files are kept.`;
}

/** The list anew, and nothing else: minutes that are being written stay. */
async function showList(): Promise<void> {
  const page = await (await fetch(window.location.pathname)).text();
  const fresh = new DOMParser().parseFromString(page, 'text/html').querySelector('[data-handouts]');
  if (fresh) document.querySelector('[data-handouts]')?.replaceWith(fresh);
}

input?.addEventListener('change', () => {
  if (input.files?.length && address) void keep(input.files, address).then(() => { input.value = ''; });
});
