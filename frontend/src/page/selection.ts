/** Selected rows of a list: all at once, a span with Shift, and the bar that says how many there are. */
export function selection(): void {
  let last: HTMLInputElement | null = null;
  const boxes = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>('.list-table tbody .row-pick input')];
  const count = (): void => {
    const all = boxes();
    const chosen = all.filter((box) => box.checked).length;
    const label = document.querySelector('[data-bulk-count]');
    if (label) label.textContent = `${chosen} selected`;
    const head = document.querySelector<HTMLInputElement>('[data-pick-all]');
    if (head) {
      head.checked = chosen > 0 && chosen === all.length;
      head.indeterminate = chosen > 0 && chosen < all.length;
    }
  };
  document.addEventListener('click', (event) => {
    const box = event.target as HTMLInputElement;
    if (!box.matches?.('.list-table .row-pick input')) return;
    if ('pickAll' in box.dataset) {
      for (const one of boxes()) one.checked = box.checked;
    } else {
      const all = boxes();
      const from = last ? all.indexOf(last) : -1;
      const to = all.indexOf(box);
      if (event.shiftKey && from >= 0) for (const one of all.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = box.checked;
      last = box;
    }
    count();
  });
  document.addEventListener('change', (event) => {
    if ((event.target as Element).matches('.list-table .row-pick input')) event.stopImmediatePropagation();
  }, true);
  document.addEventListener('reset', (event) => {
    if ((event.target as Element).matches('[data-bulk]')) setTimeout(count);
  });
  document.addEventListener('motorpool:picked', count);
  count();
}
