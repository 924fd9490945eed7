// Times, distances and speeds as the person reads them: the tenant's time zone, the person's units. Hours are counted to 24,
// as the server writes them in sentences, tables and files.
const root = document.documentElement;
const locale = navigator.language || 'en';

export const zone: string | undefined = root.dataset['timeZone'] || undefined;
export const imperial = root.dataset['units'] === 'imperial';
export const KM_PER_MILE = 1.609344;
export const speedUnit = imperial ? 'mph' : 'km/h';

type Style = 'time' | 'seconds' | 'date' | 'datetime' | 'full';

const HOUR = { hour: '2-digit', hourCycle: 'h23' } as const;
const SHAPES: Record<Style, Intl.DateTimeFormatOptions> = {
  time: { ...HOUR, minute: '2-digit' },
  seconds: { ...HOUR, minute: '2-digit', second: '2-digit' },
  date: { year: 'numeric', month: 'short', day: 'numeric' },
  datetime: { month: 'short', day: 'numeric', ...HOUR, minute: '2-digit' },
  full: { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric', ...HOUR, minute: '2-digit', second: '2-digit', timeZoneName: 'short' },
};
const formats = new Map<string, Intl.DateTimeFormat>();

/** A moment in the tenant's time zone; the year is left out while it is this year. */
export function moment(at: Date, style: Style): string {
  const year = style === 'datetime' && Math.abs(Date.now() - at.getTime()) > 300 * 86_400_000;
  const key = `${style}${year}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { ...SHAPES[style], ...(year && { year: 'numeric' }), timeZone: zone });
    formats.set(key, format);
  }
  return format.format(at);
}

const days = new Intl.DateTimeFormat(locale, { ...SHAPES.date, timeZone: 'UTC' });

/** A calendar date, which is the same everywhere. */
export function day(at: Date): string {
  return days.format(at);
}

/** `12 s`, `7 min`, `1 h 05 min`, `3 d 4 h` from seconds. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} min`;
  const days = Math.floor(s / 86_400);
  return days < 14 ? `${days} d ${Math.floor((s % 86_400) / 3600)} h` : `${days} d`;
}

export function ago(seconds: number): string {
  return seconds < 3 ? 'just now' : `${duration(seconds)} ago`;
}

export function speed(kph: number): number {
  return Math.round(imperial ? kph / KM_PER_MILE : kph);
}

export function speedText(kph: number | null | undefined): string {
  return kph == null ? '–' : `${speed(kph)} ${speedUnit}`;
}

export function distanceText(km: number): string {
  const value = imperial ? km / KM_PER_MILE : km;
  const digits = value < 100 ? 1 : 0;
  return `${value.toLocaleString(locale, { maximumFractionDigits: digits, minimumFractionDigits: digits })} ${imperial ? 'mi' : 'km'}`;
}
