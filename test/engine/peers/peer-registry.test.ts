import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress } from '#core/brand.ts';
import { DAY, HOUR } from '#core/domain/limits.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { decodePeerEntry, type PeerEntry } from '#engine/peers/peer-entry.ts';
import {
  createPeerRegistry,
  isYoung,
  KEPT_TO_START,
  PEER_STALE_AFTER,
  YOUNG_KEY,
} from '#engine/peers/peer-registry.ts';
import { scoreOf } from '#engine/peers/reputation.ts';
import type { StoreOp } from '#ports/store.ts';

const START = Date.UTC(2026, 10, 21) as Millis;
const at = (offset: number): Millis => (START + offset) as Millis;
const node = (number: number): NodeAddress => number.toString(16).padStart(32, '0') as NodeAddress;

const setUp = (capacity = 4) => {
  const linked = new Set<NodeAddress>();
  return { linked, registry: createPeerRegistry({ capacity, linked: () => linked }) };
};
type Registry = ReturnType<typeof setUp>['registry'];
const names = (registry: Registry): NodeAddress[] => [...registry.all()].map(({ address }) => address);
const blame = (registry: Registry, who: NodeAddress, now: Millis, count = 5): void => {
  for (let i = 0; i < count; i++) registry.report(who, { observer: 'self', reason: 'bad-signature' }, now);
};
const rowsOf = (ops: readonly StoreOp[]): string[] => ops.map(({ op, key }) => `${op} ${Number.parseInt(key, 16)}`);
/** What a node that starts finds after these operations. */
const stored = (ops: readonly StoreOp[]): PeerEntry[] =>
  ops.flatMap((op) => {
    const entry = op.op === 'put' ? decodePeerEntry(op.value) : undefined;
    return entry?.ok ? [entry.value] : [];
  });

describe('seeing', () => {
  test('the first time makes an entry with what is known', () => {
    const { registry } = setUp();
    const entry = registry.see(node(1), { capabilities: CAPABILITY.RELAY, region: 80 }, START);
    expect(entry).toMatchObject({ address: node(1), capabilities: CAPABILITY.RELAY, region: 80, level: 0, load: 0 });
    expect(entry).toMatchObject({ origin: undefined, subnet: undefined, firstSeen: START, lastSeen: START });
    expect(registry.get(node(1))).toBe(entry);
    expect(registry.size).toBe(1);
    expect(registry.get(node(2))).toBeUndefined();
  });

  test('again refreshes what is named and keeps the rest, and when it was first seen', () => {
    const { registry } = setUp();
    registry.see(node(1), { origin: 'https://a.example', load: 9, subnet: '192.0.2' }, START);
    registry.sample(node(1), 40 as Millis, at(1));
    const entry = registry.see(node(1), { load: 200, level: 3 }, at(5_000));
    expect(entry).toMatchObject({ origin: 'https://a.example', load: 200, level: 3, subnet: '192.0.2' });
    expect(entry).toMatchObject({ firstSeen: START, lastSeen: at(5_000) });
    expect(entry?.roundTrips.smoothed).toBe(40);
    expect(registry.see(node(1), { origin: undefined }, at(6_000))?.origin).toBeUndefined();
  });

  test('a long network name is cut, so that it can be stored', () => {
    const { registry } = setUp();
    registry.see(node(1), { subnet: 'x'.repeat(1_000) }, START);
    expect(stored(registry.takeChanges())).toHaveLength(1);
  });

  test('a round trip says that it is there; a loss and a report do not', () => {
    const { registry } = setUp();
    registry.see(node(1), {}, START);
    registry.loss(node(1), true);
    blame(registry, node(1), at(10), 1);
    expect(registry.get(node(1))).toMatchObject({ lastSeen: START });
    expect(registry.get(node(1))?.roundTrips.lossRate).toBe(1 / 8);
    registry.sample(node(1), 20 as Millis, at(30));
    expect(registry.get(node(1))).toMatchObject({ lastSeen: at(30) });
    expect(registry.get(node(1))?.roundTrips.lossRate).toBe(7 / 64);
  });

  test('nobody gets an entry by being measured or reported', () => {
    const { registry } = setUp();
    registry.sample(node(1), 20 as Millis, START);
    registry.loss(node(1), true);
    blame(registry, node(1), START);
    expect(registry.size).toBe(0);
    expect(registry.changed).toBe(false);
  });

  test('who is in disrepute is known and not trusted, until it fades', () => {
    const { registry } = setUp();
    for (const who of [1, 2]) registry.see(node(who), {}, START);
    blame(registry, node(1), START);
    expect(registry.trusted(START).map(({ address }) => address)).toEqual([node(2)]);
    expect(registry.trusted(at(6 * HOUR))).toHaveLength(2);
  });
});

describe('when it is full', () => {
  test('the worst reputation gives way first', () => {
    const { registry } = setUp();
    for (const who of [1, 2, 3, 4]) registry.see(node(who), {}, at(who));
    blame(registry, node(3), at(5));
    expect(registry.see(node(5), {}, at(6))).toBeDefined();
    expect(names(registry)).toEqual([1, 2, 4, 5].map(node));
  });

  test('then who was never measured, then the young key, then who was not seen for longest', () => {
    const { registry } = setUp();
    registry.see(node(1), {}, START);
    registry.see(node(2), {}, START);
    registry.sample(node(2), 10 as Millis, START);
    registry.see(node(3), {}, at(1_000));
    registry.see(node(4), {}, at(YOUNG_KEY));
    const now = at(YOUNG_KEY + 2_000);
    registry.see(node(5), {}, now);
    expect(names(registry)).toEqual([1, 2, 3, 5].map(node));
    // From here all are old: the one not seen for longest that was never measured.
    const later = at(3 * YOUNG_KEY);
    registry.see(node(6), {}, later);
    expect(names(registry)).toEqual([2, 3, 5, 6].map(node));
  });

  test('whoever makes keys by the thousand replaces its own', () => {
    const { registry } = setUp(20);
    for (let who = 0; who < 20; who++) registry.see(node(who), {}, START);
    const now = at(HOUR);
    for (let who = 1_000; who < 3_000; who++) registry.see(node(who), {}, now);
    const old = names(registry).filter((address) => Number.parseInt(address, 16) < 1_000);
    expect(old).toHaveLength(19);
  });

  test('never one that is linked, however bad it is; then there is no room', () => {
    const { registry, linked } = setUp(2);
    for (const who of [1, 2]) {
      registry.see(node(who), {}, START);
      linked.add(node(who));
    }
    blame(registry, node(1), START);
    expect(registry.see(node(3), {}, START)).toBeUndefined();
    expect(names(registry)).toEqual([node(1), node(2)]);
    // Who is known is refreshed all the same.
    expect(registry.see(node(2), { load: 3 }, at(1))?.load).toBe(3);
    linked.delete(node(2));
    expect(registry.see(node(3), {}, START)).toBeDefined();
    expect(names(registry)).toEqual([node(1), node(3)]);
  });

  test('it never holds more than its capacity, nor loses a linked one, whatever happens', () => {
    const action = fc.record({
      kind: fc.constantFrom('see', 'link', 'unlink', 'blame', 'sample', 'prune', 'save'),
      who: fc.nat(12),
      wait: fc.nat(DAY / 3),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
        const { registry, linked } = setUp(5);
        const rows = new Set<string>();
        let now = START;
        for (const { kind, who, wait } of actions) {
          now = (now + wait) as Millis;
          const address = node(who);
          if (kind === 'see') registry.see(address, { origin: 'https://a.example' }, now);
          else if (kind === 'link') registry.get(address) && linked.size < 4 && linked.add(address);
          else if (kind === 'unlink') linked.delete(address);
          else if (kind === 'blame') blame(registry, address, now);
          else if (kind === 'sample') registry.sample(address, 5 as Millis, now);
          else if (kind === 'prune') registry.prune(now);
          else
            for (const { op, key } of registry.takeChanges()) {
              if (op === 'put') rows.add(key);
              else rows.delete(key);
            }
          expect(registry.size).toBeLessThanOrEqual(5);
          for (const held of linked) expect(registry.get(held)).toBeDefined();
          if (kind === 'save') expect([...rows].sort()).toEqual(names(registry).sort());
        }
      }),
    );
  });
});

describe('pruning', () => {
  test('forgets who was not seen for a day, and says whom', () => {
    const { registry } = setUp();
    registry.see(node(1), {}, START);
    registry.see(node(2), {}, at(1));
    expect(registry.prune(at(PEER_STALE_AFTER - 1))).toEqual([]);
    expect(registry.prune(at(PEER_STALE_AFTER))).toEqual([node(1)]);
    expect(names(registry)).toEqual([node(2)]);
  });

  test('not who is linked', () => {
    const { registry, linked } = setUp();
    registry.see(node(1), {}, START);
    linked.add(node(1));
    expect(registry.prune(at(3 * DAY))).toEqual([]);
    linked.clear();
    expect(registry.prune(at(3 * DAY))).toEqual([node(1)]);
  });

  test('nor the last few that can be dialled: after a weekend they are where a node starts', () => {
    const { registry } = setUp(50);
    for (let who = 0; who < 20; who++) registry.see(node(who), { origin: `https://${who}.example` }, at(who));
    registry.see(node(20), {}, at(20));
    expect(registry.prune(at(3 * DAY))).toHaveLength(21 - KEPT_TO_START);
    expect(names(registry)).toEqual([12, 13, 14, 15, 16, 17, 18, 19].map(node));
  });
});

describe('the store', () => {
  test('gets what changed, once', () => {
    const { registry } = setUp();
    expect(registry.takeChanges()).toEqual([]);
    registry.see(node(1), {}, START);
    registry.see(node(2), {}, START);
    expect(registry.changed).toBe(true);
    expect(rowsOf(registry.takeChanges())).toEqual(['put 1', 'put 2']);
    expect(registry.changed).toBe(false);
    registry.report(node(1), { observer: 'self', reason: 'superseded' }, at(1));
    expect(registry.changed).toBe(false);
    registry.report(node(1), { observer: 'self', reason: 'malformed' }, at(1));
    registry.prune(at(2 * DAY));
    expect(rowsOf(registry.takeChanges())).toEqual(['delete 1', 'delete 2']);
  });

  test('hears nothing of who came and went in between', () => {
    const { registry } = setUp(2);
    for (let who = 1; who <= 500; who++) registry.see(node(who), {}, at(who));
    expect(registry.takeChanges()).toHaveLength(2);
  });

  test('gives everything back to a node that starts', () => {
    const { registry } = setUp();
    registry.see(node(1), { origin: 'https://a.example', region: 7, subnet: '192.0.2', capabilities: 0x200 }, START);
    registry.sample(node(1), 25 as Millis, at(5));
    registry.report(node(1), { observer: node(9), reason: 'bad-signature' }, at(6));
    const again = setUp().registry;
    again.load(stored(registry.takeChanges()));
    const [before, after] = [registry.get(node(1)), again.get(node(1))];
    if (before === undefined || after === undefined) throw new Error('lost');
    expect({ ...after, roundTrips: 0 }).toEqual({ ...before, roundTrips: 0 });
    expect(after.roundTrips.smoothed).toBe(25);
    expect(scoreOf(after.reputation, at(6))).toBeCloseTo(0.4, 10);
    expect(again.changed).toBe(false);
  });

  test('of more than there is room for, the ones seen last are taken, and the others leave the store', () => {
    const { registry } = setUp(10);
    for (let who = 1; who <= 6; who++) registry.see(node(who), {}, at(who));
    const smaller = setUp(4).registry;
    smaller.load(stored(registry.takeChanges()));
    expect(names(smaller).sort()).toEqual([3, 4, 5, 6].map(node));
    expect(rowsOf(smaller.takeChanges()).sort()).toEqual(['delete 1', 'delete 2']);
  });
});

test('a key is young for ten minutes', () => {
  expect(isYoung({ firstSeen: START }, at(YOUNG_KEY - 1))).toBe(true);
  expect(isYoung({ firstSeen: START }, at(YOUNG_KEY))).toBe(false);
});
