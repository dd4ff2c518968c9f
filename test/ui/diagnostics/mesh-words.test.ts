import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress } from '#core/brand.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import type { MeshNodeView, MeshPath, MeshStanding } from '#host/rpc/api.ts';
import {
  doesWords,
  endWords,
  fits,
  groupedAddress,
  levelWords,
  netWords,
  regionWords,
  shortAddress,
  standingWords,
  typedAddress,
  waysWords,
} from '#ui/diagnostics/mesh-words.ts';

const ADDRESS = '0123456789abcdef0123456789abcdef' as NodeAddress;
const node = (more: Partial<MeshNodeView> = {}): MeshNodeView => ({
  address: ADDRESS,
  name: 'Praxis am Hang',
  level: 'LEAF',
  capabilities: CAPABILITY.THERAPIST,
  region: 8,
  announcedAt: 0 as Millis,
  hops: 2,
  ways: 1,
  ...more,
});
const path = (more: Partial<MeshPath>): MeshPath => ({
  target: ADDRESS,
  end: 'no-answer',
  hops: [],
  announcedHops: undefined,
  ...more,
});

describe('what a node is', () => {
  test('a leaf is a practice by its capability, otherwise a program', () => {
    expect(levelWords(node())).not.toBe(levelWords(node({ capabilities: CAPABILITY.ROUTER })));
    const names = (['LEAF', 'KIOSK', 'RELAY', 'ROOT'] as const).map((level) => levelWords(node({ level })));
    expect(new Set(names).size).toBe(4);
  });

  test('what it does, one after the other; nothing for a practice', () => {
    expect(doesWords(node())).toBe('');
    expect(doesWords(node({ capabilities: 0x000f })).split(', ')).toHaveLength(4);
  });

  test('a region keeps its leading zero', () => {
    expect(regionWords(node())).toContain('08');
    expect(regionWords(node({ region: undefined }))).toBeUndefined();
  });

  test('hops and ways, or none', () => {
    expect(waysWords(node())).toMatch(/^2 .+, 1 /);
    expect(waysWords(node({ hops: undefined, ways: 0 }))).not.toMatch(/\d/);
  });
});

describe('where this device stands', () => {
  const standing: MeshStanding = {
    level: 'LEAF',
    role: 'MEMBER',
    parent: ADDRESS,
    standby: undefined,
    children: 0,
    isIsland: false,
  };

  test('offline, island and connected are three things, and without links it is offline', () => {
    const island = { ...standing, isIsland: true };
    const words = [netWords(standing, false), netWords(island, true), netWords(standing, true)];
    expect(new Set(words).size).toBe(3);
    expect(netWords(island, false)).toBe(words[0]);
  });

  test('whoever says nothing about itself is a device and no program; a practice is one', () => {
    const silent = standingWords({ self: undefined, standing }, false);
    expect(silent).not.toBe(levelWords(node({ capabilities: 0 })));
    expect(standingWords({ self: node(), standing }, false)).toBe(levelWords(node()));
    const relay = { ...standing, level: 'RELAY' } as const;
    expect(standingWords({ self: undefined, standing: relay }, false)).toBe(levelWords(node({ level: 'RELAY' })));
  });

  test('a role each has words of its own; linked to nobody, a member follows nobody', () => {
    const roles = (['MEMBER', 'LEADER', 'STANDALONE', 'ELECTED'] as const).map((role) =>
      standingWords({ self: undefined, standing: { ...standing, role } }, true),
    );
    expect(new Set(roles).size).toBe(4);
    expect(roles[0]).toContain(standingWords({ self: undefined, standing }, false));
    expect(roles[0]).not.toBe(standingWords({ self: undefined, standing }, false));
  });

  test('a parent is told by the first eight digits of its address', () => {
    expect(shortAddress(ADDRESS)).toBe('0123 4567 …');
  });
});

test('each end of a path has words of its own', () => {
  const ends = (['reached', 'here', 'no-way', 'lost', 'no-answer'] as const).map((end) => endWords(path({ end })));
  expect(new Set(ends).size).toBe(5);
  expect(endWords(path({ announcedHops: 3 }))).toContain('3 ');
});

describe('addresses', () => {
  test('in groups of four, and typed back with gaps and capitals', () => {
    expect(groupedAddress(ADDRESS)).toBe('0123 4567 89ab cdef 0123 4567 89ab cdef');
    expect(typedAddress(` ${groupedAddress(ADDRESS).toUpperCase()} `)).toBe(ADDRESS);
  });

  test.each(['', '0123', `${ADDRESS}0`, ADDRESS.replace('a', 'g')])('%j is none', (text) => {
    expect(typedAddress(text)).toBeUndefined();
  });
});

test.each([
  ['', true],
  ['  ', true],
  ['am hang', true],
  ['HANG', true],
  ['89ab cdef', true],
  ['0123456', true],
  ['08', true],
  ['Tal', false],
  ['89ab ff', false],
])('%j typed: %s', (typed, found) => {
  expect(fits(node(), typed)).toBe(found);
});
