/** Panels under a button (`details.popover-menu`): one open at a time, closed by Escape and by a click elsewhere. */
export function popovers(): void {
  const open = (): HTMLDetailsElement[] => [...document.querySelectorAll<HTMLDetailsElement>('details.popover-menu[open]')];
  document.addEventListener('click', (event) => {
    const target = event.target as Element;
    if (!target.isConnected) return;
    for (const one of open()) if (!one.contains(target)) one.open = false;
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    for (const one of open()) {
      one.open = false;
      one.querySelector('summary')?.focus();
    }
  });
}
