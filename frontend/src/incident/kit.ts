// What a page for reporting knows of the person and the vehicles: fetched when there is a connection, kept on the phone for when
// there is none. The page itself is the same for everybody.
import { h } from '../inspect/dom';
import { Refused, SignedOut, ask } from '../inspect/server';
import { askToPersist, factOf, keepFact, keepPerson, person } from '../inspect/store';
import { standBy } from '../phone/stand_by';

export interface ReportKit {
  user_id: string;
  user_name: string;
  units: 'metric' | 'imperial';
  vehicles: { id: string; label: string; outline: string }[];
  /** The vehicle that the person has now, "" when that is not known. */
  vehicle: string;
  /** The person as a driver. */
  me: { id: string; name: string } | null;
  /** They report for others too. */
  names_drivers: boolean;
}

/** Opens a page: what is known is filled in, then `start` takes over. `form` is shown only then. */
export async function open(page: string, form: HTMLFormElement, start: (kit: ReportKit) => void): Promise<void> {
  for (const event of ['online', 'offline']) window.addEventListener(event, tellConnection);
  tellConnection();
  let kit: ReportKit | null;
  try {
    kit = await known(page);
  } catch (error) {
    said(h('div', { class: 'alert note is-bad', role: 'alert' }, error instanceof Error ? error.message : 'This page cannot work in this browser.'));
    return;
  }
  if (kit) {
    const number = kit.units === 'imperial' ? '911' : '112';
    for (const link of document.querySelectorAll<HTMLAnchorElement>('[data-emergency]')) {
      link.href = `tel:${number}`;
      link.textContent = `Call ${number}`;
    }
    vehicles(form, kit);
    for (const one of form.querySelectorAll<HTMLElement>('[data-me]')) one.textContent = kit.me?.name ?? '';
    for (const one of document.querySelectorAll<HTMLElement>('[data-if]')) one.hidden = !holds(one.dataset['if'] ?? '', kit);
    form.hidden = false;
    said();
    start(kit);
    document.documentElement.toggleAttribute('data-known', true);
  } else said(h('div', { class: 'empty-note' }, h('strong', {}, 'Nothing is kept on this device yet'), h('span', {}, 'Open this page once with a connection, signed in; then it works without one.')));
  void askToPersist();
  await standBy(page);
}

function said(...what: HTMLElement[]): void {
  document.querySelector('[data-loading]')?.replaceChildren(...what);
}

/** What a part of the page is for. */
function holds(condition: string, kit: ReportKit): boolean {
  if (condition === 'names-drivers') return kit.names_drivers;
  if (condition === 'me') return !kit.names_drivers && kit.me !== null;
  if (condition === 'nobody') return !kit.names_drivers && kit.me === null;
  return (condition === 'vehicles') === kit.vehicles.length > 0;
}

async function known(page: string): Promise<ReportKit | null> {
  const place = (user: string): string => `${page} ${user}`;
  try {
    const kit = (await (await ask(`${page}/kit`)).json()) as ReportKit;
    // A browser that keeps nothing still sends what is entered.
    await keepPerson({ user_id: kit.user_id, user_name: kit.user_name }).then(() => keepFact(place(kit.user_id), kit)).catch(() => undefined);
    return kit;
  } catch (error) {
    if (error instanceof SignedOut) {
      // Nothing of whoever was here before is shown to whoever comes next.
      await keepPerson(null).catch(() => undefined);
      window.location.assign(`/sign-in?next=${encodeURIComponent(page + window.location.search)}`);
      return null;
    }
    if (error instanceof Refused) throw error;
    const who = await person();
    return who ? factOf<ReportKit>(place(who.user_id)) : null;
  }
}

/** The choices, and the vehicle that `?vehicle=` names, else the one that the person has. */
function vehicles(form: HTMLFormElement, kit: ReportKit): void {
  const select = form.elements.namedItem('vehicle_id') as HTMLSelectElement;
  for (const one of kit.vehicles) {
    const option = new Option(one.label, one.id);
    option.dataset['outline'] = one.outline;
    select.append(option);
  }
  const named = new URLSearchParams(window.location.search).get('vehicle') ?? '';
  select.value = kit.vehicles.some((one) => one.id === named) ? named : kit.vehicle;
}

function tellConnection(): void {
  const pill = document.getElementById('phone-offline');
  if (pill) pill.hidden = navigator.onLine;
}
