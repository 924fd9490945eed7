/**
 * The parts of a work order are marked as fast as a scanner types: without leaving the page, or the next code and the quantities
 * that were filled in would be lost on the way. The page that would have come says which lines the code means, or that it means none.
 */
export function scans(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-scans]');
  const field = form?.querySelector<HTMLInputElement>('input[name=q]');
  const said = document.querySelector<HTMLElement>('[data-said]');
  if (!form || !field || !said) return;
  const address = form.action;
  let before = Promise.resolve();

  async function mark(code: string, notes: HTMLElement): Promise<void> {
    const url = `${address}?${new URLSearchParams({ q: code })}`;
    const answer = await fetch(url).catch(() => null);
    // Signed out, or something went wrong: the page itself says what.
    if (!answer?.ok || answer.redirected) return window.location.assign(url);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const meant of page.querySelectorAll<HTMLInputElement>('input[name=line]:checked')) {
      const box = document.querySelector<HTMLInputElement>(`input[name=line][value="${CSS.escape(meant.value)}"]`);
      if (!box) continue;
      box.checked = true;
      box.closest('tr')?.classList.add('is-this');
    }
    const note = page.querySelector('[data-said]');
    if (note?.childElementCount) notes.replaceChildren(...note.children);
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const code = field.value.trim();
    field.value = '';
    if (code) before = before.then(() => mark(code, said));
  });
}
