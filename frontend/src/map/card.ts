// The card of the chosen vehicle.
import { ago, distanceText, duration, moment, speed, speedUnit } from '../format';
import { icon, setIcon } from '../icon';
import type { Vehicle } from './fleet';

export interface CardHandlers {
  closed(): void;
  follow(on: boolean): void;
}

export class Card {
  private readonly box = document.getElementById('live-card') as HTMLElement;
  private readonly title = document.createElement('h2');
  private readonly sub = document.createElement('div');
  private readonly pill = document.createElement('span');
  private readonly pillIcon = icon('state-offline');
  private readonly pillText = document.createElement('span');
  private readonly speed = document.createElement('div');
  private readonly facts = document.createElement('dl');
  private readonly values = new Map<string, HTMLElement>();
  private readonly page = document.createElement('a');
  private readonly followButton = document.createElement('button');
  private following = false;
  private shownId = '';

  constructor(private readonly handlers: CardHandlers) {
    this.build();
    this.box.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') handlers.closed();
    });
  }

  hide(): void {
    this.box.hidden = true;
    this.shownId = '';
  }

  /** `nowMs`: the server's time. */
  show(vehicle: Vehicle, nowMs: number): void {
    if (this.shownId !== vehicle.vehicle_id) {
      this.shownId = vehicle.vehicle_id;
      this.page.href = `/vehicles/${vehicle.vehicle_id}`;
      this.box.hidden = false;
    }
    this.title.textContent = vehicle.number;
    this.sub.textContent = [vehicle.name === vehicle.number ? null : vehicle.name, capitalised(vehicle.kind?.replace('_', ' '))].filter(Boolean).join(' · ');
    this.pill.className = `pill is-${vehicle.state}`;
    setIcon(this.pillIcon, `state-${vehicle.state}`);
    this.pillText.textContent = capitalised(vehicle.state);
    this.writeSpeed(vehicle);
    const since = vehicle.since ? new Date(vehicle.since) : null;
    this.write('Driver', vehicle.driver_name ?? 'Nobody assigned');
    this.write('Since', since && vehicle.state !== 'offline' ? `${moment(since, 'time')}, ${duration((nowMs - since.getTime()) / 1000)}` : null);
    this.write('Last report', vehicle.reportedAt ? ago((nowMs - vehicle.reportedAt) / 1000) : 'never');
    this.write('Odometer', vehicle.odometer_km == null ? '–' : distanceText(vehicle.odometer_km));
  }

  setFollowing(on: boolean): void {
    this.following = on;
    this.followButton.setAttribute('aria-pressed', String(on));
    this.followButton.lastChild?.replaceWith(on ? 'Following' : 'Follow');
  }

  focus(): void {
    this.title.focus({ preventScroll: true });
  }

  contains(element: Element | null): boolean {
    return this.box.contains(element);
  }

  private build(): void {
    const head = div('live-card-head');
    const names = div('min-w-0');
    this.title.tabIndex = -1;
    this.sub.className = 'live-card-sub';
    names.append(this.title, this.sub);
    const close = document.createElement('button');
    close.type = 'button';
    close.className = 'tool';
    close.ariaLabel = 'Close';
    close.append(icon('x'));
    close.addEventListener('click', () => this.handlers.closed());
    head.append(names, close);
    const now = div('live-card-now');
    this.speed.className = 'live-card-speed';
    this.pill.append(this.pillIcon, this.pillText);
    now.append(this.pill, this.speed);
    const foot = div('live-card-foot');
    this.followButton.type = 'button';
    this.followButton.className = 'btn';
    this.followButton.setAttribute('aria-pressed', 'false');
    this.followButton.append(icon('current-location'), 'Follow');
    this.followButton.addEventListener('click', () => this.handlers.follow(!this.following));
    this.page.className = 'btn btn-primary';
    this.page.textContent = 'Open vehicle';
    foot.append(this.followButton, this.page);
    this.box.append(head, now, this.facts, foot);
  }

  private writeSpeed(vehicle: Vehicle): void {
    if (vehicle.state !== 'moving' || vehicle.speed_kph == null) {
      this.speed.replaceChildren();
      return;
    }
    const unit = document.createElement('small');
    unit.textContent = ` ${speedUnit}`;
    this.speed.replaceChildren(String(speed(vehicle.speed_kph)), unit);
  }

  /** A line of the card; null takes it out of sight. */
  private write(label: string, text: string | null): void {
    let value = this.values.get(label);
    if (!value) {
      const line = document.createElement('div');
      const term = document.createElement('dt');
      term.textContent = label;
      value = document.createElement('dd');
      line.append(term, value);
      this.facts.append(line);
      this.values.set(label, value);
    }
    (value.parentElement as HTMLElement).hidden = text === null;
    if (value.textContent !== text) value.textContent = text;
  }
}

function div(className: string): HTMLDivElement {
  const made = document.createElement('div');
  made.className = className;
  return made;
}

function capitalised(word: string | undefined): string {
  return word ? word.charAt(0).toUpperCase() + word.slice(1) : '';
}
