import { tellContent } from './ready';

/** Lists of structures in forms, and the column chooser: add a row, remove it, move it up and down. */
export function rowEditors(): void {
  let next = 1000;
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-row-add], [data-row-remove], [data-row-up], [data-row-down]');
    if (!button) return;
    if ('rowAdd' in button.dataset) {
      const field = button.closest('.rows-field');
      const template = [...(field?.children ?? [])].find((child) => child instanceof HTMLTemplateElement) as HTMLTemplateElement | undefined;
      const body = field?.querySelector('tbody');
      if (!template || !body) return;
      next += 1;
      const holder = document.createElement('template');
      // Fields and ids of the row count from a number that no other row has; the server goes by their order.
      holder.innerHTML = template.innerHTML.replaceAll('__n__', String(next));
      body.append(holder.content);
      tellContent();
      body.lastElementChild?.querySelector<HTMLElement>('input:not([type=hidden]), select, textarea')?.focus();
      return;
    }
    const row = button.closest<HTMLElement>('[data-row]');
    if (!row) return;
    if ('rowRemove' in button.dataset) {
      const neighbour = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector<HTMLElement>('[data-row-remove]');
      const add = row.closest('.rows-field')?.querySelector<HTMLElement>('[data-row-add]');
      row.remove();
      (neighbour ?? add)?.focus();
    } else if ('rowUp' in button.dataset) {
      row.previousElementSibling?.before(row);
      button.focus();
    } else {
      row.nextElementSibling?.after(row);
      button.focus();
    }
  });
}
