/** Time zone fields suggest the zones that the browser knows; with `data-time-zones` they start with its own. */
export function timeZones(): void {
  const field = document.querySelector<HTMLInputElement>('input[data-time-zones], input[data-zone-choices]');
  const list = field?.list;
  if (!field || !list) return;
  list.replaceChildren(...Intl.supportedValuesOf('timeZone').map((zone) => new Option(zone, zone)));
  if (!('timeZones' in field.dataset)) return;
  if (!field.value || field.value === 'UTC') field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
}
