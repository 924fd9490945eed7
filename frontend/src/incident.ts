// An incident's page: countdowns of the law's clocks, and photos.
import { photosToRecords } from './incident/send_now';
import { running } from './work_order_clock';

/** `isFirst`: what has ended already by this device's clock, which may be wrong, does not load the page again and again. */
function countDown(isFirst: boolean): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-until]')) {
    const until = Date.parse(element.dataset['until'] ?? '');
    if (Number.isNaN(until)) continue;
    const left = (until - Date.now()) / 1000;
    if (left <= 0 && element.dataset['ended'] === undefined) {
      element.dataset['ended'] = '';
      // The phase has ended: the page says what comes next.
      if (!isFirst) window.setTimeout(() => window.location.reload(), 2_000);
    }
    const text = running(left, false);
    if (element.textContent !== text) element.textContent = text;
  }
}

if (document.querySelector('[data-until]')) {
  countDown(true);
  window.setInterval(() => countDown(false), 1000);
}
photosToRecords();
