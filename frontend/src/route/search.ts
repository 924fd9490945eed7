// Adding stops by a name, by coordinates, or from lines of a table.
import { findPlaces, type Found } from './ask';
import { element } from './element';

const PAUSE_MS = 200;

export interface Entry {
  lat: number;
  lng: number;
  name?: string;
  address?: string | null;
  radius?: number | null;
  duration?: number;
  weight?: number;
}

/** Two numbers that are a place on earth; null: something else. */
export function coordinates(text: string): { lat: number; lng: number } | null {
  const found = /^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text);
  const lat = Number(found?.[1]);
  const lng = Number(found?.[2]);
  return found && Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? { lat, lng } : null;
}

/** Stops of a table's lines, and the lines that are none. Columns: name, latitude, longitude, minutes, kg; tab, semicolon or comma. */
export function lines(text: string): { stops: Entry[]; wrong: number[] } {
  const stops: Entry[] = [];
  const wrong: number[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (!line.trim()) return;
    const cells = line.split(line.includes('\t') ? '\t' : line.includes(';') ? ';' : ',').map((cell) => cell.trim());
    const [name = '', lat = '', lng = '', minutes = '', kg = ''] = cells;
    const at = coordinates(`${lat} ${lng}`);
    if (!at || [minutes, kg].some((cell) => cell && !(Number(cell) >= 0))) {
      // The first line may be the heads of the columns.
      if (index > 0 || /\d/.test(line)) wrong.push(index + 1);
      return;
    }
    stops.push({ ...at, ...(name && { name }), ...(minutes && { duration: Math.round(Number(minutes)) }), ...(kg && { weight: Number(kg) }) });
  });
  return { stops, wrong };
}

export function search(form: HTMLFormElement, input: HTMLInputElement, list: HTMLElement, add: (entry: Entry) => void): void {
  let found: Found[] = [];
  let chosen = -1;
  let timer = 0;
  let asked = 0;

  const close = (): void => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const take = (place: Found): void => {
    add({ lat: place.lat, lng: place.lng, name: place.name, address: place.address, radius: place.radius_m });
    input.value = '';
    close();
  };
  const mark = (): void => {
    [...list.children].forEach((item, index) => item.setAttribute('aria-selected', String(index === chosen)));
    if (chosen >= 0) input.setAttribute('aria-activedescendant', `stop-match-${chosen}`);
  };
  const show = (): void => {
    list.replaceChildren(...found.map((place, index) =>
      element('li', { role: 'option', id: `stop-match-${index}`, 'aria-selected': 'false', onmousedown: (event) => { event.preventDefault(); take(place); } },
        place.name, element('small', {}, [place.kind, place.address].filter(Boolean).join(' · ')))));
    list.hidden = found.length === 0;
    input.setAttribute('aria-expanded', String(found.length > 0));
  };
  input.addEventListener('input', () => {
    clearTimeout(timer);
    chosen = -1;
    if (!input.value.trim() || coordinates(input.value)) {
      close();
      return;
    }
    const turn = ++asked;
    timer = window.setTimeout(() => {
      void findPlaces(input.value.trim()).then((places) => {
        if (turn !== asked) return;
        found = places;
        show();
      });
    }, PAUSE_MS);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
    if (list.hidden || !['ArrowDown', 'ArrowUp'].includes(event.key)) return;
    event.preventDefault();
    chosen = (chosen + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % found.length;
    mark();
  });
  input.addEventListener('blur', () => window.setTimeout(close, 150));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const at = coordinates(input.value);
    const place = found[Math.max(chosen, 0)];
    if (at) {
      add(at);
      input.value = '';
      close();
    } else if (!list.hidden && place) take(place);
  });
}
