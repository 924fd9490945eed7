// One SVG file with a <symbol> for each icon that is used, and for our own shapes.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

const USED = /\bicon\(\s*['"]([a-z0-9-]+)['"]\s*[,)]/g;

/** Throws on an icon that the set does not have, and on one that a page uses but `src/icons.json` does not name. */
export async function sprite(frontend, templates) {
  const named = JSON.parse(await readFile(path.join(frontend, 'src', 'icons.json'), 'utf8'));
  const shapes = JSON.parse(await readFile(path.join(frontend, 'src', 'shapes.json'), 'utf8'));
  const known = new Set([...named, ...Object.keys(shapes).map((name) => `state-${name}`), 'logo']);
  for (const [name, file] of await used([templates, path.join(frontend, 'src')])) {
    if (!known.has(name)) throw new Error(`${file} uses the icon "${name}", which src/icons.json does not name`);
  }
  const symbols = await Promise.all([...named].sort().map((name) => symbol(frontend, name)));
  for (const [name, shape] of Object.entries(shapes)) symbols.push(state(name, shape));
  symbols.push(
    '<symbol id="logo" viewBox="0 0 24 24"><path fill="currentColor" d="M12 2 20.5 21 12 16.8 3.5 21Z"/></symbol>',
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`;
}

async function symbol(frontend, name) {
  const file = path.join(frontend, 'node_modules/@tabler/icons/icons/outline', `${name}.svg`);
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`src/icons.json names the icon "${name}", which @tabler/icons does not have`);
  });
  const inner = text
    .replace(/^[\s\S]*?<svg[^>]*>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, '')
    .replace(/\s+/g, ' ')
    .trim();
  const looks = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${looks}>${inner}</symbol>`;
}

/** The shape of a vehicle's state: a body in the current colour and, on some, a mark in white. */
function state(name, { body, mark, ring }) {
  const fill = ring ? 'fill="none" stroke="currentColor" stroke-width="3.6"' : 'fill="currentColor"';
  const on = mark ? `<path fill="#fff" d="${mark}"/>` : '';
  return `<symbol id="state-${name}" viewBox="0 0 24 24"><path ${fill} d="${body}"/>${on}</symbol>`;
}

async function used(folders) {
  const found = new Map();
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true }).catch(() => []);
    for (const entry of entries.filter((name) => /\.(html|ts)$/.test(name))) {
      const text = await readFile(path.join(folder, entry), 'utf8');
      for (const [, name] of text.matchAll(USED)) found.set(name, entry);
    }
  }
  return found;
}
