/** The postal codes as dots, from the table as it is shipped. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openPlzMap } from '#core/plz/plz-map.ts';
import { openPlzTable } from '#core/plz/plz-table.ts';

const bytes = new Uint8Array(readFileSync('public/data/plz.bin'));
const opened = openPlzMap(bytes);
if (!opened.ok) throw new Error(opened.code);
const map = opened.value;

test('has the extent of the country, and every code within it', () => {
  expect(map.codes.length).toBeGreaterThan(8_000);
  expect(map.width).toBeGreaterThan(600);
  expect(map.width).toBeLessThan(680);
  expect(map.height).toBeGreaterThan(820);
  expect(map.height).toBeLessThan(900);
  expect(map.x.every((x) => x >= 0 && x <= map.width + 0.01)).toBe(true);
  expect(map.y.every((y) => y >= 0 && y <= map.height + 0.01)).toBe(true);
});

test('puts codes as far from each other as the table says, within a few percent', () => {
  const table = openPlzTable(bytes);
  if (!table.ok) throw new Error(table.code);
  const away = (a: number, b: number): number => {
    const [one, other] = [map.indexOf(a), map.indexOf(b)];
    return Math.hypot((map.x[one] ?? 0) - (map.x[other] ?? 0), (map.y[one] ?? 0) - (map.y[other] ?? 0));
  };
  for (const [a, b] of [
    ['80331', '10115'],
    ['20095', '50667'],
    ['79098', '18055'],
    ['52062', '02826'],
  ] as const) {
    const distances = table.value.distancesFrom(a);
    if (!distances.ok) throw new Error(distances.code);
    const told = distances.value[Number(b)] ?? 0;
    expect(Math.abs(away(Number(a), Number(b)) / told - 1)).toBeLessThan(0.05);
  }
});

test('finds every code and no other', () => {
  map.codes.forEach((code, at) => {
    expect(map.indexOf(code)).toBe(at);
    expect(Number(map.plzAt(at))).toBe(code);
  });
  for (const code of [0, 1, 99_999, -1, Number.NaN, 1_066.5]) expect(map.indexOf(code)).toBe(-1);
});

test('names each region by its largest place', () => {
  const region = (number: number) => map.regions.find((one) => one.region === number);
  expect(map.regions.length).toBeGreaterThan(90);
  expect(region(80)?.place).toBe('München');
  expect(region(80)?.plz).toMatch(/^80\d{3}$/);
  expect(region(1)?.place).toBe('Dresden');
  expect(region(20)?.place).toBe('Hamburg');
  expect(region(0)).toBeUndefined();
  expect(map.regions.every(({ region: number, plz }) => plz.startsWith(String(number).padStart(2, '0')))).toBe(true);
});

test('a damaged file is refused', () => {
  for (const damaged of [new Uint8Array(), bytes.subarray(0, 8), bytes.subarray(0, 40_000), bytes.slice(1)])
    expect(openPlzMap(damaged)).toEqual({ ok: false, code: 'malformed' });
});
