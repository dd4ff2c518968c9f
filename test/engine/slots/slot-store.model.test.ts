import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TrustLevel } from '#core/domain/values.ts';
import type { SlotRecord } from '#engine/slots/slot-record.ts';
import { createSlotStore, type SlotStore } from '#engine/slots/slot-store.ts';
import { loadSnapshot, packSnapshot } from '#engine/slots/snapshot.ts';
import { createNaiveStore, type NaiveStore } from '#test/engine/slots/naive-store.ts';
import {
  announce,
  counter,
  DAY_MINUTES,
  epoch,
  minute,
  NOW,
  offer,
  practice,
  rawOf,
  withdraw,
} from '#test/engine/slots/records.ts';

const PRACTICES = 4;
const OFFERS = 3;

/** Records that all are valid at NOW unless `age` says otherwise. */
const recordArb = (age: fc.Arbitrary<number>): fc.Arbitrary<SlotRecord> =>
  fc
    .record({
      kind: fc.constantFrom('announce', 'announce', 'withdraw'),
      who: fc.nat(PRACTICES - 1),
      offer: fc.nat(OFFERS - 1),
      epoch: fc.constantFrom(0, 0, 0, 1, 2),
      counter: fc.nat(5),
      age,
      ttlClass: fc.nat(7),
      starts: fc.uniqueArray(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 31 }),
    })
    .map((r) => {
      const issued = minute(NOW - r.age);
      const head = {
        address: practice(r.who),
        epoch: epoch(r.epoch),
        counter: counter(r.counter),
        issued,
        offer: offer(r.offer),
      };
      if (r.kind === 'withdraw') return withdraw(head);
      const starts = r.starts.sort((a, b) => a - b).map((step) => minute(Math.floor(issued / 5 + step) * 5));
      return announce({ ...head, ttlClass: r.ttlClass, starts });
    });

const issuedAt = (record: SlotRecord, issued: number): SlotRecord => {
  const moved = { issued: minute(issued), epoch: epoch(0) };
  if (record.kind === 'withdraw') return { ...record, ...moved };
  return {
    ...record,
    ...moved,
    ttlClass: 4 + (record.ttlClass % 4),
    starts: [minute(Math.floor(issued / 5) * 5 + 500)],
  };
};

const give = (store: SlotStore, record: SlotRecord, trust: TrustLevel, now: number): string => {
  const at = minute(now);
  const change =
    record.kind === 'announce'
      ? store.put(record, rawOf(record), trust, at)
      : store.withdraw(record, rawOf(record), trust, at);
  return change.ok ? change.value.kind : change.code;
};

const floorsOf = (store: SlotStore, practices: number): string[] => {
  const floors: string[] = [];
  for (let who = 0; who < practices; who++) {
    for (let number = 0; number < 16; number++) {
      const floor = store.floorOf(practice(who), offer(number));
      if (floor === undefined) continue;
      const gone = floor.state === 'expired';
      floors.push(`${practice(who)}/${number} ${floor.epoch}.${floor.counter} ${gone}`);
    }
  }
  return floors.sort();
};

const expectAlike = (store: SlotStore, model: NaiveStore): void => {
  const ids = [...store.ids()].sort();
  expect(ids).toEqual(model.ids());
  expect(floorsOf(store, PRACTICES)).toEqual(model.floors());
  for (const id of ids) expect(store.byId(id.slice(0, 16))).toBeDefined();
};

type Step =
  | { readonly do: 'accept'; readonly record: SlotRecord; readonly trust: TrustLevel }
  | { readonly do: 'replay'; readonly which: number }
  | { readonly do: 'raise'; readonly who: number; readonly epoch: number }
  | { readonly do: 'trust'; readonly who: number; readonly level: TrustLevel }
  | { readonly do: 'advance'; readonly minutes: number }
  | { readonly do: 'restart' };

const levelArb = fc.constantFrom<TrustLevel>(0, 1, 2, 3);
const stepArb: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('accept' as const),
      record: recordArb(fc.integer({ min: -10 * DAY_MINUTES, max: 8 * DAY_MINUTES })),
      trust: levelArb,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('replay' as const), which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('raise' as const), who: fc.nat(PRACTICES - 1), epoch: fc.nat(2) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('trust' as const), who: fc.nat(PRACTICES - 1), level: levelArb }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('advance' as const), minutes: fc.nat(3 * DAY_MINUTES) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);

const reopened = (store: SlotStore): SlotStore => {
  const loaded = loadSnapshot(packSnapshot(store));
  if (!loaded.ok) throw new Error(loaded.code);
  return loaded.value;
};

/** Runs the steps against both; the ids that each step reports must add up to what the store holds. */
const run = (steps: readonly Step[], capacity: number): { store: SlotStore; model: NaiveStore } => {
  let store = createSlotStore({ capacity });
  const model = createNaiveStore(capacity);
  const seen: { record: SlotRecord; trust: TrustLevel }[] = [];
  const digest = new Set<string>();
  let now: number = NOW;
  const accept = (record: SlotRecord, trust: TrustLevel): void => {
    const at = minute(now);
    const change =
      record.kind === 'announce'
        ? store.put(record, rawOf(record), trust, at)
        : store.withdraw(record, rawOf(record), trust, at);
    expect(change.ok ? change.value.kind : change.code).toBe(model.accept(record, trust, now));
    if (!change.ok) return;
    for (const { id } of change.value.removed) expect(digest.delete(id)).toBe(true);
    if (change.value.added !== undefined) digest.add(change.value.added);
  };
  for (const step of steps) {
    if (step.do === 'accept') {
      seen.push(step);
      accept(step.record, step.trust);
    } else if (step.do === 'replay') {
      const old = seen[step.which % Math.max(seen.length, 1)];
      if (old !== undefined) accept(old.record, old.trust);
    } else if (step.do === 'raise') {
      for (const { id } of store.raiseEpoch(practice(step.who), epoch(step.epoch), minute(now)).removed)
        digest.delete(id);
      model.raiseEpoch(practice(step.who), step.epoch, now);
    } else if (step.do === 'trust') {
      store.setTrust(practice(step.who), step.level);
      model.setTrust(practice(step.who), step.level);
    } else if (step.do === 'advance') {
      now += step.minutes;
      for (const { id } of store.expire(minute(now)).removed) digest.delete(id);
      model.expire(now);
    } else {
      store = reopened(store);
    }
    expectAlike(store, model);
    expect([...digest].sort()).toEqual([...store.ids()].sort());
  }
  return { store, model };
};

describe('the slot store', () => {
  test('does what plain maps and loops do, whatever comes in which order, restarts included', () => {
    fc.assert(
      fc.property(fc.array(stepArb, { maxLength: 60 }), (steps) => {
        run(steps, 1_000);
      }),
      { numRuns: 300 },
    );
  });

  test('converges to the same records whatever their order, and however often they come', () => {
    const valid = recordArb(fc.integer({ min: 0, max: 59 }));
    fc.assert(
      fc.property(fc.array(valid, { maxLength: 30 }), fc.infiniteStream(fc.nat()), (records, order) => {
        const first = createSlotStore({ capacity: 1_000 });
        const second = createSlotStore({ capacity: 1_000 });
        for (const record of records) give(first, record, 2, NOW);
        const shuffled = [...records, ...records]
          .map((record) => ({ record, at: order.next().value }))
          .sort((a, b) => a.at - b.at);
        for (const { record } of shuffled) give(second, record, 2, NOW);
        expect([...second.ids()].sort()).toEqual([...first.ids()].sort());
        expect(floorsOf(second, PRACTICES)).toEqual(floorsOf(first, PRACTICES));
      }),
      { numRuns: 300 },
    );
  });

  test('never takes an older record of a place again, however late it is replayed', () => {
    const record = recordArb(fc.integer({ min: 0, max: 59 }));
    fc.assert(
      fc.property(fc.array(record, { minLength: 2, maxLength: 20 }), fc.array(fc.nat(2_000)), (records, waits) => {
        const store = createSlotStore({ capacity: 1_000 });
        for (const each of records) give(store, each, 2, NOW);
        let now: number = NOW;
        for (const wait of waits) {
          now += wait;
          store.expire(minute(now));
          const before = new Set(store.ids());
          for (const each of records) expect(['new', 'replaced']).not.toContain(give(store, each, 2, now));
          expect(new Set(store.ids())).toEqual(before);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('stays within its capacity and sheds the least trusted and oldest, as the model does', () => {
    const stepOrMove = fc.oneof(
      { weight: 8, arbitrary: fc.record({ record: recordArb(fc.constant(0)), trust: levelArb, age: fc.nat(3_000) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('replay' as const), which: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('advance' as const), minutes: fc.nat(1_500) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
    );
    fc.assert(
      fc.property(fc.array(stepOrMove, { maxLength: 80 }), fc.integer({ min: 1, max: 8 }), (drawn, capacity) => {
        const used = new Set<number>();
        const steps = drawn.map((step): Step => {
          if ('do' in step) return step;
          // Different issue minutes, so that there is one order of shedding.
          let issued: number = NOW - step.age;
          while (used.has(issued)) issued--;
          used.add(issued);
          return { do: 'accept', record: issuedAt(step.record, issued), trust: step.trust };
        });
        expect(run(steps, capacity).store.used).toBeLessThanOrEqual(capacity);
      }),
      { numRuns: 500 },
    );
  });
});
