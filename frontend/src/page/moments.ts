import { ago, day, moment } from '../format';

const STYLES = ['time', 'seconds', 'date', 'datetime', 'full'] as const;
type Style = (typeof STYLES)[number];

/** Writes every `<time datetime data-style>` in the tenant's zone; `data-style="ago"` goes on ageing. */
export function moments(): void {
  write(document);
  document.addEventListener('htmx:after:settle', () => write(document));
  setInterval(() => write(document, 'ago'), 10_000);
}

function write(root: ParentNode, only?: string): void {
  const wanted = only ? `time[data-style="${only}"]` : 'time[data-style]';
  for (const element of root.querySelectorAll<HTMLTimeElement>(wanted)) {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const style = element.dataset['style'] ?? '';
    if (style === 'day') {
      element.textContent = day(at);
      continue;
    }
    const text = style === 'ago' ? ago((Date.now() - at.getTime()) / 1000) : moment(at, asStyle(style));
    if (element.textContent !== text) element.textContent = text;
    if (style !== 'full') element.title = moment(at, 'full');
  }
}

function asStyle(text: string): Style {
  return STYLES.find((style) => style === text) ?? 'datetime';
}
