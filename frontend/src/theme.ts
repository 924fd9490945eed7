// Loaded as a blocking classic script in <head>, so that the page never flashes in the other theme.
const KEY = 'motorpool-theme';
const dark = window.matchMedia('(prefers-color-scheme: dark)');

function apply(): void {
  let wish: string | null = null;
  try {
    wish = localStorage.getItem(KEY);
  } catch {
    // Storage may be forbidden; the system's wish holds then.
  }
  const theme = wish === 'light' || wish === 'dark' ? wish : dark.matches ? 'dark' : 'light';
  const root = document.documentElement;
  if (root.dataset['bsTheme'] === theme) return;
  root.dataset['bsTheme'] = theme;
  document.dispatchEvent(new CustomEvent('motorpool:theme', { detail: theme }));
}

apply();
dark.addEventListener('change', apply);
window.addEventListener('storage', apply);
document.addEventListener('motorpool:theme-wish', apply);
