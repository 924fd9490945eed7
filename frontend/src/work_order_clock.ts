/** Running clocks: `[data-since]` counts hours, minutes and seconds; `data-brief` leaves the seconds out. */
export function clocks(): void {
  write();
  setInterval(write, 1000);
}

/** Writes all clocks now, such as after new ones came in. */
export function write(): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-since]')) {
    const since = Date.parse(element.dataset['since'] ?? '');
    if (Number.isNaN(since)) continue;
    const text = running((Date.now() - since) / 1000, element.dataset['brief'] !== undefined);
    if (element.textContent !== text) element.textContent = text;
  }
}

/** `1:05:09`, or `1 h 05 min`, from seconds. */
export function running(seconds: number, brief: boolean): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (brief) return hours ? `${hours} h ${String(minutes).padStart(2, '0')} min` : `${minutes} min`;
  return `${hours}:${String(minutes).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`;
}
