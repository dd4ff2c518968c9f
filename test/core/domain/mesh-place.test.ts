import { describe, expect, test } from 'vitest';
import type { Region } from '#core/brand.ts';
import {
  compareLevels,
  leads,
  MESH_LEVELS,
  MESH_ROLES,
  REGIONS,
  regionDistance,
  regionOfPlz,
} from '#core/domain/mesh-place.ts';

const region = (value: number): Region => value as Region;

describe('places in the mesh', () => {
  test('keep their numbers on the wire', () => {
    expect(MESH_LEVELS).toEqual(['LEAF', 'KIOSK', 'RELAY', 'ROOT']);
    expect(MESH_ROLES).toEqual(['MEMBER', 'LEADER', 'STANDALONE', 'ELECTED']);
  });

  test('a level is compared by its height', () => {
    expect(compareLevels('ROOT', 'LEAF')).toBe(3);
    expect(compareLevels('KIOSK', 'RELAY')).toBe(-1);
    expect(compareLevels('RELAY', 'RELAY')).toBe(0);
  });

  test('leaders and the elected lead', () => {
    expect(MESH_ROLES.filter(leads)).toEqual(['LEADER', 'ELECTED']);
  });

  test('a region is the first two digits of a postal code', () => {
    expect([regionOfPlz(80_331), regionOfPlz(1_067), regionOfPlz(0), regionOfPlz(99_999)]).toEqual([80, 1, 0, 99]);
    expect(regionOfPlz(99_999)).toBeLessThan(REGIONS);
  });

  test('regions are the same, in one zone, or elsewhere, and it is the same both ways', () => {
    expect(regionDistance(region(80), region(80))).toBe(0);
    expect(regionDistance(region(80), region(89))).toBe(1);
    expect(regionDistance(region(1), region(9))).toBe(1);
    expect(regionDistance(region(80), region(79))).toBe(2);
    expect(regionDistance(region(80), undefined)).toBe(2);
    expect(regionDistance(undefined, undefined)).toBe(2);
    for (let a = 0; a < REGIONS; a++) {
      for (let b = 0; b < REGIONS; b++) {
        expect(regionDistance(region(a), region(b))).toBe(regionDistance(region(b), region(a)));
      }
    }
  });
});
