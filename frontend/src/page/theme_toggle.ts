/** The button switches between light and dark, and remembers it on this device. */
export function themeToggle(): void {
  document.addEventListener('click', (event) => {
    if (!(event.target as Element).closest('[data-theme-toggle]')) return;
    const next = document.documentElement.dataset['bsTheme'] === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem('motorpool-theme', next);
    } catch {
      // Without storage the page stays in the system's theme.
    }
    document.dispatchEvent(new Event('motorpool:theme-wish'));
  });
}
