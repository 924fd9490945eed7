// One way to make a map, for every page that has one.
import * as maplibregl from 'maplibre-gl';
import type { LayerSpecification, Map } from 'maplibre-gl';
import { imperial } from '../format';
import { icon } from '../icon';
import { baseLayers, baseSources, fetchWhatIsNear, file, repaint } from './base_layers';
import type { Box } from './bounds';
import { palette, type Palette } from './palette';
import { addStateImages } from './symbols';
import { pmtiles, rasterTiles, type OwnTiles } from './tiles';

maplibregl.setWorkerUrl(file('map_worker.mjs'));

export interface Base {
  map: Map;
  /** Layers added later are drawn below this one, so that street names stay readable; undefined: on top. */
  namesLayer: string | undefined;
}

export interface Start {
  /** What to show first; without it, the country. */
  view?: { center: [number, number]; zoom: number } | undefined;
  bounds?: Box | null | undefined;
  padding?: { top: number; bottom: number; left: number; right: number };
  /** What the button "Show everything" does; without it there is no such button. */
  fit?: () => void;
}

/** Resolves when the style is there and layers can be added. Rejects, with a message in the box, without WebGL. */
export async function createMap(box: HTMLElement, start: Start = {}): Promise<Base> {
  const { tiles, attribution, pmtiles: archive } = box.dataset;
  const own = await ownTiles(tiles, archive, attribution ?? '');
  const layers = (colours: Palette): LayerSpecification[] => (own ? own.layers(colours) : baseLayers(colours));
  // Labels are drawn with the page's font; the map must not measure them before it is there.
  await document.fonts.load('14px "Inter Variable"');
  let map: Map;
  try {
    map = new maplibregl.Map({
      container: box,
      style: { version: 8, sources: own ? { own: own.source } : baseSources(), layers: layers(palette()) },
      ...(start.view ?? { center: [-98, 39] as [number, number], zoom: 3.4 }),
      ...(!start.view && start.bounds && { bounds: start.bounds, fitBoundsOptions: { maxZoom: 15, ...(start.padding && { padding: start.padding }) } }),
      maxZoom: 19,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 200,
    });
  } catch (error) {
    const note = document.createElement('p');
    note.className = 'map-failed';
    note.textContent = 'This browser cannot draw the map (WebGL is off). The list shows the same vehicles.';
    box.append(note);
    throw error;
  }
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), 'top-right');
  if (start.fit) map.addControl(new FitControl(start.fit), 'top-right');
  map.addControl(new maplibregl.ScaleControl({ unit: imperial ? 'imperial' : 'metric' }), 'bottom-left');
  map.addControl(new maplibregl.AttributionControl({ compact: box.clientWidth < 700 }), 'bottom-right');
  document.addEventListener('motorpool:theme', () => repaint(map, layers(palette())));
  await new Promise<void>((resolve) => {
    if (map.isStyleLoaded()) resolve();
    else map.once('style.load', () => resolve());
  });
  // A compact credit opens by itself and covers the map's foot on a phone.
  box.querySelector('.maplibregl-ctrl-attrib.maplibregl-compact')?.classList.remove('maplibregl-compact-show');
  addStateImages(map);
  if (!own) fetchWhatIsNear(map);
  return { map, namesLayer: map.getLayer('street-names') ? 'street-names' : undefined };
}

async function ownTiles(tiles: string | undefined, archive: string | undefined, credit: string): Promise<OwnTiles | null> {
  if (tiles) return rasterTiles(tiles, credit);
  if (!archive) return null;
  try {
    return await pmtiles(archive, credit);
  } catch (error) {
    console.warn('The PMTiles file cannot be read; the built-in map is shown.', error);
    return null;
  }
}

class FitControl implements maplibregl.IControl {
  private readonly element = document.createElement('div');

  constructor(private readonly fit: () => void) {}

  onAdd(): HTMLElement {
    this.element.className = 'maplibregl-ctrl maplibregl-ctrl-group';
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'fit-button';
    button.title = 'Show everything';
    button.setAttribute('aria-label', 'Show everything');
    button.append(icon('maximize'));
    button.addEventListener('click', this.fit);
    this.element.append(button);
    return this.element;
  }

  onRemove(): void {
    this.element.remove();
  }
}
