import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSlotStore, type SlotStore } from '#engine/slots/slot-store.ts';
import { loadSnapshot, packSnapshot } from '#engine/slots/snapshot.ts';
import { announce, counter, epoch, minute, NOW, offer, practice, rawOf, withdraw } from '#test/engine/slots/records.ts';

const filled = (capacity = 2_000): SlotStore => {
  const slots = createSlotStore({ capacity });
  for (let number = 0; number < 300; number++) {
    const record = announce({
      address: practice(number % 120),
      offer: offer(number % 3),
      counter: counter(number + 1),
      issued: minute(NOW - 400 + number),
      ttlClass: number % 8,
      plz: 1_000 + number,
    });
    slots.put(record, rawOf(record), number % 2 === 0 ? 2 : 0, minute(NOW - 100));
  }
  const tombstone = withdraw({ address: practice(3), counter: counter(900) });
  slots.withdraw(tombstone, rawOf(tombstone), 0, NOW);
  slots.raiseEpoch(practice(5), epoch(4), NOW);
  slots.expire(NOW);
  return slots;
};

const loaded = (bytes: Uint8Array, capacity?: number): SlotStore => {
  const result = loadSnapshot(bytes, capacity === undefined ? {} : { capacity });
  if (!result.ok) throw new Error(result.code);
  return result.value;
};

const contentOf = (slots: SlotStore): unknown => ({
  ids: [...slots.ids()].sort(),
  size: slots.size,
  used: slots.used,
  capacity: slots.capacity,
  places: Array.from({ length: 120 * 3 }, (_, at) => ({
    offer: slots.get(practice(at % 120), offer(Math.floor(at / 120))),
    floor: slots.floorOf(practice(at % 120), offer(Math.floor(at / 120))),
    epoch: slots.epochOf(practice(at % 120)),
  })),
});

describe('a snapshot', () => {
  test('brings back everything, floors and epochs included', () => {
    const slots = filled();
    const copy = loaded(packSnapshot(slots));
    expect(contentOf(copy)).toEqual(contentOf(slots));
    expect(copy.nextExpiry()).toBeLessThanOrEqual(slots.nextExpiry() ?? 0);
    const old = announce({ address: practice(3), counter: counter(1) });
    expect(copy.put(old, rawOf(old), 2, NOW)).toEqual({ ok: false, code: 'superseded' });
    const stale = announce({ address: practice(5), counter: counter(999) });
    expect(copy.put(stale, rawOf(stale), 2, NOW)).toEqual({ ok: false, code: 'stale-epoch' });
  });

  test('can be changed on as if it had never been away', () => {
    const slots = filled();
    const copy = loaded(packSnapshot(slots));
    for (const store of [slots, copy]) {
      for (let number = 0; number < 200; number++) {
        const record = announce({ address: practice(number), counter: counter(2_000), offer: offer(number % 4) });
        store.put(record, rawOf(record), 1, NOW);
      }
      store.expire(minute(NOW + 2_000));
    }
    expect(contentOf(copy)).toEqual(contentOf(slots));
    expect(contentOf(loaded(packSnapshot(copy)))).toEqual(contentOf(copy));
  });

  test('of an empty store is one', () => {
    const copy = loaded(packSnapshot(createSlotStore({ capacity: 10 })));
    expect(copy.size).toBe(0);
    expect(copy.nextExpiry()).toBeUndefined();
    const record = announce();
    expect(copy.put(record, rawOf(record), 2, NOW).ok).toBe(true);
  });

  test('may lie anywhere in its buffer', () => {
    const bytes = packSnapshot(filled());
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(contentOf(loaded(moved.subarray(3)))).toEqual(contentOf(loaded(bytes)));
  });

  test('for a smaller store sheds what is least trusted and oldest', () => {
    const slots = filled();
    const small = loaded(packSnapshot(slots), 50);
    expect(small.used).toBe(50);
    const trusts = new Set([...Array(120).keys()].map((who) => small.get(practice(who), offer(who % 3))?.trust));
    expect(trusts.has(0)).toBe(false);
  });
});

test('remembers what was shed', () => {
  const slots = createSlotStore({ capacity: 1 });
  for (const [number, issued] of [NOW - 20, NOW - 10].entries()) {
    const record = announce({ address: practice(number), issued: minute(issued) });
    slots.put(record, rawOf(record), 1, NOW);
  }
  const roomy = loaded(packSnapshot(slots), 100);
  const shed = announce({ address: practice(0), issued: minute(NOW - 20) });
  expect(roomy.put(shed, rawOf(shed), 1, NOW)).toEqual({ ok: false, code: 'over-capacity' });
  expect(roomy.put(shed, rawOf(shed), 2, NOW).ok).toBe(true);
});

describe('a damaged snapshot is refused', () => {
  const whole = packSnapshot(filled());

  test('cut anywhere', () => {
    for (let length = 0; length < whole.length; length += 41) {
      expect(loadSnapshot(whole.subarray(0, length))).toEqual({ ok: false, code: 'malformed' });
    }
    expect(loadSnapshot(whole.subarray(0, whole.length - 8))).toEqual({ ok: false, code: 'malformed' });
  });

  test('with any bit changed, or with more at its end', () => {
    const flip = fc.property(fc.nat(whole.length * 8 - 1), (bit) => {
      const damaged = whole.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(loadSnapshot(damaged)).toEqual({ ok: false, code: 'malformed' });
    });
    fc.assert(flip, { numRuns: 1_000 });
    const longer = new Uint8Array(whole.length + 8);
    longer.set(whole);
    expect(loadSnapshot(longer)).toEqual({ ok: false, code: 'malformed' });
  });

  test('and so is anything that is none', () => {
    const garbage = fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(loadSnapshot(bytes).ok).toBe(false);
    });
    fc.assert(garbage, { numRuns: 500 });
  });
});
