// A fence on its own page: its area on a map.
import type { Feature, Polygon } from 'geojson';
import { allOf } from './map/bounds';
import { repaint } from './map/base_layers';
import { createMap } from './map/create';
import { fenceLayers } from './map/fences';
import { palette } from './map/palette';

const box = document.getElementById('fence-view') as HTMLElement;
const area = JSON.parse(box.dataset['area'] ?? 'null') as Feature<Polygon> | null;

if (area?.geometry) {
  const bounds = allOf(area.geometry.coordinates.flat() as [number, number][]);
  const { map, namesLayer } = await createMap(box, { bounds, padding: { top: 40, bottom: 40, left: 40, right: 40 } });
  map.addSource('fence', { type: 'geojson', data: area });
  const layers = (): ReturnType<typeof fenceLayers> => fenceLayers('fence', palette()).filter((one) => one.type !== 'symbol');
  for (const layer of layers()) map.addLayer(layer, namesLayer);
  document.addEventListener('motorpool:theme', () => repaint(map, layers()));
  map.once('idle', () => box.toggleAttribute('data-ready', true));
}
