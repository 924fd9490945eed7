// What of a vehicle's page changes by itself: its state, speed and last report.
import { setIcon } from '../icon';
import { speedText } from '../format';
import type { VehicleState } from '../map/fleet';
import { VehicleStream } from '../map/stream';

/** Keeps `[data-live=...]` of this vehicle in step; calls back when something new was reported. */
export function live(vehicle: string, reported: (at: Date) => void): void {
  const show = (states: VehicleState[]): void => {
    const state = states.find((one) => one.vehicle_id === vehicle);
    if (!state) return;
    const pill = document.querySelector<HTMLElement>('[data-live=state] .pill');
    if (pill) {
      pill.className = `pill is-${state.state}`;
      pill.dataset['state'] = state.state;
      const symbol = pill.querySelector('svg');
      if (symbol) setIcon(symbol, `state-${state.state}`);
      const label = pill.querySelector('[data-label]');
      if (label) label.textContent = state.state.charAt(0).toUpperCase() + state.state.slice(1);
    }
    const speed = document.querySelector('[data-live=speed]');
    if (speed) speed.textContent = state.state === 'moving' ? speedText(state.speed_kph) : '–';
    const time = document.querySelector<HTMLTimeElement>('[data-live=reported] time');
    if (time && state.recorded_at) time.dateTime = state.recorded_at;
    if (state.recorded_at) reported(new Date(state.recorded_at));
  };
  new VehicleStream('/api/v1/stream?topics=vehicle_states', { snapshot: show, changes: show, connected: () => undefined }).open();
}
