/** What must hold for any history of candidates, and for many nodes that choose among each other. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NodeAddress } from '#core/brand.ts';
import { MESH_LEVELS, MESH_ROLES } from '#core/domain/mesh-place.ts';
import { createParentChoice, PARENT_RULES, type ParentChoice } from '#engine/topology/parent-choice.ts';
import { MAX_PATH, type ParentCandidate, pathThrough, type Standing } from '#engine/topology/parent-rank.ts';
import { dice, LEAF, ms, node, relay } from '#test/engine/topology/parents.ts';

const candidate: fc.Arbitrary<ParentCandidate> = fc.record({
  address: fc.integer({ min: 1, max: 8 }).map(node),
  level: fc.constantFrom(...MESH_LEVELS),
  role: fc.constantFrom(...MESH_ROLES),
  score: fc.double({ min: 0, max: 1, noNaN: true }),
  path: fc.array(
    fc.integer({ min: 0, max: 10 }).map((number) => (number === 0 ? LEAF.address : node(number))),
    { maxLength: MAX_PATH },
  ),
  group: fc.constantFrom('a', 'b', 'c'),
  isChild: fc.boolean(),
});

const history = fc.array(
  fc.record({
    wait: fc.integer({ min: 0, max: 20_000 }),
    candidates: fc.array(candidate, { maxLength: 10 }),
    confirms: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60 },
);

describe('whatever comes', () => {
  test('a parent stays for the dwell time unless it is lost; nobody unfit is chosen; the standby is another', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const choice = createParentChoice(PARENT_RULES);
        let now = 0;
        let changedAt = Number.NEGATIVE_INFINITY;
        let parent: NodeAddress | undefined;
        for (const { wait, candidates, confirms } of steps) {
          now += wait;
          const updated = choice.update(ms(now), LEAF, candidates);
          if (updated.change === 'none') expect(updated.parent).toBe(parent);
          // The last of several entries for one address is the one that counts.
          const known = new Map(candidates.map((one) => [one.address, one]));
          for (const address of [updated.parent, updated.joining, updated.standby]) {
            if (address === undefined) continue;
            expect(known.get(address)).toMatchObject({ isChild: false });
            expect(known.get(address)?.path).not.toContain(LEAF.address);
          }
          if (updated.change !== 'none') changedAt = now;
          if (updated.parent !== undefined) expect(updated.standby).not.toBe(updated.parent);
          else expect(updated.standby).toBeUndefined();
          const view = confirms && updated.joining ? choice.confirmed(ms(now), updated.joining) : updated;
          if (view.change === 'better') {
            expect(now - changedAt).toBeGreaterThanOrEqual(PARENT_RULES.dwell);
            changedAt = now;
          }
          parent = view.parent;
        }
      }),
      { numRuns: 500 },
    );
  });

  /** Scores with noise of ± `noise`, once a second for ten minutes; every parent confirms at once. */
  const changesUnderNoise = (truth: readonly number[], noise: number, seed: number): number => {
    const random = dice(seed);
    const choice = createParentChoice(PARENT_RULES);
    const scores = (): ParentCandidate[] =>
      truth.map((score, number) => relay(number + 1, score * (1 + (random(2_001) / 1_000 - 1) * noise)));
    for (let now = 0; now <= 600_000; now += 1_000) {
      const { joining } = choice.update(ms(now), LEAF, scores());
      if (joining !== undefined) choice.confirmed(ms(now), joining);
    }
    return choice.counts.changes;
  };
  const truth = fc.array(fc.double({ min: 0.2, max: 0.9, noNaN: true }), { minLength: 2, maxLength: 8 });
  const seed = fc.integer({ min: 0, max: 255 });

  test('among equals, noise below the hysteresis changes nothing', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 0.9, noNaN: true }), seed, (score, from) => {
        expect(changesUnderNoise([score, score, score, score], 0.047, from)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  test('among any, it changes the parent once in ten minutes at most', () => {
    fc.assert(
      fc.property(truth, seed, (scores, from) => {
        expect(changesUnderNoise(scores, 0.023, from)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });
});

interface MeshNode {
  own: Standing;
  readonly choice: ParentChoice;
  parent: NodeAddress | undefined;
}

/** Nodes that know each other as of the last step of each, and choose in random order. */
const createMesh = (count: number, seed: number) => {
  const random = dice(seed);
  const anyOf = <T>(list: readonly [T, ...T[]]): T => list[random(list.length)] ?? list[0];
  const nodes = new Map<NodeAddress, MeshNode>();
  for (let number = 1; number <= count; number++) {
    const own: Standing = { address: node(number), level: anyOf(MESH_LEVELS), role: 'MEMBER' };
    nodes.set(own.address, { own, choice: createParentChoice(PARENT_RULES), parent: undefined });
  }
  const pathFrom = (first: NodeAddress | undefined, limit: number): NodeAddress[] => {
    const path: NodeAddress[] = [];
    for (let at = first; at !== undefined && path.length < limit; at = nodes.get(at)?.parent) path.push(at);
    return path;
  };
  return {
    /** One node looks at the others, of which one in `hidden` is out of reach. */
    step: (now: number, hidden: number): void => {
      const one = [...nodes.values()][random(count)];
      if (one === undefined) return;
      const seen = [...nodes.values()].filter((other) => other !== one && random(hidden) !== 0);
      const candidates = seen.map(({ own, parent }) => ({
        ...own,
        score: random(1_001) / 1_000,
        path: pathFrom(parent, MAX_PATH),
        group: `${random(4)}`,
        isChild: parent === one.own.address,
      }));
      const view = one.choice.update(ms(now), one.own, candidates);
      const { joining } = view;
      const isConfirmed = joining !== undefined && random(2) === 0;
      one.parent = isConfirmed ? one.choice.confirmed(ms(now), joining).parent : view.parent;
    },
    /** Everybody may be anywhere from now on. */
    shuffle: (): void => {
      for (const one of nodes.values()) one.own = { ...one.own, level: anyOf(MESH_LEVELS), role: anyOf(MESH_ROLES) };
    },
    /** True when somebody's way up does not end. */
    hasCycle: (): boolean => [...nodes.keys()].some((address) => pathFrom(address, count + 1).length > count),
    attached: (): number => [...nodes.values()].filter(({ parent }) => parent !== undefined).length,
  };
};

describe('thirty nodes that choose among each other', () => {
  const seed = fc.integer({ min: 0, max: 0xffff });

  test('never close a cycle, whatever their scores are and whoever is out of reach', () => {
    fc.assert(
      fc.property(seed, (from) => {
        const mesh = createMesh(30, from);
        for (let round = 0; round < 2_000; round++) {
          mesh.step(round * 500, 10);
          expect(mesh.hasCycle()).toBe(false);
        }
        expect(mesh.attached()).toBeGreaterThan(20);
      }),
      { numRuns: 3 },
    );
  });

  test('have none left after levels and roles have changed and everybody has looked again', () => {
    fc.assert(
      fc.property(seed, (from) => {
        const mesh = createMesh(30, from);
        for (let era = 0; era < 5; era++) {
          mesh.shuffle();
          for (let round = 0; round < 400; round++) mesh.step(era * 600_000 + round * 500, 10);
          expect(mesh.hasCycle()).toBe(false);
        }
      }),
      { numRuns: 10 },
    );
  });
});

test('a path is the parent and what it reports, cut at four', () => {
  expect(pathThrough(undefined)).toEqual([]);
  const long = [2, 3, 4, 5].map(node);
  expect(pathThrough(relay(1, 1, { path: long }))).toEqual([1, 2, 3, 4].map(node));
});
