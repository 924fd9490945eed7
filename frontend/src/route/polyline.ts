/** Points [longitude, latitude] of an encoded polyline with five decimals (Google's format). */
export function decode(text: string): [number, number][] {
  const found: [number, number][] = [];
  let at = 0;
  let lat = 0;
  let lng = 0;
  const step = (): number => {
    let value = 0;
    let shift = 0;
    let part: number;
    do {
      part = text.charCodeAt(at++) - 63;
      value |= (part & 31) << shift;
      shift += 5;
    } while (part >= 32 && at < text.length);
    return value & 1 ? ~(value >> 1) : value >> 1;
  };
  while (at < text.length) {
    lat += step();
    lng += step();
    found.push([lng / 1e5, lat / 1e5]);
  }
  return found;
}
