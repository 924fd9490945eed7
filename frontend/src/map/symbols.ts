// The four states as images for the map, from the same outlines as the icons in the list.
import type { Map } from 'maplibre-gl';
import shapes from '../shapes.json';

export const STATES = ['moving', 'idling', 'stopped', 'offline'] as const;
export type State = (typeof STATES)[number];

/** Middle tones that stand out of the light and the dark map alike. */
export const STATE_COLOURS: Record<State, string> = {
  moving: '#1f9d46',
  idling: '#ef7d00',
  stopped: '#2f6fe0',
  offline: '#79828f',
};

const SIZE = 56;
interface Outline {
  body: string;
  mark?: string;
  ring?: boolean;
}

export function addStateImages(map: Map): void {
  for (const state of STATES) {
    const image = draw(shapes[state] as Outline, STATE_COLOURS[state]);
    if (image && !map.hasImage(state)) map.addImage(state, image, { pixelRatio: 2 });
  }
}

function draw(shape: Outline, colour: string): ImageData | null {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE;
  const context = canvas.getContext('2d');
  if (!context) return null;
  const body = new Path2D(shape.body);
  const scale = SIZE / 32;
  context.scale(scale, scale);
  context.translate(4, 4);
  context.lineJoin = 'round';
  context.shadowColor = 'rgba(0,0,0,0.45)';
  context.shadowBlur = 3 * scale;
  context.strokeStyle = '#fff';
  context.lineWidth = shape.ring ? 7.5 : 3.5;
  context.stroke(body);
  context.shadowColor = 'transparent';
  context.fillStyle = shape.ring ? '#fff' : colour;
  context.fill(body);
  if (shape.ring) {
    context.strokeStyle = colour;
    context.lineWidth = 3.6;
    context.stroke(body);
  }
  if (shape.mark) {
    context.fillStyle = '#fff';
    context.fill(new Path2D(shape.mark));
  }
  return context.getImageData(0, 0, SIZE, SIZE);
}
