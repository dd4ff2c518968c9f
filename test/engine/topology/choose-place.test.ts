import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allowedParents,
  choosePlace,
  compareMerit,
  type OwnAbilities,
  type Place,
  type PlaceConfig,
  type SeenNode,
  type Surroundings,
} from '#engine/topology/choose-place.ts';
import { dice, ms, node } from '#test/engine/topology/parents.ts';

const DYNAMIC: PlaceConfig = { strategy: 'dynamic' };
const RELAY: OwnAbilities = {
  ...{ address: node(5), priority: 1, capability: 0.5, children: 0 },
  ...{ relays: true, stores: true, isGateway: false, onMains: true },
};
const PHONE: OwnAbilities = { ...RELAY, relays: false, stores: false, onMains: false };

const other = (number: number, fields: Partial<SeenNode> = {}): SeenNode => ({
  ...{ address: node(number), priority: 1, capability: 0.5, level: 'RELAY', role: 'MEMBER' },
  ...fields,
});

const around = (fields: Partial<Surroundings> = {}): Surroundings => ({
  now: ms(0),
  own: RELAY,
  others: [],
  previous: undefined,
  ...fields,
});

const placed = (fields: Partial<Surroundings>): string => {
  const { level, role } = choosePlace(DYNAMIC, around(fields));
  return `${level} ${role}`;
};
const been = (level: Place['level'], role: Place['role'], since = 0): Place => ({ level, role, since: ms(since) });

describe('a static place', () => {
  const config: PlaceConfig = { strategy: 'static', level: 'ROOT', role: 'LEADER', parents: [node(1)] };

  test('is what the operator said, whoever is there', () => {
    expect(choosePlace(config, around({ own: PHONE }))).toEqual(been('ROOT', 'LEADER'));
    expect(choosePlace(config, around({ others: [other(9, { level: 'ROOT' })] })).level).toBe('ROOT');
  });

  test('allows the named parents only, or all when none is named', () => {
    const both = [other(1), other(2)];
    expect(allowedParents(config, both)).toEqual([other(1)]);
    expect(allowedParents(config, [other(2)])).toEqual([]);
    expect(allowedParents({ ...config, parents: [] }, both)).toEqual(both);
  });
});

describe('a hybrid place', () => {
  const config: PlaceConfig = { strategy: 'hybrid', level: 'KIOSK', role: 'MEMBER', parents: [node(1)] };

  test('is static while a named parent is reached, and dynamic at once when none is', () => {
    const reached = choosePlace(config, around({ others: [other(1), other(2)] }));
    expect(reached).toEqual(been('KIOSK', 'MEMBER'));
    const cut = choosePlace(config, around({ now: ms(40_000), others: [other(6)], previous: reached }));
    expect(cut).toEqual(been('RELAY', 'ELECTED', 40_000));
    expect(choosePlace(config, around({ now: ms(40_001), others: [other(1)], previous: cut }))).toEqual(
      been('KIOSK', 'MEMBER', 40_001),
    );
  });

  test('allows all parents when no named one is here', () => {
    expect(allowedParents(config, [other(1), other(2)])).toEqual([other(1)]);
    expect(allowedParents(config, [other(2), other(3)])).toEqual([other(2), other(3)]);
    expect(allowedParents(DYNAMIC, [other(2)])).toEqual([other(2)]);
  });
});

describe('a dynamic level', () => {
  test('follows from what the node can do and where its power comes from', () => {
    const level = (own: OwnAbilities) => choosePlace(DYNAMIC, around({ own })).level;
    expect(level(RELAY)).toBe('RELAY');
    expect(level({ ...RELAY, onMains: false })).toBe('LEAF');
    expect(level({ ...RELAY, onMains: false, children: 3 })).toBe('KIOSK');
    expect(level({ ...RELAY, relays: false })).toBe('KIOSK');
    expect(level({ ...PHONE, onMains: true, isGateway: true })).toBe('KIOSK');
    expect(level({ ...PHONE, onMains: true })).toBe('LEAF');
    expect(level({ ...PHONE, children: 9 })).toBe('LEAF');
  });

  test('is root for a relay of four children where there is none, until it has fewer than two', () => {
    const many = { ...RELAY, children: 4 };
    expect(placed({ own: { ...RELAY, children: 3 }, others: [other(6)] })).toBe('RELAY ELECTED');
    expect(placed({ own: many, others: [other(6)] })).toBe('ROOT LEADER');
    expect(placed({ own: many, others: [other(6, { level: 'ROOT' })] })).toBe('RELAY MEMBER');
    const root = been('ROOT', 'LEADER');
    expect(placed({ own: { ...RELAY, children: 2 }, others: [other(6)], previous: root })).toBe('ROOT LEADER');
    expect(placed({ own: { ...RELAY, children: 1 }, others: [other(6)], previous: root })).toBe('RELAY ELECTED');
  });

  test('of two roots the lesser one steps down at once', () => {
    const own = { ...RELAY, children: 20 };
    const previous = been('ROOT', 'LEADER');
    expect(placed({ own, others: [other(4, { level: 'ROOT' })], previous })).toBe('RELAY MEMBER');
    expect(placed({ own, others: [other(6, { level: 'ROOT' })], previous })).toBe('ROOT LEADER');
  });

  test('rises and falls at the end of the dwell time, but falls at once with the power', () => {
    const relay = been('RELAY', 'STANDALONE');
    const many = { ...RELAY, children: 8 };
    expect(placed({ now: ms(29_999), own: many, previous: relay })).toBe('RELAY STANDALONE');
    expect(placed({ now: ms(30_000), own: many, others: [other(6)], previous: relay })).toBe('ROOT LEADER');
    const noRelay = { ...RELAY, relays: false };
    expect(placed({ now: ms(1), own: noRelay, previous: relay })).toBe('RELAY STANDALONE');
    expect(placed({ now: ms(30_000), own: noRelay, previous: relay })).toBe('KIOSK STANDALONE');
    expect(placed({ now: ms(1), own: { ...RELAY, onMains: false }, previous: relay })).toBe('LEAF STANDALONE');
  });
});

describe('a dynamic role', () => {
  test('is standalone alone, and member below an upper level', () => {
    expect(placed({})).toBe('RELAY STANDALONE');
    expect(placed({ others: [other(6), other(7, { level: 'ROOT' })] })).toBe('RELAY MEMBER');
  });

  test('is elected for the best by priority, then ability, then the lower address', () => {
    expect(placed({ others: [other(6), other(7)] })).toBe('RELAY ELECTED');
    expect(placed({ others: [other(4)] })).toBe('RELAY MEMBER');
    expect(placed({ others: [other(6, { capability: 0.6 })] })).toBe('RELAY MEMBER');
    expect(placed({ others: [other(4, { priority: 0, capability: 1 })] })).toBe('RELAY ELECTED');
    expect(placed({ others: [other(1, { level: 'KIOSK' })] })).toBe('RELAY ELECTED');
  });

  test('is not taken from a leader that is hardly worse', () => {
    const later = { now: ms(60_000), previous: been('RELAY', 'MEMBER') };
    const leader = (fields: Partial<SeenNode>) => [other(6, { role: 'ELECTED', ...fields })];
    expect(placed({ ...later, others: leader({}) })).toBe('RELAY MEMBER');
    expect(placed({ ...later, others: leader({ capability: 0.46 }) })).toBe('RELAY MEMBER');
    expect(placed({ ...later, others: leader({ capability: 0.45 }) })).toBe('RELAY ELECTED');
    expect(placed({ ...later, others: leader({ priority: 0 }) })).toBe('RELAY ELECTED');
    expect(placed({ ...later, now: ms(29_999), others: leader({ priority: 0 }) })).toBe('RELAY MEMBER');
  });

  test('is given up at once to a better one that leads, and taken at once when nobody does', () => {
    const elected = been('RELAY', 'ELECTED', 1_000);
    const now = ms(1_001);
    expect(placed({ now, previous: elected, others: [other(4, { role: 'ELECTED' })] })).toBe('RELAY MEMBER');
    expect(placed({ now, previous: elected, others: [other(6, { role: 'ELECTED' })] })).toBe('RELAY ELECTED');
    // A better one that does not lead yet leaves it as it is: make before break.
    expect(placed({ now, previous: elected, others: [other(4)] })).toBe('RELAY ELECTED');
    expect(placed({ now, previous: been('RELAY', 'MEMBER', 1_000), others: [other(6)] })).toBe('RELAY ELECTED');
  });

  test('is kept for the dwell time when an upper level comes', () => {
    const previous = been('RELAY', 'ELECTED');
    const others = [other(6), other(7, { level: 'ROOT' })];
    expect(placed({ now: ms(29_999), previous, others })).toBe('RELAY ELECTED');
    expect(placed({ now: ms(30_000), previous, others })).toBe('RELAY MEMBER');
  });

  test('keeps since when it was taken', () => {
    const previous = been('RELAY', 'ELECTED', 7);
    expect(choosePlace(DYNAMIC, around({ now: ms(99), previous, others: [other(6)] }))).toBe(previous);
  });
});

test('among nodes that see each other exactly one is elected, and it stays while nobody is clearly better', () => {
  const abilities = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 10 })), {
    minLength: 2,
    maxLength: 12,
  });
  fc.assert(
    fc.property(abilities, fc.integer({ min: 1, max: 0xffff }), (list, seed) => {
      const random = dice(seed);
      const nodes = list.map(([priority, tenths], number) => ({
        own: { ...RELAY, address: node(number + 1), priority, capability: tenths / 10 },
        place: undefined as Place | undefined,
      }));
      const elected = () => nodes.filter(({ place }) => place?.role === 'ELECTED');
      const step = (now: number): void => {
        const one = nodes[random(nodes.length)];
        if (one === undefined) return;
        const others = nodes
          .filter((another) => another !== one)
          .map(({ own, place }): SeenNode => ({ ...own, level: 'RELAY', role: place?.role ?? 'MEMBER' }));
        one.place = choosePlace(DYNAMIC, { now: ms(now), own: one.own, others, previous: one.place });
      };
      for (let round = 0; round < 600; round++) step(round * 1_000);
      expect(elected()).toHaveLength(1);
      const [leader] = elected();
      for (let round = 600; round < 900; round++) step(round * 1_000);
      expect(elected()).toEqual([leader]);
      // Whoever is the best but not clearly may have to wait; whoever has the highest priority does not.
      expect(leader?.own.priority).toBe(Math.max(...list.map(([priority]) => priority)));
    }),
    { numRuns: 25 },
  );
});

test('of relays with many children exactly one is the root, whoever began', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 10 }), fc.integer({ min: 1, max: 0xffff }), (count, seed) => {
      const random = dice(seed);
      const nodes = Array.from({ length: count }, (_, number) => ({
        own: { ...RELAY, address: node(number + 1), children: 8, capability: random(11) / 10 },
        place: undefined as Place | undefined,
      }));
      for (let round = 0; round < 400; round++) {
        // Everybody decides by what was announced before.
        const seen = nodes.map(({ own, place }): SeenNode => ({ ...own, ...(place ?? been('RELAY', 'MEMBER')) }));
        for (const one of nodes) {
          if (random(2) === 0) continue;
          const others = seen.filter(({ address }) => address !== one.own.address);
          one.place = choosePlace(DYNAMIC, { now: ms(round * 1_000), own: one.own, others, previous: one.place });
        }
      }
      expect(nodes.map(({ place }) => place?.level).filter((level) => level === 'ROOT')).toHaveLength(1);
    }),
    { numRuns: 25 },
  );
});

test('merit is a strict order', () => {
  const merit = fc.record({
    address: fc.integer({ min: 1, max: 4 }).map(node),
    priority: fc.integer({ min: 0, max: 2 }),
    capability: fc.constantFrom(0, 0.5, 1),
  });
  fc.assert(
    fc.property(merit, merit, merit, (a, b, c) => {
      // toBe tells +0 from -0.
      expect(compareMerit(a, b) + compareMerit(b, a) === 0).toBe(true);
      if (compareMerit(a, b) > 0 && compareMerit(b, c) > 0) expect(compareMerit(a, c)).toBeGreaterThan(0);
      if (a.address !== b.address) expect(compareMerit(a, b)).not.toBe(0);
    }),
  );
});
