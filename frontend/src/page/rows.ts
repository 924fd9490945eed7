/** A click anywhere on a table row with `data-href` follows the row's link; the link itself stays the keyboard's way. */
export function rows(): void {
  document.addEventListener('click', (event) => {
    const target = event.target as Element;
    const row = target.closest<HTMLElement>('tr[data-href]');
    if (!row || target.closest('a, button, input, select, label') || window.getSelection()?.toString()) return;
    const href = row.dataset['href'] ?? '';
    if (event.metaKey || event.ctrlKey) window.open(href);
    else window.location.assign(href);
  });
}
