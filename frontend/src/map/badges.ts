// Places as badges: a coloured disc with a symbol of the sprite, gathered into clusters while they would overlap.
import type { LayerSpecification, Map } from 'maplibre-gl';
import { FONT } from './base_layers';
import type { MapLayer } from './layers';
import type { Palette } from './palette';

const SIZE = 52;
const SPRITE = new URL(FILES['icons.svg'] ?? 'icons.svg', import.meta.url).href;
let sprite: Promise<Document> | null = null;

/** Adds the image `name` to the map; layers that use it draw it as soon as it is there. */
export function badgeImage(map: Map, name: string, symbol: string, colour: string): void {
  sprite ??= fetch(SPRITE).then(async (answer) => new DOMParser().parseFromString(await answer.text(), 'image/svg+xml'));
  void sprite.then((all) => {
    const image = draw(all.getElementById(symbol), colour);
    if (image && !map.hasImage(name)) map.addImage(name, image, { pixelRatio: 2 });
  });
}

export function placeLayers(source: string, layer: MapLayer, c: Palette): LayerSpecification[] {
  const single: LayerSpecification = {
    id: `${source}-places`, type: 'symbol', source, filter: ['!', ['has', 'point_count']],
    layout: {
      'icon-image': source, 'icon-allow-overlap': true,
      'icon-size': ['interpolate', ['linear'], ['zoom'], 7, 0.7, 13, 1],
      ...(layer.text && {
        'text-field': layer.text, 'text-font': FONT, 'text-size': 11.5, 'text-anchor': 'top' as const,
        'text-offset': [0, 1.15] as [number, number], 'text-optional': true,
      }),
    },
    paint: { 'text-color': c.text, 'text-halo-color': c.halo, 'text-halo-width': 1.6 },
  };
  return [
    {
      id: `${source}-clusters`, type: 'circle', source, filter: ['has', 'point_count'],
      paint: {
        'circle-color': layer.colour, 'circle-opacity': 0.9, 'circle-stroke-color': '#fff', 'circle-stroke-width': 2,
        'circle-radius': ['step', ['get', 'point_count'], 13, 10, 16, 100, 20, 1000, 25],
      },
    },
    {
      id: `${source}-counts`, type: 'symbol', source, filter: ['has', 'point_count'],
      layout: { 'text-field': ['get', 'point_count_abbreviated'], 'text-font': FONT, 'text-size': 12.5, 'text-allow-overlap': true },
      paint: { 'text-color': '#fff' },
    },
    single,
  ];
}

function draw(symbol: Element | null, colour: string): ImageData | null {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE;
  const context = canvas.getContext('2d');
  if (!context || !symbol) return null;
  const middle = SIZE / 2;
  context.beginPath();
  context.arc(middle, middle, middle - 4, 0, 2 * Math.PI);
  context.shadowColor = 'rgba(0,0,0,0.4)';
  context.shadowBlur = 4;
  context.fillStyle = colour;
  context.fill();
  context.shadowColor = 'transparent';
  context.strokeStyle = '#fff';
  context.lineWidth = 3;
  context.stroke();
  // The symbol is drawn on 24 by 24; here it takes half of the badge.
  context.translate(SIZE / 4, SIZE / 4);
  context.scale(SIZE / 48, SIZE / 48);
  context.lineWidth = 2.2;
  context.lineCap = context.lineJoin = 'round';
  for (const path of symbol.querySelectorAll('path')) context.stroke(new Path2D(path.getAttribute('d') ?? ''));
  return context.getImageData(0, 0, SIZE, SIZE);
}
