/** Time zone fields suggest the zones that the browser knows, and start with its own. */
export function timeZones(): void {
  const field = document.querySelector<HTMLInputElement>('input[data-time-zones]');
  const list = field?.list;
  if (!field || !list) return;
  list.replaceChildren(...Intl.supportedValuesOf('timeZone').map((zone) => new Option(zone, zone)));
  if (!field.value || field.value === 'UTC') field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
}
