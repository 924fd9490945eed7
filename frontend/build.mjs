// Builds everything the browser gets into src/motorpool/static/dist/: hashed names, manifest.json, a .gz beside each text.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { baseMap } from './steps/base_map.mjs';
import { sprite } from './steps/icons.mjs';

const here = import.meta.dirname;
/** Built here first, so that a build that fails leaves the files of the last good one where they are. */
const dist = path.join(here, 'dist');
const target = path.join(here, '..', 'src', 'motorpool', 'static', 'dist');
const templates = path.join(here, '..', 'src', 'motorpool', 'web', 'templates');
const TEXT = /\.(js|mjs|css|svg|json|geojson)$/;

/** Logical name -> file name. */
const manifest = {};

async function emit(name, content) {
  const data = Buffer.from(content);
  const hash = createHash('sha256').update(data).digest('hex').slice(0, 10);
  const { name: stem, ext } = path.parse(name);
  manifest[name] = `${stem}-${hash}${ext}`;
  await writeFile(path.join(dist, manifest[name]), data);
}

function isWanted(file) {
  return file !== 'manifest.json' && TEXT.test(file);
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

await emit('icons.svg', await sprite(here, templates));
for (const [name, content] of Object.entries(await baseMap(here))) await emit(name, content);
await emit('sf_streets.geojson', gunzipSync(await readFile(path.join(here, 'data', 'sf_streets.geojson.gz'))));
await emit('map_worker.mjs', await readFile(path.join(here, 'node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs')));

// Scripts find these files beside themselves, by their hashed names.
const define = { FILES: JSON.stringify(manifest) };
const shared = {
  bundle: true,
  minify: true,
  target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
  outdir: dist,
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  assetNames: '[name]-[hash]',
  loader: { '.woff2': 'file' },
  legalComments: 'none',
  metafile: true,
  define,
  logLevel: 'warning',
  absWorkingDir: here,
};
const results = [
  await esbuild.build({ ...shared, entryPoints: ['src/app.ts', 'src/map.ts', 'src/track.ts', 'src/health.ts', 'src/access.ts', 'src/footage.ts', 'src/route_planner.ts', 'src/route_view.ts', 'src/fence_editor.ts', 'src/fence_view.ts', 'src/fence_feed.ts', 'src/shop_board.ts', 'src/work_order.ts', 'src/my_work.ts', 'src/report_problem.ts', 'src/shop_calendar.ts', 'src/inspect.ts', 'src/inspect_sign.ts', 'src/incident.ts', 'src/meeting.ts', 'src/incident_report.ts', 'src/damage.ts', 'src/reservation_photos.ts', 'src/app.css'], format: 'esm', splitting: true }),
  await esbuild.build({ ...shared, entryPoints: ['src/theme.ts', 'src/offline_worker.ts'], format: 'iife' }),
];
for (const { metafile } of results) {
  for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
    const name = path.basename(file);
    if (entryPoint?.startsWith('src/')) manifest[path.parse(entryPoint).name + path.extname(file)] = name;
    if (/^inter-latin-wght-normal-/.test(name)) manifest['inter.woff2'] = name;
  }
}

await writeFile(path.join(dist, 'favicon.svg'), await readFile(path.join(here, 'src', 'favicon.svg')));
manifest['favicon.svg'] = 'favicon.svg';
for (const file of await readdir(dist)) {
  if (isWanted(file)) {
    const compressed = gzipSync(await readFile(path.join(dist, file)), { level: 9 });
    await writeFile(path.join(dist, `${file}.gz`), compressed);
  }
}
await writeFile(path.join(dist, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);

await rm(target, { recursive: true, force: true });
await mkdir(path.dirname(target), { recursive: true });
await rename(dist, target);
