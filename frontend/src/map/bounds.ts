// What part of the world to show first.
export type Box = [[number, number], [number, number]];

/** Where most of the points are: the lowest and highest twentieth by each axis may lie outside. Null without points. */
export function mostOf(points: [number, number][]): Box | null {
  if (points.length === 0) return null;
  const cut = points.length < 10 ? 0 : Math.ceil(points.length / 20);
  const range = (axis: 0 | 1): [number, number] => {
    const values = points.map((point) => point[axis]).sort((a, b) => a - b);
    return [values[cut] as number, values[values.length - 1 - cut] as number];
  };
  const [west, east] = range(0);
  const [south, north] = range(1);
  return [[west, south], [east, north]];
}

/** Every point. */
export function allOf(points: [number, number][]): Box | null {
  if (points.length === 0) return null;
  const x = points.map((point) => point[0]);
  const y = points.map((point) => point[1]);
  return [[Math.min(...x), Math.min(...y)], [Math.max(...x), Math.max(...y)]];
}
