// Speed over time. The chart's cursor and the replay are one.
import uPlot from 'uplot';
import { imperial, KM_PER_MILE, moment, speedUnit, zone } from '../format';
import { GAP_S, type Track } from './track';

const HEIGHT = 170;

/** The kit's colours are oklch() and light-dark(); a canvas reads them back as rgba. */
export function colourOf(value: string, alpha = 1): string {
  const probe = document.createElement('span');
  probe.className = 'visually-hidden';
  document.body.append(probe);
  probe.style.color = value;
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!context) return resolved;
  context.fillStyle = resolved;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
  return `rgba(${r}, ${g}, ${b}, ${alpha})`;
}

export class SpeedChart {
  private readonly box = document.getElementById('chart') as HTMLElement;
  private plot: uPlot | null = null;
  private t = 0;

  constructor(
    private readonly track: Track,
    private readonly chosen: (t: number) => void,
  ) {
    this.draw();
    document.addEventListener('motorpool:theme', () => this.draw());
    new ResizeObserver(() => this.plot?.setSize({ width: this.width(), height: HEIGHT })).observe(this.box);
  }

  /** Draws anew: other data, or another theme. */
  draw(): void {
    this.plot?.destroy();
    this.plot = null;
    if (this.track.length < 2) {
      this.box.hidden = true;
      return;
    }
    this.box.hidden = false;
    const [x, y] = this.data();
    const blue = colourOf('var(--tblr-primary)');
    const text = colourOf('var(--quiet)');
    const grid = colourOf('var(--tblr-body-color)', 0.1);
    const font = '12px "Inter Variable", system-ui, sans-serif';
    const axis = { stroke: text, font, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1, size: 4 } };
    const options: uPlot.Options = {
      width: this.width(),
      height: HEIGHT,
      padding: [12, 24, 0, 0],
      tzDate: (seconds) => (zone ? uPlot.tzDate(new Date(seconds * 1000), zone) : new Date(seconds * 1000)),
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 8, fill: blue }, move: (_, left, top) => [left, top] },
      scales: { y: { range: (_, __, most) => [0, Math.max(imperial ? 30 : 50, (most ?? 0) * 1.08)] } },
      axes: [
        { ...axis, space: 64, size: 34, incrs: [60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400], values: (_, ticks) => ticks.map((tick) => moment(new Date(tick * 1000), 'time')) },
        { ...axis, size: 44, label: undefined },
      ],
      series: [{}, { stroke: blue, width: 1.5, fill: colourOf('var(--tblr-primary)', 0.13), points: { show: false }, spanGaps: false, paths: uPlot.paths.stepped?.({ align: -1 }) }],
      hooks: { ready: [(plot) => this.ready(plot)] },
    };
    this.plot = new uPlot(options, [x, y], this.box);
    this.box.setAttribute('aria-label', this.inWords(y));
  }

  /** Puts the cursor on a moment. */
  mark(t: number): void {
    this.t = t;
    if (!this.plot) return;
    this.plot.setCursor({ left: this.plot.valToPos(t, 'x'), top: 0 }, false);
  }

  /** Of the content, padding taken off. */
  private width(): number {
    const { paddingLeft, paddingRight } = getComputedStyle(this.box);
    return this.box.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  }

  private ready(plot: uPlot): void {
    this.listen(plot);
    plot.setCursor({ left: plot.valToPos(this.t || this.track.start, 'x'), top: 0 }, false);
  }

  private listen(plot: uPlot): void {
    const choose = (event: PointerEvent): void => {
      const left = event.clientX - plot.over.getBoundingClientRect().left;
      this.chosen(plot.posToVal(left, 'x'));
    };
    plot.over.addEventListener('pointerdown', (event) => {
      choose(event);
      plot.over.setPointerCapture(event.pointerId);
    });
    plot.over.addEventListener('pointermove', (event) => {
      if (event.buttons) choose(event);
    });
    // Away from the chart the cursor goes back to where the replay is.
    plot.over.addEventListener('mouseleave', () => setTimeout(() => this.mark(this.t)));
  }

  /** Seconds and speeds in the person's unit; a null where nothing was reported for long. */
  private data(): [number[], (number | null)[]] {
    const { t, speed_kph: speed } = this.track.columns;
    const x: number[] = [];
    const y: (number | null)[] = [];
    t.forEach((at, index) => {
      const before = t[index - 1];
      if (before !== undefined && at - before > GAP_S) {
        x.push(before + 1);
        y.push(null);
      }
      const value = speed[index];
      x.push(at);
      y.push(value === null || value === undefined ? null : imperial ? value / KM_PER_MILE : value);
    });
    return [x, y];
  }

  private inWords(y: (number | null)[]): string {
    const most = Math.round(Math.max(0, ...y.map((value) => value ?? 0)));
    const at = (seconds: number): string => moment(new Date(seconds * 1000), 'datetime');
    return `Speed from ${at(this.track.start)} to ${at(this.track.end)}, at most ${most} ${speedUnit}`;
  }
}
