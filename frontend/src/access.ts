/** The permission matrix: finding rows, ticking whole columns and domains, counting. Without it every tick still works. */
const box = (cell: ParentNode | null): HTMLInputElement | null =>
  cell?.querySelector<HTMLInputElement>('input[name="p"]') ?? null;

for (const matrix of document.querySelectorAll<HTMLElement>('[data-matrix]')) attach(matrix);

function attach(matrix: HTMLElement): void {
  const bar = matrix.querySelector<HTMLElement>('[data-matrix-bar]');
  const search = matrix.querySelector<HTMLInputElement>('[data-matrix-search]');
  const held = matrix.querySelector<HTMLInputElement>('[data-matrix-held]');
  const fold = matrix.querySelector<HTMLButtonElement>('[data-matrix-fold]');
  const none = matrix.querySelector<HTMLElement>('[data-matrix-none]');
  const domains = [...matrix.querySelectorAll<HTMLDetailsElement>('[data-domain]')];
  if (!bar || !search || !held || !fold || !none) return;
  const total = document.querySelector<HTMLElement>('[data-matrix-total]');
  let before: boolean[] | null = null;

  bar.hidden = false;
  for (const toggles of matrix.querySelectorAll<HTMLElement>('[data-toggles]')) toggles.hidden = false;

  const filter = (): void => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const narrowed = words.length > 0 || held.checked;
    if (narrowed && before === null) before = domains.map((domain) => domain.open);
    let shown = 0;
    for (const domain of domains) {
      let found = 0;
      for (const row of domain.querySelectorAll<HTMLElement>('[data-row]')) {
        const text = `${row.dataset['words'] ?? ''} ${row.textContent?.toLowerCase() ?? ''}`;
        const fits = words.every((word) => text.includes(word)) && (!held.checked || isHeld(row));
        row.hidden = !fits;
        if (fits) found += 1;
      }
      shown += found;
      domain.hidden = narrowed && found === 0;
      if (narrowed) domain.open = found > 0;
    }
    if (!narrowed && before !== null) {
      const were = before;
      domains.forEach((domain, index) => (domain.open = were[index] ?? false));
      before = null;
    }
    none.hidden = shown > 0;
    label();
  };
  const label = (): void => {
    fold.textContent = domains.some((domain) => !domain.hidden && !domain.open) ? 'Unfold all' : 'Fold all';
  };
  const count = (): void => {
    if (matrix.dataset['matrix'] !== 'edit') return;
    let ticked = 0;
    let all = 0;
    for (const domain of domains) {
      let here = 0;
      let there = 0;
      for (const row of domain.querySelectorAll<HTMLElement>('[data-row]')) {
        const every = box(row.querySelector('[data-action="*"]'));
        const boxes = [...row.querySelectorAll<HTMLInputElement>('input[name="p"]')].filter((one) => one !== every);
        for (const one of boxes) one.classList.toggle('is-implied', every?.checked ?? false);
        here += every?.checked ? boxes.length : boxes.filter((one) => one.checked).length;
        there += boxes.length;
      }
      const output = domain.querySelector('[data-count]');
      if (output) output.textContent = `${here} of ${there}`;
      ticked += here;
      all += there;
      for (const toggle of domain.querySelectorAll<HTMLInputElement>('[data-toggle-column]')) {
        const boxes = column(domain, toggle.dataset['toggleColumn'] ?? '');
        const on = boxes.filter((one) => one.checked).length;
        toggle.disabled = boxes.length === 0;
        toggle.checked = on > 0 && on === boxes.length;
        toggle.indeterminate = on > 0 && on < boxes.length;
      }
    }
    if (total) total.textContent = `${ticked} of ${all}`;
  };

  search.addEventListener('input', filter);
  search.addEventListener('keydown', (event) => {
    // Enter in the search must not save the form around it.
    if (event.key === 'Enter') event.preventDefault();
  });
  held.addEventListener('change', filter);
  fold.addEventListener('click', () => {
    const open = domains.some((domain) => !domain.hidden && !domain.open);
    for (const domain of domains) domain.open = open;
    label();
  });
  matrix.addEventListener('toggle', label, true);
  matrix.addEventListener('change', (event) => {
    const toggle = event.target as HTMLInputElement;
    const wanted = toggle.dataset['toggleColumn'];
    const domain = toggle.closest('[data-domain]');
    if (wanted && domain) for (const one of column(domain, wanted)) one.checked = toggle.checked;
    count();
  });
  count();
  label();
}

/** The boxes of one column that are shown and can be ticked. */
function column(domain: Element, action: string): HTMLInputElement[] {
  return [...domain.querySelectorAll<HTMLElement>(`[data-row]:not([hidden]) [data-action="${action}"]`)]
    .map(box)
    .filter((one): one is HTMLInputElement => one !== null && !one.disabled);
}

function isHeld(row: HTMLElement): boolean {
  return row.querySelector('input[name="p"]:checked, .tick.is-all, .tick.is-some') !== null;
}
