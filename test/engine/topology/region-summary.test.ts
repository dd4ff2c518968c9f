import { describe, expect, test } from 'vitest';
import type { Region } from '#core/brand.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import type { Summary } from '#core/wire/summary.ts';
import { fromSummary, type RegionCounts, toSummary } from '#engine/topology/region-counts.ts';
import { createRegionSummary, type RegionSummary } from '#engine/topology/region-summary.ts';
import { minute, NOW } from '#test/engine/slots/records.ts';
import { ms, node } from '#test/engine/topology/parents.ts';

const PERIOD = 60_000;
const START = fromWireMinute(NOW);
const at = (periods: number) => ms(START + periods * PERIOD);
const [CHILD, SECOND, PARENT] = [node(1), node(2), node(3)];

const summary = (free: Readonly<Record<number, number>>, issued = NOW): Summary => ({
  kind: 'summary',
  regions: Object.entries(free).map(([region, count]) => ({
    region: Number(region) as Region,
    free: [count, 0, 0, 0],
    minute: issued,
  })),
});
const counts = (free: Readonly<Record<number, number>>): RegionCounts => fromSummary(summary(free), NOW);
const shown = (of: RegionCounts): Record<number, number> =>
  Object.fromEntries(toSummary(of).regions.map(({ region, free }) => [region, free[0] ?? 0]));

const create = (own: Readonly<Record<number, number>> = {}): RegionSummary => {
  const regions = createRegionSummary({ period: ms(PERIOD) });
  regions.setOwn(counts(own));
  return regions;
};

describe('what goes up and down', () => {
  test('is the larger number of each region: own and children up, the parent too down', () => {
    const regions = create({ 1: 5, 2: 5 });
    regions.fromChild(CHILD, summary({ 2: 7, 3: 1 }), at(0));
    regions.fromChild(SECOND, summary({ 2: 6, 4: 2 }), at(0));
    regions.fromParent(PARENT, summary({ 1: 9, 5: 3 }), at(0));
    expect(shown(regions.upward(at(0)))).toEqual({ 1: 5, 2: 7, 3: 1, 4: 2 });
    expect(shown(regions.downward(at(0)))).toEqual({ 1: 9, 2: 7, 3: 1, 4: 2, 5: 3 });
  });

  test("falls with a child's next summary, and when its link ends", () => {
    const regions = create({ 1: 2 });
    regions.fromChild(CHILD, summary({ 1: 9 }), at(0));
    regions.fromChild(CHILD, summary({ 1: 4 }), at(1));
    expect(shown(regions.upward(at(1)))).toEqual({ 1: 4 });
    regions.drop(CHILD);
    expect(shown(regions.upward(at(1)))).toEqual({ 1: 2 });
  });

  test('forgets a child and a parent after three periods of silence', () => {
    const regions = create({ 1: 2 });
    regions.fromChild(CHILD, summary({ 1: 9 }), at(0));
    regions.fromParent(PARENT, summary({ 1: 20 }), at(1));
    expect(shown(regions.downward(at(2.99)))).toEqual({ 1: 20 });
    expect(shown(regions.upward(at(2.99)))).toEqual({ 1: 9 });
    expect(shown(regions.upward(at(3)))).toEqual({ 1: 2 });
    expect(shown(regions.downward(at(4)))).toEqual({ 1: 2 });
  });

  test('a node is parent or child, never both, and there is one parent', () => {
    const regions = create();
    regions.fromParent(PARENT, summary({ 1: 9 }), at(0));
    regions.fromChild(PARENT, summary({ 1: 3 }), at(0));
    expect(shown(regions.downward(at(0)))).toEqual({ 1: 3 });
    regions.fromParent(PARENT, summary({ 1: 9 }), at(0));
    expect(shown(regions.upward(at(0)))).toEqual({});
    regions.fromParent(SECOND, summary({ 2: 4 }), at(0));
    expect(shown(regions.downward(at(0)))).toEqual({ 2: 4 });
  });
});

describe('what is refused', () => {
  test('a minute more than five minutes ahead, from above and below', () => {
    const regions = create();
    for (const ahead of [5, 6]) {
      const expected = ahead === 5 ? { ok: true } : { ok: false, code: 'from-the-future' };
      const early = summary({ 1: 1 }, minute(NOW + ahead));
      expect(regions.fromChild(CHILD, early, at(0))).toMatchObject(expected);
      expect(regions.fromParent(PARENT, early, at(0))).toMatchObject(expected);
    }
  });

  test('a child beyond the 1,024th, until one expires', () => {
    const regions = create();
    for (let child = 0; child < 1_024; child++) {
      expect(regions.fromChild(node(1_000 + child), summary({ 1: 1 }), at(0)).ok).toBe(true);
    }
    expect(regions.fromChild(CHILD, summary({ 1: 1 }), at(1))).toEqual({ ok: false, code: 'over-capacity' });
    expect(regions.fromChild(node(1_000), summary({ 1: 2 }), at(1)).ok).toBe(true);
    expect(regions.fromChild(CHILD, summary({ 1: 1 }), at(3)).ok).toBe(true);
  });
});

describe('what is sent', () => {
  test('is what is new to the one it goes to, and nothing twice', () => {
    const regions = create({ 1: 100 });
    expect(regions.due(PARENT, 'up', at(0))).toEqual(summary({ 1: 100 }));
    expect(regions.due(PARENT, 'up', at(1))).toBeUndefined();
    expect(regions.due(CHILD, 'down', at(1))).toEqual(summary({ 1: 100 }));
    regions.setOwn(counts({ 1: 101 }));
    expect(regions.due(PARENT, 'up', at(1))).toBeUndefined();
    regions.setOwn(counts({ 1: 103 }));
    expect(regions.due(PARENT, 'up', at(1))).toEqual(summary({ 1: 103 }));
  });

  test('adds small changes up until they are worth a message', () => {
    const regions = create({ 1: 100 });
    regions.due(PARENT, 'up', at(0));
    const sent = [101, 102, 103, 104].map((count) => {
      regions.setOwn(counts({ 1: count }));
      return regions.due(PARENT, 'up', at(1)) !== undefined;
    });
    expect(sent).toEqual([false, false, true, false]);
  });

  test('is the same again after two periods, so that it does not expire', () => {
    const regions = create({ 1: 100 });
    const sent = [0, 1, 2, 3, 4, 5].map((period) => regions.due(PARENT, 'up', at(period)) !== undefined);
    expect(sent).toEqual([true, false, true, false, true, false]);
  });

  test('is nothing where nothing is, but an end is said once', () => {
    const regions = create();
    expect(regions.due(PARENT, 'up', at(0))).toBeUndefined();
    regions.setOwn(counts({ 1: 1 }));
    expect(regions.due(PARENT, 'up', at(1))).toEqual(summary({ 1: 1 }));
    regions.setOwn(counts({}));
    expect(regions.due(PARENT, 'up', at(2))).toEqual(summary({}));
    expect(regions.due(PARENT, 'up', at(4))).toBeUndefined();
  });

  test('goes again to one whose link was closed', () => {
    const regions = create({ 1: 1 });
    regions.due(PARENT, 'up', at(0));
    regions.drop(PARENT);
    expect(regions.due(PARENT, 'up', at(0))).toBeDefined();
  });
});

/** Thirty nodes under each other, three children each, all of which hold the same slots. */
const createTree = (): {
  readonly play: (from: number, periods: number) => number;
  readonly nodes: RegionSummary[];
} => {
  const nodes = Array.from({ length: 30 }, () => create());
  const play = (from: number, periods: number): number => {
    let messages = 0;
    for (let period = from; period < from + periods; period++) {
      nodes.forEach((one, index) => {
        const above = Math.floor((index - 1) / 3);
        const parent = nodes[above];
        if (parent === undefined) return;
        const up = one.due(node(above), 'up', at(period));
        if (up !== undefined) parent.fromChild(node(index), up, at(period));
        const down = parent.due(node(index), 'down', at(period));
        if (down !== undefined) one.fromParent(node(above), down, at(period));
        messages += Number(up !== undefined) + Number(down !== undefined);
      });
    }
    return messages;
  };
  return { play, nodes };
};

describe('a tree of thirty nodes', () => {
  test('comes to the same numbers everywhere, and none of them holds itself up', () => {
    const { play, nodes } = createTree();
    nodes.forEach((one, index) => {
      one.setOwn(counts({ [index]: index + 1, 99: 7 }));
    });
    play(0, 8);
    const all = { ...Object.fromEntries(nodes.map((_, index) => [index, index + 1])), 99: 7 };
    for (const one of nodes) expect(shown(one.downward(at(8)))).toEqual(all);
    for (const one of nodes) one.setOwn(counts({ 99: 3 }));
    play(8, 8);
    for (const one of nodes) expect(shown(one.downward(at(16)))).toEqual({ 99: 3 });
  });

  test('needs less than a twentieth of the messages of all to all', () => {
    const { play, nodes } = createTree();
    for (const one of nodes) one.setOwn(counts({ 1: 50 }));
    const messages = play(0, 20);
    expect(messages).toBeLessThan(0.05 * 20 * nodes.length * (nodes.length - 1));
  });
});
