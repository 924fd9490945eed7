// The two lines at the head of a report: what is wrong, and what it waits for.

function write(selector: string, text: string, link?: { href: string; label: string }): void {
  const box = document.querySelector<HTMLElement>(selector);
  const place = box?.querySelector<HTMLElement>('[data-text]');
  if (!box || !place) return;
  place.textContent = text;
  if (link) {
    const anchor = document.createElement('a');
    anchor.href = link.href;
    anchor.textContent = link.label;
    place.append(' ', anchor);
  }
  box.hidden = !text;
  if (text) box.scrollIntoView({ block: 'nearest' });
}

export function tellProblem(text: string): void {
  write('[data-incident-problem]', text);
}

export function tellWaiting(text: string, signIn = false): void {
  write('[data-incident-waits]', text, signIn ? { href: `/sign-in?next=${encodeURIComponent(window.location.pathname)}`, label: 'Sign in' } : undefined);
}

/** Marks the fields that the server named; the first of them comes into view. `nameOf`: a problem's place as the form calls it. */
export function markFields(form: HTMLElement, errors: { field: string; message: string }[], nameOf: (field: string) => string): string[] {
  clearFields(form);
  const loose: string[] = [];
  let first: HTMLElement | null = null;
  for (const { field, message } of errors) {
    const input = form.querySelector<HTMLElement>(`[name="${CSS.escape(nameOf(field))}"]:not([type=hidden])`);
    const holder = input?.closest<HTMLElement>('.field, .stepper');
    if (!input || !holder) {
      loose.push(`${field.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase())} ${message}.`);
      continue;
    }
    const id = `${input.id || nameOf(field)}-error`;
    input.classList.add('is-invalid');
    input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-describedby', id);
    const note = document.createElement('div');
    note.className = 'field-error';
    note.id = id;
    note.textContent = message.replace(/^./, (letter) => letter.toUpperCase());
    holder.append(note);
    first ??= input;
  }
  first?.focus();
  first?.scrollIntoView({ block: 'center' });
  return loose;
}

export function clearFields(form: HTMLElement): void {
  for (const note of form.querySelectorAll('.field-error')) note.remove();
  for (const input of form.querySelectorAll('.is-invalid')) {
    input.classList.remove('is-invalid');
    input.removeAttribute('aria-invalid');
    input.removeAttribute('aria-describedby');
  }
}
