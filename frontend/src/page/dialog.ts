import { tellContent } from './ready';

const PARTIAL = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

/** Small forms in a dialog: what a move asks for, what is to become of selected rows. Without a script they are pages. */
export function dialogs(): void {
  const dialog = document.getElementById('dialog') as HTMLDialogElement | null;
  if (!dialog) return;
  document.addEventListener('click', (event) => {
    const target = event.target as Element;
    const close = target.closest<HTMLElement>('[data-dialog-close]');
    const open = target.closest<HTMLAnchorElement>('a[data-dialog]');
    if (close?.closest('dialog')) {
      event.preventDefault();
      close.closest('dialog')?.close();
    } else if (open && !(event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      void show(dialog, fetch(open.href, { headers: PARTIAL }));
    }
  });
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches('#dialog form, form[data-bulk]') || event.defaultPrevented) return;
    event.preventDefault();
    const submitter = event.submitter as HTMLButtonElement | null;
    const data = new FormData(form, submitter);
    const body = new URLSearchParams([...data].map(([name, value]) => [name, String(value)]));
    void show(dialog, fetch(form.action, { method: 'POST', headers: PARTIAL, body }));
  });
  dialog.addEventListener('close', () => dialog.replaceChildren());
}

async function show(dialog: HTMLDialogElement, request: Promise<Response>): Promise<void> {
  dialog.setAttribute('aria-busy', 'true');
  try {
    const answer = await request;
    const where = answer.headers.get('HX-Redirect');
    if (where) {
      // The same address with the same query does not load again by itself.
      if (new URL(where, window.location.href).href === window.location.href) window.location.reload();
      else window.location.assign(where);
      return;
    }
    dialog.innerHTML = await answer.text();
  } catch {
    dialog.textContent = 'The server cannot be reached. Try again in a moment.';
  } finally {
    dialog.removeAttribute('aria-busy');
  }
  if (!dialog.open) dialog.showModal();
  tellContent();
  const first = dialog.querySelector<HTMLElement>('[data-summary], [aria-invalid=true], .form-grid input:not([type=hidden]), .form-grid select, .form-grid textarea, .choice-grid button, .dialog-foot button');
  first?.focus();
}
