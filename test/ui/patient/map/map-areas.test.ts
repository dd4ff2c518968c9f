/** What the map of free slots shows and what a tap on it means, over the postal codes as they are shipped. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Millis, Region } from '#core/brand.ts';
import { openPlzMap } from '#core/plz/plz-map.ts';
import { mapAreas } from '#ui/patient/map/map-areas.ts';
import { codeAt, fitMap } from '#ui/patient/map/map-picture.ts';

const opened = openPlzMap(new Uint8Array(readFileSync('public/data/plz.bin')));
if (!opened.ok) throw new Error(opened.code);
const map = opened.value;
const at = (code: number): number => map.indexOf(code);

describe('areas', () => {
  test('of counts by postal code: a dot for each, regions with most first', () => {
    const areas = mapAreas(map, {
      kind: 'codes',
      codes: Uint32Array.of(1_067, 80_331, 80_799),
      free: Uint32Array.of(4, 1, 2),
      syncedAt: undefined,
    });
    expect(areas.total).toBe(7);
    expect(areas.lit).toEqual([
      { at: at(1_067), free: 4 },
      { at: at(80_331), free: 1 },
      { at: at(80_799), free: 2 },
    ]);
    expect(areas.regions.map(({ region, place, free }) => [region, place, free])).toEqual([
      [1, 'Dresden', 4],
      [80, 'München', 3],
    ]);
  });

  test('of sums by region: one dot for each region that there is, and no total', () => {
    const areas = mapAreas(map, {
      kind: 'regions',
      regions: [0, 4, 80].map((region) => ({ region: region as Region, free: region + 2, newestAt: 0 as Millis })),
    });
    expect(areas.total).toBeUndefined();
    expect(areas.regions.map(({ region, free }) => [region, free])).toEqual([
      [80, 82],
      [4, 6],
    ]);
    expect(areas.lit).toEqual(areas.regions.map(({ plz, free }) => ({ at: at(Number(plz)), free })));
  });

  test('of nothing', () => {
    const none = { kind: 'codes', codes: new Uint32Array(), free: new Uint32Array(), syncedAt: undefined } as const;
    expect(mapAreas(map, none)).toEqual({ lit: [], regions: [], total: 0 });
  });
});

describe('a tap', () => {
  const frame = fitMap(map, 320, 420);
  const pointOf = (code: number) => ({
    x: frame.left + (map.x[at(code)] ?? 0) * frame.scale,
    y: frame.top + (map.y[at(code)] ?? 0) * frame.scale,
  });

  test('means the lit dot that is near, else the postal code there, else nothing', () => {
    const { x, y } = pointOf(85_221);
    const lit = [{ at: at(80_331), free: 1 }];
    expect(codeAt({ map, lit }, frame, { x, y })).toBe('80331');
    expect(codeAt({ map, lit: [] }, frame, pointOf(18_546))).toMatch(/^18\d{3}$/);
    expect(codeAt({ map, lit }, frame, { x: 0, y: 0 })).toBeUndefined();
  });

  test('the country fits into every box, however small', () => {
    for (const [width, height] of [
      [320, 420],
      [900, 300],
      [10, 10],
      [0, 0],
    ] as const) {
      const { scale } = fitMap(map, width, height);
      expect(scale).toBeGreaterThanOrEqual(0);
      expect(map.width * scale).toBeLessThanOrEqual(width);
      expect(map.height * scale).toBeLessThanOrEqual(height);
    }
  });
});
