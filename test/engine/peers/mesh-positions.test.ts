import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress } from '#core/brand.ts';
import {
  createMeshPositions,
  DEFAULT_MESH_RULES,
  type MeshCandidate,
  type MeshPosition,
  type MeshRules,
} from '#engine/peers/mesh-positions.ts';
import { operatorOf } from '#engine/peers/operator.ts';
import { isYoung, YOUNG_KEY } from '#engine/peers/peer-registry.ts';

const NOW = Date.UTC(2026, 10, 21) as Millis;
const OLD = (NOW - YOUNG_KEY) as Millis;
const node = (number: number): NodeAddress => number.toString(16).padStart(32, '0') as NodeAddress;
const peer = (number: number, network: string | undefined, operator?: string, young = false): MeshCandidate => ({
  address: node(number),
  subnet: network,
  origin: operator === undefined ? undefined : `https://r${number}.${operator}.example`,
  firstSeen: young ? NOW : OLD,
});
const numbers = (peers: readonly MeshCandidate[]): number[] => peers.map(({ address }) => Number.parseInt(address, 16));
const held = (peers: readonly MeshCandidate[], outbound = true): MeshPosition[] =>
  peers.map((each) => ({ peer: each, outbound }));
const rules = (changed: Partial<MeshRules> = {}): MeshRules => ({ ...DEFAULT_MESH_RULES, ...changed });

const networkOf = (each: MeshCandidate): string => each.subnet ?? operatorOf(each) ?? '';
const operators = (peers: readonly MeshCandidate[]): number =>
  new Set(peers.map(operatorOf).filter((operator) => operator !== undefined)).size;
const most = (counts: readonly string[]): number =>
  Math.max(0, ...counts.map((name) => counts.filter((other) => other === name).length));
const keeps = (peers: readonly MeshCandidate[], { positions, perSubnet, young }: MeshRules): boolean =>
  peers.length <= positions &&
  new Set(numbers(peers)).size === peers.length &&
  most(peers.map(networkOf)) <= perSubnet &&
  peers.filter((each) => isYoung(each, NOW)).length <= young;

const candidates = (length: number) =>
  fc.array(
    fc
      .record({
        number: fc.nat(12),
        network: fc.constantFrom('a', 'b', 'c', undefined),
        operator: fc.constantFrom('one', 'two', 'three', undefined),
        young: fc.boolean(),
      })
      .map(({ number, network, operator, young }) => peer(number, network, operator, young)),
    { maxLength: length },
  );
const someRules = fc.record({ positions: fc.nat(5), perSubnet: fc.integer({ min: 1, max: 3 }), young: fc.nat(3) });
const subsets = <T>(values: readonly T[]): T[][] =>
  Array.from({ length: 2 ** values.length }, (_, mask) => values.filter((_value, bit) => (mask >> bit) & 1));
const distinct = (peers: readonly MeshCandidate[]): MeshCandidate[] => [
  ...new Map(peers.map((each) => [each.address, each])).values(),
];

describe('filling', () => {
  test('never more than the limits, nobody twice, nobody who has a place', () => {
    fc.assert(
      fc.property(candidates(30), candidates(3), someRules, (from, present, limits) => {
        const all = rules(limits);
        const before = distinct(present);
        fc.pre(keeps(before, all));
        const chosen = createMeshPositions(all).fill(from, held(before), NOW);
        expect(keeps([...before, ...chosen], all)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('as many operators as can be had, up to two; then as many places as the limits leave', () => {
    fc.assert(
      fc.property(candidates(8), candidates(2), someRules, (some, present, limits) => {
        const all = rules(limits);
        const before = distinct(present);
        const from = distinct(some).filter(({ address }) => !before.some((each) => each.address === address));
        fc.pre(keeps(before, all));
        const chosen = createMeshPositions(all).fill(from, held(before), NOW);
        const possible = subsets(from).filter((set) => keeps([...before, ...set], all));
        const spread = (set: readonly MeshCandidate[]): number => Math.min(2, operators([...before, ...set]));
        const widest = Math.max(...possible.map(spread));
        expect(spread(chosen)).toBe(widest);
        const largest = Math.max(...possible.filter((set) => spread(set) === widest).map((set) => set.length));
        expect(chosen).toHaveLength(largest);
      }),
      { numRuns: 1_000 },
    );
  });

  test('in the order of the candidates', () => {
    const from = [3, 1, 2].map((number) => peer(number, `net ${number}`, `op${number}`));
    expect(numbers(createMeshPositions(rules()).fill(from, [], NOW))).toEqual([3, 1, 2]);
    expect(numbers(createMeshPositions(rules({ positions: 2 })).fill(from, [], NOW))).toEqual([3, 1]);
  });

  test('not many in one network, nor of those of whom nothing is known', () => {
    const from = [1, 2, 3, 4].map((number) => peer(number, '192.0.2', `op${number}`));
    expect(numbers(createMeshPositions(rules()).fill(from, [], NOW))).toEqual([1, 2]);
    const nameless = [1, 2, 3, 4].map((number) => peer(number, undefined));
    expect(createMeshPositions(rules()).fill(nameless, [], NOW)).toHaveLength(2);
  });

  test('few young keys, and they come last', () => {
    const from = [1, 2, 3, 4, 5].map((number) => peer(number, `net ${number}`, `op${number}`, number < 5));
    expect(numbers(createMeshPositions(rules()).fill(from, [], NOW))).toEqual([5, 1, 2]);
  });

  test('a young key does not take the place of an old one in its network', () => {
    const from = [peer(1, 'a', 'x', true), peer(2, 'a', 'x'), peer(3, 'b', 'y', true)];
    const chosen = createMeshPositions(rules({ perSubnet: 1, young: 1 })).fill(from, [], NOW);
    expect(numbers(chosen)).toEqual([2, 3]);
  });

  test('a second operator where there is one, however far down the list', () => {
    const from = Array.from({ length: 90 }, (_, number) => peer(number, `net ${number}`, 'big'));
    const chosen = createMeshPositions(rules()).fill([...from, peer(99, 'far', 'small')], [], NOW);
    expect(chosen).toHaveLength(8);
    expect(numbers(chosen)).toContain(99);
    // Whoever has one of each already takes the nearest.
    const settled = createMeshPositions(rules()).fill(from, held([peer(99, 'far', 'small')]), NOW);
    expect(numbers(settled)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test('nothing is free: nobody', () => {
    const full = held(Array.from({ length: 8 }, (_, number) => peer(number, `net ${number}`)));
    expect(createMeshPositions(rules()).fill([peer(50, 'x')], full, NOW)).toEqual([]);
  });
});

describe('admitting', () => {
  const mesh = createMeshPositions(rules());

  test('leaves places for those that the node chooses itself', () => {
    const inbound = Array.from({ length: 6 }, (_, number) => peer(number, `net ${number}`));
    expect(mesh.obstacle(peer(50, 'x'), held(inbound.slice(0, 5), false), NOW)).toBeUndefined();
    expect(mesh.obstacle(peer(50, 'x'), held(inbound, false), NOW)).toBe('full');
    // However many dial in, two can still be dialled.
    const from = [50, 51, 52].map((number) => peer(number, `own ${number}`, `op${number}`));
    expect(mesh.fill(from, held(inbound, false), NOW)).toHaveLength(2);
  });

  test('whoever asks in whatever order, at least two places stay for dialling and the limits hold', () => {
    fc.assert(
      fc.property(candidates(40), (asking) => {
        const inside: MeshPosition[] = [];
        for (const each of asking) {
          if (mesh.obstacle(each, inside, NOW) === undefined) inside.push({ peer: each, outbound: false });
        }
        expect(inside.length).toBeLessThanOrEqual(DEFAULT_MESH_RULES.positions - DEFAULT_MESH_RULES.outbound);
        expect(
          keeps(
            inside.map((position) => position.peer),
            DEFAULT_MESH_RULES,
          ),
        ).toBe(true);
      }),
    );
  });

  test('refuses a third of one network, a third young key, and who is inside', () => {
    const inside = held(
      [peer(1, 'a'), peer(2, 'a'), peer(3, 'b', undefined, true), peer(4, 'c', undefined, true)],
      false,
    );
    expect(mesh.obstacle(peer(5, 'a'), inside, NOW)).toBe('subnet');
    expect(mesh.obstacle(peer(5, 'd', undefined, true), inside, NOW)).toBe('young');
    expect(mesh.obstacle(peer(3, 'd'), inside, NOW)).toBe('held');
    expect(mesh.obstacle(peer(5, 'd'), inside, NOW)).toBeUndefined();
  });
});

describe('operators', () => {
  test.each([
    ['https://relay.praxis-netz.de', 'praxis-netz.de'],
    ['https://a.b.praxis-netz.de:8443', 'praxis-netz.de'],
    ['https://PRAXIS-NETZ.de.', 'praxis-netz.de'],
    ['https://relay.example.co.uk', 'example.co.uk'],
    ['https://relay.amt.gv.at', 'amt.gv.at'],
    ['https://localhost:8080', 'localhost'],
    ['http://192.0.2.77:8080', '192.0.2'],
    ['https://[2001:db8:7::1]:443', '[2001:db8:7'],
  ])('%s is run by %s', (origin, operator) => {
    expect(operatorOf({ origin, subnet: 'net' })).toBe(operator);
  });

  test('without an origin it is the network, without that nobody knows', () => {
    expect(operatorOf({ origin: undefined, subnet: '192.0.2' })).toBe('192.0.2');
    expect(operatorOf({ origin: undefined, subnet: undefined })).toBeUndefined();
  });
});
