// The outlines of the built-in base map, from the atlas packages: what is drawn, nothing else, and every border once.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { feature, merge, mesh } from 'topojson-client';

const USA = '840';

/** File name -> GeoJSON text. `land` has the world's countries and the states; `counties` is fetched when near. */
export async function baseMap(frontend) {
  const read = async (name) => JSON.parse(await readFile(path.join(frontend, 'node_modules', name), 'utf8'));
  const world = await read('world-atlas/countries-50m.json');
  const usa = await read('us-atlas/counties-10m.json');
  const abroad = world.objects.countries.geometries.filter((country) => country.id !== USA);
  const between = (topology, object) => mesh(topology, object, (a, b) => a !== b);
  return {
    'land.geojson': collection([
      item(rounded(merge(world, abroad), 2), { kind: 'land' }),
      item(rounded(merge(usa, usa.objects.states.geometries), 3), { kind: 'land' }),
      item(rounded(between(world, world.objects.countries), 2), { kind: 'country' }),
      item(rounded(between(usa, usa.objects.states), 3), { kind: 'state' }),
      ...labels(world, { type: 'GeometryCollection', geometries: abroad }, 'country-name'),
      ...labels(usa, usa.objects.states, 'state-name'),
    ]),
    'counties.geojson': collection([
      item(rounded(between(usa, usa.objects.counties), 3), { kind: 'county' }),
      ...labels(usa, usa.objects.counties, 'county-name'),
    ]),
  };
}

function item(geometry, properties) {
  return { type: 'Feature', properties, geometry };
}

function collection(features) {
  return JSON.stringify({ type: 'FeatureCollection', features });
}

/** Coordinates with so many decimals, without the points that fall together by it. */
function rounded(geometry, decimals) {
  const scale = 10 ** decimals;
  const point = ([x, y]) => [Math.round(x * scale) / scale, Math.round(y * scale) / scale];
  const line = (points) =>
    points.map(point).filter((p, i, all) => i === 0 || p[0] !== all[i - 1][0] || p[1] !== all[i - 1][1]);
  if (geometry.type === 'MultiLineString') {
    return { ...geometry, coordinates: geometry.coordinates.map(line).filter((one) => one.length > 1) };
  }
  const polygons = geometry.coordinates.map((rings) => rings.map(line).filter((ring) => ring.length > 3));
  return { ...geometry, coordinates: polygons.filter((rings) => rings.length > 0) };
}

/** A point with the name in the middle of each shape's largest part. */
function labels(topology, object, kind) {
  return feature(topology, object)
    .features.filter((shape) => shape.geometry && shape.properties.name)
    .map((shape) => item({ type: 'Point', coordinates: middle(shape.geometry) }, { kind, name: shape.properties.name }));
}

function middle(geometry) {
  const outlines = geometry.type === 'Polygon' ? [geometry.coordinates[0]] : geometry.coordinates.map((part) => part[0]);
  const best = outlines.map(centroid).reduce((a, b) => (b.area > a.area ? b : a));
  return [best.x, best.y].map((value) => Math.round(value * 100) / 100);
}

/** Area-weighted centroid of a ring (shoelace formula), in degrees. */
function centroid(ring) {
  let [area, x, y] = [0, 0, 0];
  for (let i = 1; i < ring.length; i += 1) {
    const [x0, y0] = ring[i - 1];
    const [x1, y1] = ring[i];
    const cross = x0 * y1 - x1 * y0;
    area += cross / 2;
    x += ((x0 + x1) * cross) / 6;
    y += ((y0 + y1) * cross) / 6;
  }
  return area === 0 ? { area: 0, x: ring[0][0], y: ring[0][1] } : { area: Math.abs(area), x: x / area, y: y / area };
}
