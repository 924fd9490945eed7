// The route planner: stops and vehicles of a day, shared out by the server, put right by hand, kept as routes.
import { distanceText, duration, imperial } from './format';
import { icon } from './icon';
import { createMap } from './map/create';
import { askPlan, type Day } from './route/ask';
import { element } from './route/element';
import { drawGroups, open } from './route/groups';
import { Board, colourOf, type Van } from './route/model';
import { PlanMap } from './route/plan_map';
import { lines, search, type Entry } from './route/search';

/** A change by hand is reckoned after this pause. */
const PAUSE_MS = 350;
const LITRES_PER_GALLON = 3.785411784;

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const board = new Board();
const status = byId('plan-status');
const problem = byId('plan-problem');
const optimize = byId<HTMLButtonElement>('plan-optimize');
const save = byId<HTMLButtonElement>('plan-save');
const adding = byId<HTMLInputElement>('stop-by-click');
const vans = document.getElementById('plan-vans');
const depots = byId<HTMLSelectElement>('plan-depot');
const choices = document.getElementById('plan-add-van') as HTMLSelectElement | null;
let planMap: PlanMap | null = null;
let timer = 0;
let turn = 0;

function day(): Day {
  const value = (id: string): string => byId<HTMLInputElement>(id).value;
  return { name: value('plan-name'), date: value('plan-date'), from: value('plan-from'), to: value('plan-to'), criteria: value('plan-criteria') };
}

function draw(): void {
  drawGroups(byId('plan-groups'), board, { order: reordered, stop: changed, remove: removed, depot: makeDepot });
  byId('stop-count').textContent = board.stops.size ? `(${board.stops.size})` : '';
  optimize.disabled = board.stops.size === 0 || board.vans.length === 0;
  save.disabled = !board.plan || board.plan.routes.length === 0;
  drawTotals();
  planMap?.draw();
}

function drawTotals(): void {
  const totals = byId('plan-totals');
  const { plan } = board;
  totals.hidden = !plan;
  const basis = byId('plan-basis');
  basis.hidden = plan?.estimate_basis !== 'straight_line';
  if (!plan) return;
  (basis.querySelector('span') as HTMLElement).textContent = byId('planner').dataset['hasRoads']
    ? 'Straight-line estimate: the routing service could not be asked.'
    : 'Straight-line estimate: no map of the roads is set up.';
  const facts: [string, string][] = [['Distance', distanceText(plan.distance_m / 1000)], ['Time', duration(plan.duration_s)]];
  if (plan.fuel_liters !== null) {
    facts.push(['Fuel, by model', imperial ? `${(plan.fuel_liters / LITRES_PER_GALLON).toFixed(1)} gal` : `${plan.fuel_liters.toFixed(1)} l`]);
  }
  facts.push(['Not assigned', String(plan.unassigned.length)]);
  totals.replaceChildren(...facts.map(([name, text]) => element('div', {}, element('dt', {}, name), element('dd', {}, text))));
}

function drawVans(): void {
  vans?.replaceChildren(...board.vans.map((van, index) => {
    const drivers = byId<HTMLTemplateElement>('driver-choices').content.firstElementChild?.cloneNode(true) as HTMLSelectElement;
    drivers.value = van.driver;
    drivers.setAttribute('aria-label', `Driver of ${van.number}`);
    drivers.addEventListener('change', () => { van.driver = drivers.value; });
    const capacity = element('input', {
      class: 'form-control form-control-sm', type: 'number', min: '0', placeholder: 'kg', 'aria-label': `Capacity of ${van.number}, kg`, value: van.capacity === null ? '' : String(van.capacity),
    });
    capacity.addEventListener('change', () => {
      van.capacity = capacity.value === '' ? null : Math.max(0, Number(capacity.value));
      changed();
    });
    const remove = element('button', { type: 'button', class: 'btn btn-icon btn-sm', 'aria-label': `Leave out ${van.number}`, onclick: () => {
      board.removeVan(index);
      chooseVans();
      changed();
    } }, icon('x'));
    const item = element('li', { class: 'planner-van' },
      element('span', { class: 'line-dot', 'aria-hidden': 'true' }), element('span', { class: 'planner-van-name' }, van.number), remove,
      element('div', { class: 'planner-van-more' }, drivers, capacity),
      element('div', { class: 'planner-van-sub' }, baseText(van)));
    item.style.setProperty('--line', colourOf(index));
    return item;
  }));
}

function baseText(van: Van): string {
  const base = board.baseOf(van);
  return base ? `From and to ${base.name}` : 'Begins at its first stop: choose where it starts above';
}

function depotChosen(): void {
  const [option] = depots.selectedOptions;
  const { name = '', lat, lng } = option?.dataset ?? {};
  board.depot = lat && lng ? { name, lat: Number(lat), lng: Number(lng) } : null;
  drawVans();
  changed();
}

/** A stop becomes the place where all vehicles begin and end. */
function makeDepot(key: number): void {
  const stop = board.stops.get(key);
  if (!stop) return;
  depots.append(element('option', { value: `stop-${key}`, 'data-name': stop.name, 'data-lat': String(stop.lat), 'data-lng': String(stop.lng) }, stop.name));
  depots.value = `stop-${key}`;
  board.removeStop(key);
  open(null);
  depotChosen();
}

/** A vehicle is offered once. */
function chooseVans(): void {
  for (const option of choices?.options ?? []) option.hidden = option.disabled = board.vans.some((van) => van.id === option.value);
  drawVans();
}

function addVan(option: HTMLOptionElement): void {
  const { number = '', payload, home, lat, lng } = option.dataset;
  const van: Van = {
    id: option.value, number, driver: '', capacity: payload ? Number(payload) : null,
    home: lat && lng ? { name: home ?? '', lat: Number(lat), lng: Number(lng) } : null,
  };
  board.addVan(van);
  chooseVans();
  changed();
  planMap?.fit();
}

function add(entry: Entry, fit = true): void {
  const { lat, lng, name, address, radius, duration: minutes, weight } = entry;
  board.addStop({ lat, lng, ...(name && { name }), ...(address && { address }), ...(radius && { radius }), ...(minutes !== undefined && { duration: minutes }), ...(weight !== undefined && { weight }) });
  changed();
  if (fit) planMap?.fit();
}

function removed(key: number): void {
  board.removeStop(key);
  open(null);
  changed();
}

/** Something that the plan rests on is another: what was reckoned does not hold any more. */
function changed(): void {
  if (board.orders.some((list) => list.length)) reordered();
  else {
    board.plan = null;
    draw();
  }
}

function reordered(): void {
  draw();
  clearTimeout(timer);
  if (!board.orders.some((list) => list.length)) return;
  timer = window.setTimeout(() => void ask({ keep: true, save: false }), PAUSE_MS);
}

async function ask(options: { keep: boolean; save: boolean }): Promise<void> {
  const mine = ++turn;
  clearTimeout(timer);
  problem.hidden = true;
  status.textContent = options.save ? 'Saving …' : options.keep ? 'Reckoning …' : 'Looking for a good order …';
  optimize.disabled = save.disabled = true;
  try {
    const plan = await askPlan(board, day(), options);
    if (mine !== turn) return;
    if (options.keep) board.plan = plan;
    else board.adopt(plan);
    if (options.save) {
      window.location.assign(plan.routes.length === 1 ? `/routes/${plan.routes[0]?.route_id ?? ''}` : `/routes?plan_id=${plan.plan_id ?? ''}`);
      return;
    }
    status.textContent = '';
    draw();
    if (!options.keep) planMap?.fit();
  } catch (error) {
    if (mine !== turn) return;
    problem.hidden = false;
    problem.textContent = error instanceof Error ? error.message : 'The server could not be reached.';
    status.textContent = '';
    if (!options.save) board.plan = null;
    draw();
    problem.scrollIntoView({ block: 'nearest' });
  }
}

choices?.addEventListener('change', () => {
  const [option] = choices.selectedOptions;
  if (option?.value) addVan(option);
  choices.value = '';
});
search(byId('stop-form'), byId('stop-query'), byId('stop-matches'), add);
byId('stop-paste-add').addEventListener('click', () => {
  const box = byId<HTMLTextAreaElement>('stop-paste');
  const { stops, wrong } = lines(box.value);
  stops.forEach((stop) => add(stop, false));
  planMap?.fit();
  problem.hidden = wrong.length === 0;
  if (wrong.length) problem.textContent = `Line ${wrong.join(', ')} was left out: it takes name, latitude, longitude, minutes, kg.`;
  else box.value = '';
});
for (const id of ['plan-date', 'plan-from', 'plan-to', 'plan-criteria']) byId(id).addEventListener('change', changed);
depots.addEventListener('change', depotChosen);
optimize.addEventListener('click', () => void ask({ keep: false, save: false }));
save.addEventListener('click', () => void ask({ keep: true, save: true }));
adding.addEventListener('change', showAdding);

function showAdding(): void {
  document.querySelector('.planner-map')?.classList.toggle('is-adding', adding.checked);
}

showAdding();
draw();
const homes = [...(choices?.options ?? []), ...depots.options].flatMap((option): [number, number][] => (option.dataset['lat'] ? [[Number(option.dataset['lng']), Number(option.dataset['lat'])]] : []));
const box = byId('plan-map');
void createMap(box, { ...(homes[0] && { view: { center: homes[0], zoom: 11 } }), fit: () => planMap?.fit() }).then(({ map }) => {
  planMap = new PlanMap(map, board, {
    add: (lat, lng) => add({ lat: Number(lat.toFixed(6)), lng: Number(lng.toFixed(6)) }, false),
    moved: changed,
    chosen: (key) => {
      open(key);
      draw();
      document.querySelector(`[data-stop="${key}"]`)?.scrollIntoView({ block: 'nearest' });
    },
  }, () => adding.checked);
  planMap.draw();
  if (board.stops.size) planMap.fit();
  map.once('idle', () => box.toggleAttribute('data-ready', true));
});
