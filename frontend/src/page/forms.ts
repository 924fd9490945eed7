/** Small manners of forms: ask before the irreversible, send once, submit on choice, copy and reveal secrets. */
export function forms(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    const question = form.dataset['confirm'];
    if (question && !window.confirm(question)) {
      event.preventDefault();
      return;
    }
    if (form.method === 'post') {
      // The button is disabled only after its own name and value went into the form.
      setTimeout(() => { if (!event.defaultPrevented) setBusy(form, true); });
    }
  });
  window.addEventListener('pageshow', () => document.querySelectorAll('form').forEach((form) => setBusy(form, false)));
  document.addEventListener('change', (event) => {
    const field = event.target as HTMLInputElement;
    if (field.matches('select[data-go]')) window.location.assign(field.value);
    if (field.matches('[data-submit-on-change]') && field.value) field.form?.requestSubmit();
  });
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-copy], [data-reveal]');
    if (button?.dataset['copy']) void copy(button, button.dataset['copy']);
    if (button?.dataset['reveal']) reveal(button, button.dataset['reveal']);
  });
}

function setBusy(form: HTMLFormElement, busy: boolean): void {
  for (const button of form.querySelectorAll<HTMLButtonElement>('button[type=submit], button:not([type])')) {
    button.disabled = busy;
  }
}

async function copy(button: HTMLElement, selector: string): Promise<void> {
  const source = document.querySelector(selector);
  if (!source) return;
  const label = button.querySelector('[data-label]') ?? button;
  try {
    await navigator.clipboard.writeText(source.textContent?.trim() ?? '');
    label.textContent = 'Copied';
  } catch {
    // Over plain http a browser forbids the clipboard: mark the text, so that Ctrl+C takes it.
    window.getSelection()?.selectAllChildren(source);
    label.textContent = 'Press Ctrl+C';
  }
}

function reveal(button: HTMLElement, selector: string): void {
  const field = document.querySelector<HTMLInputElement>(selector);
  if (!field) return;
  const hidden = field.type === 'password';
  field.type = hidden ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(hidden));
}
