// What else the live map can show: places, fences, routes. A layer is one entry; `LayerControl` does the rest.
import * as maplibregl from 'maplibre-gl';
import type { Feature, FeatureCollection } from 'geojson';
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map, MapGeoJSONFeature, MapMouseEvent } from 'maplibre-gl';
import { icon } from '../icon';
import { repaint } from './base_layers';
import { badgeImage, placeLayers } from './badges';
import { palette, type Palette } from './palette';

/** Degrees: west, south, east, north. */
export type ViewBox = [number, number, number, number];
export type Properties = Record<string, unknown>;

/** What opens over a place: its name, what is worth knowing, and where there is more. */
export interface Popup {
  title: string;
  /** Page of the record. */
  href?: string;
  facts: [label: string, text: string | null | undefined][];
  /** Pages elsewhere: `[text, address]`. They open in a tab of their own. */
  links?: [string, string][];
}

export interface MapLayer {
  /** Unique; kept as the person's choice, so it stays the same for ever. Small letters and underscores. */
  id: string;
  label: string;
  /** A symbol of `icons.json`: in the list of layers, and in the badge on the map. */
  icon: string;
  /** Colour of badges and clusters; readable below white. */
  colour: string;
  /** Address that answers a GeoJSON FeatureCollection, with `truncated: true` when there was more than it gives. */
  source(box: ViewBox): string;
  /** Below this zoom nothing is asked for; 0 when left out. */
  minzoom?: number;
  /** Points only: a word below the badge, such as `['get', 'label']`. */
  text?: ExpressionSpecification;
  /**
   * Layers of its own instead of badges that cluster, for lines and areas. `source` is the id to draw from; the ids of
   * the layers begin with it.
   */
  style?(source: string, colours: Palette): LayerSpecification[];
  popup(properties: Properties): Popup;
}

export interface ControlOptions {
  /** Layers that this person may see, in the order of the list. */
  layers: MapLayer[];
  /** Ids that are on at first. */
  on: string[];
  /** Called with the ids that are on, after a switch. */
  changed(on: string[]): void;
  /** Everything is drawn below this layer. */
  below?: string | undefined;
  /** Layers whose features are hit first; a click on one opens no popup. */
  above: string[];
}

type Collection = FeatureCollection & { truncated?: boolean };

const WAIT_MS = 150;
/** Asked for beyond the view, as a share of it, so that a small move asks for nothing. */
const MARGIN = 0.25;
const NOTHING: Collection = { type: 'FeatureCollection', features: [] };

/** One layer on the map: fetched by the map's box, again when the view leaves what was fetched. */
class ShownLayer {
  readonly sourceId: string;
  private known: { box: ViewBox; zoom: number; truncated: boolean } | null = null;
  private asking: AbortController | null = null;
  private waiting = 0;
  private popup: maplibregl.Popup | null = null;
  private readonly ids: string[];
  isOn = false;

  constructor(
    private readonly map: Map,
    readonly layer: MapLayer,
    private readonly options: ControlOptions,
    private readonly told: (layer: MapLayer, note: string) => void,
  ) {
    this.sourceId = `layer-${layer.id}`;
    const own = layer.style !== undefined;
    if (!own) badgeImage(map, this.sourceId, layer.icon, layer.colour);
    map.addSource(this.sourceId, {
      type: 'geojson', data: NOTHING, ...(!own && { cluster: true, clusterRadius: 44, clusterMaxZoom: 14 }),
    });
    const layers = (): LayerSpecification[] => layer.style?.(this.sourceId, palette()) ?? placeLayers(this.sourceId, layer, palette());
    this.ids = layers().map(({ id }) => id);
    for (const one of layers()) map.addLayer({ ...one, layout: { ...one.layout, visibility: 'none' } } as LayerSpecification, options.below);
    document.addEventListener('motorpool:theme', () => repaint(map, layers()));
    map.on('moveend', () => this.look());
    map.on('click', this.ids, (event) => void this.clicked(event));
    map.on('mouseenter', this.ids, () => { map.getCanvas().style.cursor = 'pointer'; });
    map.on('mouseleave', this.ids, () => { map.getCanvas().style.cursor = ''; });
  }

  set(on: boolean): void {
    this.isOn = on;
    for (const id of this.ids) this.map.setLayoutProperty(id, 'visibility', on ? 'visible' : 'none');
    if (on) this.look();
    else {
      this.popup?.remove();
      this.asking?.abort();
      this.told(this.layer, '');
    }
  }

  /** What the browser holds of it, for tests. */
  async held(): Promise<number> {
    const data = await (this.map.getSource(this.sourceId) as GeoJSONSource).getData();
    return (data as FeatureCollection).features.length;
  }

  private look(): void {
    if (!this.isOn) return;
    window.clearTimeout(this.waiting);
    if (this.map.getZoom() < (this.layer.minzoom ?? 0)) {
      this.told(this.layer, 'Zoom in to see them');
      this.known = null;
      this.show(NOTHING);
      return;
    }
    if (this.covers()) return;
    this.waiting = window.setTimeout(() => void this.fetch(), WAIT_MS);
  }

  /** Whether what was fetched holds all of the view. */
  private covers(): boolean {
    if (!this.known) return false;
    const [west, south, east, north] = viewBox(this.map, 0);
    const { box, zoom, truncated } = this.known;
    const inside = west >= box[0] && south >= box[1] && east <= box[2] && north <= box[3];
    return inside && !(truncated && this.map.getZoom() > zoom + 0.25);
  }

  private async fetch(): Promise<void> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const box = viewBox(this.map, MARGIN);
    const zoom = this.map.getZoom();
    try {
      const answer = await fetch(this.layer.source(box), { signal: asking.signal, headers: { Accept: 'application/json' } });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const found = (await answer.json()) as Collection;
      this.known = { box, zoom, truncated: found.truncated === true };
      this.show(found);
      this.told(this.layer, found.truncated ? 'Too many here: zoom in to see all' : '');
    } catch (error) {
      if ((error as Error).name !== 'AbortError') this.told(this.layer, 'Cannot be loaded now');
    }
  }

  private show(data: Collection): void {
    void (this.map.getSource(this.sourceId) as GeoJSONSource).setData(data);
  }

  private async clicked(event: MapMouseEvent & { features?: MapGeoJSONFeature[] }): Promise<void> {
    const { above } = this.options;
    if (event.defaultPrevented || hits(this.map, event, above)) return;
    const feature = event.features?.[0];
    if (!feature) return;
    event.preventDefault();
    const cluster = feature.properties['cluster_id'] as number | undefined;
    const at = feature.geometry.type === 'Point' ? (feature.geometry.coordinates as [number, number]) : event.lngLat;
    if (cluster !== undefined) {
      const zoom = await (this.map.getSource(this.sourceId) as GeoJSONSource).getClusterExpansionZoom(cluster);
      this.map.easeTo({ center: at, zoom: zoom + 0.2 });
      return;
    }
    this.popup?.remove();
    this.popup = new maplibregl.Popup({ maxWidth: '19rem', offset: 14, focusAfterOpen: true })
      .setLngLat(at)
      .setDOMContent(contentOf(this.layer.popup(parsed(feature))))
      .addTo(this.map);
  }
}

/** The button on the map with a switch for each layer. */
export class LayerControl implements maplibregl.IControl {
  private readonly box = document.createElement('div');
  private readonly button = document.createElement('button');
  private readonly list = document.createElement('fieldset');
  private readonly notes = new globalThis.Map<string, HTMLElement>();
  private readonly shown = new globalThis.Map<string, ShownLayer>();

  constructor(private readonly options: ControlOptions) {}

  onAdd(map: Map): HTMLElement {
    this.box.className = 'maplibregl-ctrl maplibregl-ctrl-group layer-control';
    this.button.type = 'button';
    this.button.className = 'fit-button';
    this.button.title = 'Map layers';
    this.button.setAttribute('aria-label', 'Map layers');
    this.button.setAttribute('aria-expanded', 'false');
    this.button.append(icon('stack-2'));
    this.button.addEventListener('click', () => this.open(this.list.hidden));
    this.list.hidden = true;
    this.list.className = 'layer-list';
    const legend = document.createElement('legend');
    legend.textContent = 'Show on the map';
    this.list.append(legend, ...this.options.layers.map((layer) => this.line(map, layer)));
    this.box.append(this.button, this.list);
    this.box.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || this.list.hidden) return;
      event.stopPropagation();
      this.open(false);
      this.button.focus();
    });
    document.addEventListener('pointerdown', (event) => {
      if (!this.box.contains(event.target as Node)) this.open(false);
    });
    return this.box;
  }

  onRemove(): void {
    this.box.remove();
  }

  /** Ids that are on. */
  on(): string[] {
    return [...this.shown.values()].filter((one) => one.isOn).map((one) => one.layer.id);
  }

  /** For tests: how many features of a layer the browser holds. */
  held(id: string): Promise<number> {
    return this.shown.get(id)?.held() ?? Promise.resolve(0);
  }

  private line(map: Map, layer: MapLayer): HTMLElement {
    const line = document.createElement('label');
    line.className = 'layer-line';
    const input = document.createElement('input');
    input.type = 'checkbox';
    input.className = 'form-check-input';
    input.value = layer.id;
    const mark = document.createElement('span');
    mark.className = 'layer-mark';
    mark.style.background = layer.colour;
    mark.append(icon(layer.icon));
    const text = document.createElement('span');
    const note = document.createElement('small');
    note.setAttribute('role', 'status');
    text.append(layer.label, note);
    line.append(input, mark, text);
    this.notes.set(layer.id, note);
    const shown = new ShownLayer(map, layer, this.options, (one, words) => this.tell(one, words));
    this.shown.set(layer.id, shown);
    input.checked = this.options.on.includes(layer.id);
    if (input.checked) shown.set(true);
    input.addEventListener('change', () => {
      shown.set(input.checked);
      this.options.changed(this.on());
    });
    this.mark();
    return line;
  }

  private tell(layer: MapLayer, words: string): void {
    const note = this.notes.get(layer.id);
    if (note && note.textContent !== words) note.textContent = words;
    this.mark();
  }

  private open(open: boolean): void {
    this.list.hidden = !open;
    this.button.setAttribute('aria-expanded', String(open));
  }

  private mark(): void {
    this.button.toggleAttribute('data-some', this.on().length > 0);
  }
}

function viewBox(map: Map, margin: number): ViewBox {
  const view = map.getBounds();
  const [width, height] = [view.getEast() - view.getWest(), view.getNorth() - view.getSouth()];
  const round = (value: number): number => Math.round(value * 1e5) / 1e5;
  return [
    round(Math.max(-180, view.getWest() - width * margin)), round(Math.max(-90, view.getSouth() - height * margin)),
    round(Math.min(180, view.getEast() + width * margin)), round(Math.min(90, view.getNorth() + height * margin)),
  ];
}

function hits(map: Map, event: MapMouseEvent, ids: string[]): boolean {
  const layers = ids.filter((id) => map.getLayer(id));
  return layers.length > 0 && map.queryRenderedFeatures(event.point, { layers }).length > 0;
}

/** Tiles carry lists and objects as JSON texts. */
function parsed(feature: Feature): Properties {
  return Object.fromEntries(
    Object.entries(feature.properties ?? {}).map(([name, value]) => {
      if (typeof value !== 'string' || !/^[[{]/.test(value)) return [name, value];
      try {
        return [name, JSON.parse(value) as unknown];
      } catch {
        return [name, value];
      }
    }),
  );
}

function contentOf(popup: Popup): HTMLElement {
  const box = document.createElement('div');
  box.className = 'map-popup';
  const title = document.createElement('h2');
  title.textContent = popup.title;
  box.append(title);
  const facts = document.createElement('dl');
  for (const [label, text] of popup.facts) {
    if (text == null || text === '') continue;
    const [term, value] = [document.createElement('dt'), document.createElement('dd')];
    term.textContent = label;
    value.textContent = text;
    facts.append(term, value);
  }
  box.append(facts);
  const foot = document.createElement('div');
  foot.className = 'map-popup-foot';
  const links: [string, string][] = [...(popup.href ? [['Open', popup.href] as [string, string]] : []), ...(popup.links ?? [])];
  for (const [text, address] of links) {
    if (!/^(\/(?!\/)|https?:\/\/)/.test(address)) continue;
    const link = document.createElement('a');
    link.href = address;
    link.textContent = text;
    if (!address.startsWith('/')) {
      link.target = '_blank';
      link.rel = 'noopener noreferrer';
    }
    foot.append(link);
  }
  if (foot.childElementCount) box.append(foot);
  return box;
}
