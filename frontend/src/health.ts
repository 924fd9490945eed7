// The health page of a vehicle: one chart for each value that its engine reports, with one cursor for all.
import uPlot from 'uplot';
import { imperial, KM_PER_MILE, moment, speedUnit, zone } from './format';
import { colourOf } from './track/chart';

interface Metric {
  min: (number | null)[];
  max: (number | null)[];
  mean: (number | null)[];
}
interface EngineData {
  width_s: number;
  t: number[];
  [metric: string]: unknown;
}

const HEIGHT = 130;
/** A silence longer than this many spans is a gap in the line. */
const GAP_SPANS = 3;
const LEAST_GAP_S = 120;
/** Name, label, unit, digits, and the range that is always shown; all as the person reads them. */
const METRICS: [string, string, string, number, [number, number] | null][] = [
  ['rpm', 'Engine speed', '1/min', 0, [0, 1000]],
  ['speed', 'Speed', speedUnit, 0, [0, imperial ? 30 : 50]],
  ['engine_load', 'Load', '%', 0, [0, 100]],
  ['coolant_temp', 'Coolant', imperial ? '°F' : '°C', 0, imperial ? [140, 230] : [60, 110]],
  ['battery_voltage', 'Battery', 'V', 1, [11, 15]],
  ['fuel_level', 'Fuel level', '%', 1, [0, 100]],
  ['state_of_charge', 'Charge', '%', 1, [0, 100]],
];

/** What makes the stored value of a metric the one that is read, where they differ. */
const READ: Record<string, (value: number) => number> = imperial
  ? { speed: (kph) => kph / KM_PER_MILE, coolant_temp: (celsius) => celsius * 1.8 + 32 }
  : {};

type Column = (number | null)[];

/** Times and values with a null where nothing was reported for long. */
function columns(data: EngineData, metric: Metric, read: (value: number) => number): [number[], Column, Column, Column] {
  const gap = Math.max(LEAST_GAP_S, data.width_s * GAP_SPANS);
  const x: number[] = [];
  const [low, high, mean]: [Column, Column, Column] = [[], [], []];
  let last = -Infinity;
  data.t.forEach((t, at) => {
    const value = metric.mean[at];
    if (value === null || value === undefined) return;
    if (t - last > gap && x.length) {
      x.push(last + data.width_s);
      for (const column of [low, high, mean]) column.push(null);
    }
    x.push(t);
    low.push(read(metric.min[at] as number));
    high.push(read(metric.max[at] as number));
    mean.push(read(value));
    last = t;
  });
  return [x, high, low, mean];
}

class EngineChart {
  private plot: uPlot | null = null;
  private readonly box = document.createElement('div');
  private readonly told = document.createElement('output');

  constructor(
    figure: HTMLElement,
    private readonly label: string,
    private readonly unit: string,
    private readonly digits: number,
    private readonly shown: [number, number] | null,
    private readonly data: [number[], Column, Column, Column],
    private readonly span: [number, number],
  ) {
    const caption = document.createElement('figcaption');
    const name = document.createElement('span');
    name.textContent = label;
    caption.append(name, this.told);
    this.box.setAttribute('role', 'img');
    figure.append(caption, this.box);
    this.draw();
    document.addEventListener('motorpool:theme', () => this.draw());
    new ResizeObserver(() => this.plot?.setSize({ width: this.box.clientWidth, height: HEIGHT })).observe(this.box);
  }

  private text(value: number): string {
    return `${value.toFixed(this.digits)} ${this.unit}`;
  }

  private draw(): void {
    this.plot?.destroy();
    const line = colourOf('var(--tblr-primary)');
    const band = colourOf('var(--tblr-primary)', 0.2);
    const grid = colourOf('var(--tblr-body-color)', 0.1);
    const axis = { stroke: colourOf('var(--quiet)'), font: '12px "Inter Variable", system-ui, sans-serif', grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1, size: 4 } };
    const days = this.span[1] - this.span[0] > 2 * 86_400;
    const edge = { stroke: 'transparent', width: 0, points: { show: false }, spanGaps: false };
    const options: uPlot.Options = {
      width: this.box.clientWidth || 300,
      height: HEIGHT,
      padding: [8, 12, 0, 0],
      tzDate: (seconds) => (zone ? uPlot.tzDate(new Date(seconds * 1000), zone) : new Date(seconds * 1000)),
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'engine' }, points: { size: 7, fill: line } },
      scales: {
        x: { range: () => this.span },
        y: { range: (_, low, high) => [Math.min(this.shown?.[0] ?? low, low ?? Infinity), Math.max(this.shown?.[1] ?? high, (high ?? 0) * 1.02)] },
      },
      axes: [
        { ...axis, space: 72, size: 30, values: (_, ticks) => ticks.map((tick) => (days ? moment(new Date(tick * 1000), 'date').replace(/,? \d{4}$/, '') : moment(new Date(tick * 1000), 'time'))) },
        { ...axis, size: 46 },
      ],
      series: [{}, edge, edge, { stroke: line, width: 1.5, points: { show: false }, spanGaps: false }],
      bands: [{ series: [1, 2], fill: band }],
      hooks: { setCursor: [(plot) => this.tell(plot.cursor.idx ?? null)] },
    };
    this.plot = new uPlot(options, this.data, this.box);
    this.box.setAttribute('aria-label', this.inWords());
    this.tell(null);
  }

  /** What the cursor is at, else the least and the greatest. */
  private tell(at: number | null): void {
    const [x, high, low, mean] = this.data;
    const value = at === null ? null : mean[at];
    if (at === null || value === null || value === undefined) {
      this.told.textContent = this.range();
      return;
    }
    const [least, most] = [low[at] as number, high[at] as number];
    const wide = this.text(least) !== this.text(most);
    this.told.textContent = `${moment(new Date((x[at] as number) * 1000), 'datetime')}: ${this.text(value)}${wide ? ` (${least.toFixed(this.digits)} to ${most.toFixed(this.digits)})` : ''}`;
  }

  private range(): string {
    const least = Math.min(...this.data[2].filter((value) => value !== null));
    const most = Math.max(...this.data[1].filter((value) => value !== null));
    return least === most ? this.text(most) : `${least.toFixed(this.digits)} to ${this.text(most)}`;
  }

  private inWords(): string {
    const at = (seconds: number): string => moment(new Date(seconds * 1000), 'datetime');
    return `${this.label} from ${at(this.span[0])} to ${at(this.span[1])}: ${this.range()}`;
  }
}

function lengthText(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

async function show(section: HTMLElement): Promise<void> {
  const { vehicle = '', from = '', to = '' } = section.dataset;
  const note = (name: string): HTMLElement | null => section.querySelector(`[data-note=${name}]`);
  const box = section.querySelector<HTMLElement>('[data-charts]');
  const points = Math.max(120, Math.min(800, Math.round(section.clientWidth)));
  const query = new URLSearchParams({ from, to, points: String(points) });
  const answer = await fetch(`/api/v1/vehicles/${vehicle}/engine-data?${query}`);
  if (!answer.ok) throw new Error('The readings could not be loaded.');
  const data = (await answer.json()) as EngineData;
  note('loading')?.remove();
  if (!data.t.length || !box) {
    note('none')?.removeAttribute('hidden');
    return;
  }
  const span: [number, number] = [Date.parse(from) / 1000, Date.parse(to) / 1000];
  for (const [name, label, unit, digits, shown] of METRICS) {
    const metric = data[name] as Metric;
    if (!metric.mean.some((value) => value !== null)) continue;
    const figure = document.createElement('figure');
    figure.className = 'engine-chart';
    figure.dataset['metric'] = name;
    box.append(figure);
    new EngineChart(figure, label, unit, digits, shown, columns(data, metric, READ[name] ?? ((value) => value)), span);
  }
  const width = note('width');
  if (width && data.width_s > 1) width.textContent = `Mean of each ${lengthText(data.width_s)}; the band is least to greatest`;
  section.toggleAttribute('data-ready', true);
}

const section = document.getElementById('engine-charts');
if (section) {
  show(section).catch((error: unknown) => {
    const told = section.querySelector('[data-note=loading]');
    if (told) {
      told.textContent = error instanceof Error ? error.message : 'The readings could not be shown.';
      told.setAttribute('role', 'alert');
    }
  });
}
