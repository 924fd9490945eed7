/** A long form that was changed is not left by accident; a form that came back with mistakes shows them first. */
export function unsaved(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-leave-asks]');
  document.querySelector<HTMLElement>('[data-summary]')?.focus();
  if (!form) return;
  let changed = false;
  form.addEventListener('input', () => { changed = true; });
  form.addEventListener('change', () => { changed = true; });
  form.addEventListener('submit', () => { changed = false; });
  window.addEventListener('beforeunload', (event) => { if (changed) event.preventDefault(); });
}
