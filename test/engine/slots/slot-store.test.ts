import { describe, expect, test } from 'vitest';
import type { TrustLevel } from '#core/domain/values.ts';
import type { Result } from '#core/result.ts';
import type { Announce } from '#core/wire/announce.ts';
import type { SlotChange, SlotRecord } from '#engine/slots/slot-record.ts';
import { createSlotStore, type SlotStore } from '#engine/slots/slot-store.ts';
import {
  announce,
  counter,
  DAY_MINUTES,
  epoch,
  idOf,
  minute,
  NOW,
  offer,
  practice,
  rawOf,
  withdraw,
} from '#test/engine/slots/records.ts';

const FLOOR = 10_090;
const store = (capacity = 100): SlotStore => createSlotStore({ capacity });

const put = (into: SlotStore, record: Announce, trust: TrustLevel = 2, now = NOW): Result<SlotChange> =>
  into.put(record, rawOf(record), trust, now);

const outcome = (change: Result<SlotChange>): string => (change.ok ? change.value.kind : change.code);

describe('an announcement', () => {
  test('is found by practice and offer, and its bytes by id', () => {
    const slots = store();
    const record = announce({ series: true, ageGroup: 2, slotType: 6, verfahren: 0, plz: 1067 });
    const change = put(slots, record);
    expect(change).toEqual({ ok: true, value: { kind: 'new', added: idOf(record), removed: [], forgotten: [] } });
    const stored = slots.get(practice(1), offer(0));
    expect(stored?.announce).toEqual(record);
    expect(stored).toMatchObject({ id: idOf(record), trust: 2, expires: record.issued + 10_080 });
    expect(slots.byId(idOf(record).slice(0, 16))).toEqual(rawOf(record));
    expect([...slots.ids()]).toEqual([idOf(record)]);
    expect(slots.size).toBe(1);
  });

  test('replaces an older one and says which id went', () => {
    const slots = store();
    const old = announce();
    const newer = announce({ counter: counter(2) });
    put(slots, old);
    const gone = { id: idOf(old), address: old.address, offer: old.offer };
    expect(put(slots, newer)).toEqual({
      ok: true,
      value: { kind: 'replaced', added: idOf(newer), removed: [gone], forgotten: [] },
    });
    expect(slots.byId(idOf(old))).toBeUndefined();
    expect(slots.size).toBe(1);
  });

  test('is refused with the reason', () => {
    const slots = store();
    put(slots, announce({ counter: counter(5) }));
    expect(outcome(put(slots, announce({ counter: counter(5) })))).toBe('replayed');
    expect(outcome(put(slots, announce({ counter: counter(4) })))).toBe('superseded');
    const starts = [minute(NOW + DAY_MINUTES)];
    expect(outcome(put(slots, announce({ counter: counter(6), issued: minute(NOW + 6), starts })))).toBe(
      'from-the-future',
    );
    expect(outcome(put(slots, announce({ counter: counter(6), issued: minute(NOW - 60), ttlClass: 0 })))).toBe(
      'expired',
    );
    const record = announce({ counter: counter(7) });
    expect(slots.put(record, new Uint8Array(2_000), 2, NOW)).toEqual({ ok: false, code: 'too-large' });
    expect(slots.get(practice(1), offer(0))?.announce.counter).toBe(5);
  });

  test('is taken up to five minutes from the future, and until its last minute', () => {
    const slots = store();
    expect(outcome(put(slots, announce({ issued: minute(NOW + 5) })))).toBe('new');
    const last = announce({ offer: offer(1), issued: minute(NOW - 59), ttlClass: 0 });
    expect(outcome(put(slots, last))).toBe('new');
  });

  test('of equal counters: the lower id stays, whichever came first', () => {
    const a = announce({ minutes: 50 });
    const b = announce({ minutes: 100 });
    const [lower, higher] = idOf(a) < idOf(b) ? [a, b] : [b, a];
    const first = store();
    put(first, lower);
    expect(outcome(put(first, higher))).toBe('superseded');
    const second = store();
    put(second, higher);
    expect(outcome(put(second, lower))).toBe('replaced');
    expect([...second.ids()]).toEqual([...first.ids()]);
  });
});

describe('a withdrawal', () => {
  test('removes the offer, spreads itself and outlives every replay', () => {
    const slots = store();
    const old = announce();
    const tombstone = withdraw();
    put(slots, old);
    const change = slots.withdraw(tombstone, rawOf(tombstone), 2, NOW);
    expect(change.ok && change.value.removed.map(({ id }) => id)).toEqual([idOf(old)]);
    expect(slots.get(practice(1), offer(0))).toBeUndefined();
    expect(slots.size).toBe(0);
    expect([...slots.ids()]).toEqual([idOf(tombstone)]);
    expect(outcome(put(slots, old))).toBe('superseded');
    slots.expire(minute(tombstone.issued + FLOOR - 1));
    expect(slots.floorOf(practice(1), offer(0))?.state).toBe('withdrawn');
    slots.expire(minute(tombstone.issued + FLOOR));
    expect(slots.floorOf(practice(1), offer(0))).toBeUndefined();
    expect(outcome(put(slots, old, 2, minute(tombstone.issued + FLOOR)))).toBe('expired');
  });

  test('that comes before what it withdraws keeps it out', () => {
    const slots = store();
    const tombstone = withdraw();
    slots.withdraw(tombstone, rawOf(tombstone), 0, NOW);
    expect(outcome(put(slots, announce()))).toBe('superseded');
  });
});

describe('what has expired', () => {
  test('leaves a floor below which nothing comes back', () => {
    const slots = store();
    const long = announce({ counter: counter(1), ttlClass: 7 });
    const short = announce({ counter: counter(2), ttlClass: 0 });
    put(slots, long);
    put(slots, short);
    const later = minute(short.issued + 60);
    const losses = slots.expire(later);
    expect(losses.removed.map(({ id }) => id)).toEqual([idOf(short)]);
    expect(losses.forgotten).toEqual([]);
    expect(slots.floorOf(practice(1), offer(0))).toEqual({ epoch: 0, counter: 2, state: 'expired' });
    expect(outcome(put(slots, long, 2, later))).toBe('superseded');
    expect(slots.used).toBe(1);
    expect(slots.expire(minute(short.issued + FLOOR)).forgotten).toHaveLength(1);
    expect(slots.used).toBe(0);
    expect(slots.nextExpiry()).toBeUndefined();
  });

  test('keeps its floor for longer when an older record was issued later', () => {
    const slots = store();
    const newer = announce({ counter: counter(2), issued: minute(NOW - 1_000), ttlClass: 0 });
    put(slots, newer, 2, minute(NOW - 1_000));
    const older = announce({ counter: counter(1), issued: NOW, ttlClass: 7 });
    expect(outcome(put(slots, older))).toBe('superseded');
    const now = minute(newer.issued + FLOOR);
    slots.expire(now);
    expect(outcome(put(slots, older, 2, now))).toBe('superseded');
  });

  test('is recalled from disk as a floor', () => {
    const slots = store();
    const short = announce({ counter: counter(2), ttlClass: 0 });
    const now = minute(NOW + 100);
    expect(slots.recall(short, rawOf(short), 2, now)).toMatchObject({
      ok: true,
      value: { kind: 'new', added: undefined },
    });
    expect([...slots.ids()]).toEqual([]);
    expect(outcome(put(slots, announce({ counter: counter(1) }), 2, now))).toBe('superseded');
    expect(outcome(slots.recall(short, rawOf(short), 2, minute(short.issued + FLOOR)))).toBe('expired');
  });

  test('is announced by nextExpiry', () => {
    const slots = store();
    const record = announce({ ttlClass: 1 });
    put(slots, record);
    expect(slots.nextExpiry()).toBe(record.issued + 360);
    expect(slots.expire(minute(record.issued + 359))).toEqual({ removed: [], forgotten: [] });
    expect(slots.expire(minute(record.issued + 360)).removed).toHaveLength(1);
    expect(slots.nextExpiry()).toBe(record.issued + FLOOR);
  });
});

describe('a raised epoch', () => {
  test('withdraws every older offer and refuses it from then on', () => {
    const slots = store();
    const records = [0, 1, 2].map((number) => announce({ offer: offer(number) }));
    for (const record of records) put(slots, record);
    const losses = slots.raiseEpoch(practice(1), epoch(1), NOW);
    expect(losses.removed.map(({ offer: number }) => number).sort()).toEqual([0, 1, 2]);
    expect(losses.forgotten).toHaveLength(3);
    expect(slots.used).toBe(0);
    for (const record of records) expect(outcome(put(slots, record))).toBe('stale-epoch');
    slots.expire(minute(NOW + FLOOR - 1));
    expect(slots.epochOf(practice(1))).toBe(1);
    slots.expire(minute(NOW + FLOOR));
    expect(slots.epochOf(practice(1))).toBeUndefined();
  });

  test('shows in an announcement too', () => {
    const slots = store();
    put(slots, announce({ offer: offer(0) }));
    put(slots, announce({ offer: offer(1) }));
    const restored = announce({ offer: offer(0), epoch: epoch(1), counter: counter(0) });
    const change = put(slots, restored);
    expect(change.ok && change.value.removed).toHaveLength(2);
    expect([...slots.ids()]).toEqual([idOf(restored)]);
    expect(outcome(put(slots, announce({ offer: offer(2) })))).toBe('stale-epoch');
  });

  test('of a key that nobody heard of is remembered, and leaves other keys alone', () => {
    const slots = store();
    put(slots, announce({ address: practice(2) }));
    slots.raiseEpoch(practice(1), epoch(3), NOW);
    slots.raiseEpoch(practice(1), epoch(1), NOW);
    expect(slots.epochOf(practice(1))).toBe(3);
    expect(outcome(put(slots, announce({ epoch: epoch(2) })))).toBe('stale-epoch');
    expect(slots.size).toBe(1);
  });

  test('stays as long as what a retired device issues after it could be valid', () => {
    const slots = store();
    put(slots, announce({ epoch: epoch(1) }));
    const late = withdraw({ issued: minute(NOW + 4) });
    expect(outcome(slots.withdraw(late, rawOf(late), 2, NOW))).toBe('stale-epoch');
    const almost = minute(NOW + 3 + FLOOR);
    slots.expire(almost);
    expect(outcome(slots.withdraw(late, rawOf(late), 2, almost))).toBe('stale-epoch');
  });

  test('memory for epochs alone is bounded', () => {
    const slots = store(10);
    for (let number = 0; number < 100; number++) slots.raiseEpoch(practice(number), epoch(1), minute(NOW + number));
    const known = Array.from({ length: 100 }, (_, number) => slots.epochOf(practice(number)));
    expect(known.filter((each) => each !== undefined)).toHaveLength(20);
    expect(slots.epochOf(practice(99))).toBe(1);
  });
});

describe('a full store', () => {
  const full = (capacity: number, trust: TrustLevel): SlotStore => {
    const slots = store(capacity);
    for (let number = 0; number < capacity; number++) {
      put(slots, announce({ address: practice(number), issued: minute(NOW - 500 + number) }), trust);
    }
    return slots;
  };

  test('sheds the oldest of the lowest level', () => {
    const slots = full(5, 0);
    const change = put(slots, announce({ address: practice(50) }), 0);
    expect(change.ok && change.value.forgotten.map(({ address }) => address)).toEqual([practice(0)]);
    expect(slots.used).toBe(5);
    expect(outcome(put(slots, announce({ address: practice(0), issued: minute(NOW - 500) }), 0))).toBe('over-capacity');
  });

  test('of trusted keys is closed to a flood of untrusted ones', () => {
    const slots = full(20, 2);
    const before = [...slots.ids()];
    for (let number = 100; number < 2_000; number++) {
      expect(outcome(put(slots, announce({ address: practice(number) }), 0))).toBe('over-capacity');
    }
    expect([...slots.ids()]).toEqual(before);
  });

  test('of untrusted keys gives way to trusted ones', () => {
    const slots = full(20, 0);
    for (let number = 100; number < 120; number++) {
      expect(
        outcome(put(slots, announce({ address: practice(number), issued: minute(NOW - 3_000 - number) }), 2)),
      ).toBe('new');
    }
    expect([...slots.ids()].length).toBe(20);
    for (let number = 100; number < 120; number++) expect(slots.get(practice(number), offer(0))?.trust).toBe(2);
  });

  test('remembers what it shed when there is room again', () => {
    const slots = full(3, 0);
    put(slots, announce({ address: practice(50), ttlClass: 0 }), 0);
    slots.expire(minute(NOW + FLOOR - 400));
    expect(outcome(put(slots, announce({ address: practice(0), issued: minute(NOW - 500) }), 0, NOW))).toBe(
      'over-capacity',
    );
  });

  test('still takes what replaces something it holds', () => {
    const slots = full(3, 0);
    const newer = announce({ address: practice(0), issued: minute(NOW - 499), counter: counter(2) });
    expect(outcome(put(slots, newer, 0))).toBe('replaced');
  });

  test('follows a trust level that changes', () => {
    const slots = full(3, 0);
    slots.setTrust(practice(0), 2);
    slots.setTrust(practice(77), 2);
    put(slots, announce({ address: practice(50) }), 0);
    expect(slots.get(practice(0), offer(0))?.trust).toBe(2);
    expect(slots.get(practice(1), offer(0))).toBeUndefined();
  });

  test('has a capacity that makes sense', () => {
    for (const capacity of [0, -1, 1.5, Number.NaN, 2 ** 30]) {
      expect(() => createSlotStore({ capacity })).toThrow(RangeError);
    }
  });
});

test('bytes and starts of what was replaced a thousand times do not pile up', () => {
  const slots = store();
  for (let number = 0; number < 5_000; number++) {
    put(slots, announce({ address: practice(number % 7), counter: counter(number) }));
  }
  expect(slots.size).toBe(7);
  expect(slots.state.table.raws.items.length).toBeLessThan(10_000);
  expect(slots.state.table.starts.items.length).toBeLessThan(10_000);
  for (let who = 0; who < 7; who++) {
    const stored = slots.get(practice(who), offer(0));
    expect(stored?.raw).toEqual(rawOf(stored?.announce ?? announce()));
  }
});

test('ids that are not hex find nothing', () => {
  const slots = store();
  const record: SlotRecord = announce();
  put(slots, record);
  for (const id of ['', 'zz', 'ABCDEF0123456789', '0'.repeat(16), '0'.repeat(40)])
    expect(slots.byId(id)).toBeUndefined();
});
