// What part of the world to show first.
export type Box = [[number, number], [number, number]];

/**
 * Where most of the points are: within half an interquartile range of the middle half, by each axis (Tukey's fences
 * with k = 0.5), so that a few vehicles far away do not make all the others small. Null without points.
 */
export function mostOf(points: [number, number][]): Box | null {
  const all = allOf(points);
  if (!all || points.length < 8) return all;
  const range = (axis: 0 | 1): [number, number] => {
    const values = points.map((point) => point[axis]).sort((a, b) => a - b);
    const low = values[Math.floor(values.length / 4)] as number;
    const high = values[Math.floor((values.length * 3) / 4)] as number;
    const reach = (high - low) / 2;
    return [Math.max(all[0][axis], low - reach), Math.min(all[1][axis], high + reach)];
  };
  const [west, east] = range(0);
  const [south, north] = range(1);
  return [[west, south], [east, north]];
}

/** Every point. Null without points. */
export function allOf(points: [number, number][]): Box | null {
  if (points.length === 0) return null;
  const box: Box = [[Infinity, Infinity], [-Infinity, -Infinity]];
  for (const point of points) {
    for (const axis of [0, 1] as const) {
      box[0][axis] = Math.min(box[0][axis], point[axis]);
      box[1][axis] = Math.max(box[1][axis], point[axis]);
    }
  }
  return box;
}
