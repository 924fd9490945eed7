// The list of the day's trips and stops: choosing one shows its part of the track.
import type { StopMark } from './line';

export interface Part {
  kind: 'trip' | 'stop';
  span: [number, number];
}

export function stopsOf(list: HTMLElement | null): StopMark[] {
  const buttons = list?.querySelectorAll<HTMLElement>('[data-kind=stop][data-longitude]') ?? [];
  return [...buttons].map((button) => ({
    id: button.dataset['id'] ?? '',
    at: [Number(button.dataset['longitude']), Number(button.dataset['latitude'])],
  }));
}

/** Calls back with the chosen part, or null when the chosen one is clicked again. */
export function timeline(list: HTMLElement | null, chosen: (part: Part | null) => void): void {
  list?.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>('button[data-kind]');
    if (!button) return;
    const was = button.getAttribute('aria-pressed') === 'true';
    list.querySelectorAll('button[aria-pressed=true]').forEach((other) => other.setAttribute('aria-pressed', 'false'));
    button.setAttribute('aria-pressed', String(!was));
    const seconds = (name: string): number => Date.parse(button.dataset[name] ?? '') / 1000;
    const kind = button.dataset['kind'] === 'stop' ? 'stop' : 'trip';
    chosen(was ? null : { kind, span: [seconds('from'), seconds('to') || Date.now() / 1000] });
  });
}
