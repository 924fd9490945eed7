// Shortcuts for the keyboard; none while somebody types or a dialog is open.
const GO: Record<string, string> = {
  h: '/', v: '/vehicles', d: '/drivers', w: '/maintenance-records', i: '/invoices', t: '/trips', s: '/search',
};
const PATIENCE_MS = 1200;

export function keys(): void {
  let going = 0;
  document.addEventListener('click', (event) => {
    if ((event.target as Element).closest('[data-shortcuts]')) help();
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target as Element)) return;
    if (document.querySelector('dialog[open]')) return;
    if (going && Date.now() - going < PATIENCE_MS) {
      going = 0;
      if (event.key === 'm') return take(event, () => focus('[data-nav-find]'));
      const where = GO[event.key];
      if (where) return take(event, () => window.location.assign(where));
    }
    switch (event.key) {
      case '/': return take(event, () => focus('#search'));
      case '?': return take(event, help);
      case 'g': going = Date.now(); return;
      case 'c': case 'e': case 'f': {
        const target = document.querySelector<HTMLElement>(`[data-key="${event.key}"]`);
        return target ? take(event, () => target.click()) : undefined;
      }
      case 'j': return take(event, () => step(1));
      case 'k': return take(event, () => step(-1));
      case 'x': {
        const box = document.activeElement?.closest('tr')?.querySelector<HTMLInputElement>('.row-pick input');
        return box ? take(event, () => box.click()) : undefined;
      }
    }
  });
}

function take(event: Event, action: () => void): void {
  event.preventDefault();
  action();
}

function typing(target: Element): boolean {
  return target.matches('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]');
}

function focus(selector: string): void {
  const field = document.querySelector<HTMLInputElement>(selector);
  field?.focus();
  field?.select();
}

function step(by: number): void {
  const links = [...document.querySelectorAll<HTMLElement>('.list-table .cell-title')].filter((one) => one.tabIndex >= 0);
  if (!links.length) return;
  const here = links.findIndex((one) => one.closest('tr') === document.activeElement?.closest('tr'));
  links[Math.min(links.length - 1, Math.max(0, here < 0 ? 0 : here + by))]?.focus();
}

function help(): void {
  (document.getElementById('shortcuts') as HTMLDialogElement | null)?.showModal();
}
