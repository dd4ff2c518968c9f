import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '#core/bytes/hex.ts';
import { createLazySetIndex, createSetIndex, differingBins } from '#engine/sync/set-index.ts';

const id = fc.uint8Array({ minLength: 8, maxLength: 8 }).map(toHex);

describe('the digest of a set', () => {
  test('depends on what is in it, not on how it came about', () => {
    const property = fc.property(
      fc.uniqueArray(id, { maxLength: 60 }),
      fc.array(id, { maxLength: 20 }),
      (ids, others) => {
        const [forwards, backwards] = [createSetIndex(ids), createSetIndex()];
        for (const one of [...ids].reverse()) backwards.add(one);
        for (const one of others) backwards.add(one);
        backwards.root();
        for (const one of others) if (!ids.includes(one)) backwards.remove(one);
        expect(toHex(backwards.root())).toBe(toHex(forwards.root()));
        expect(backwards.size).toBe(ids.length);
      },
    );
    fc.assert(property, { numRuns: 100 });
  });

  test('differs with every id that differs, and exactly in its bin', () => {
    const property = fc.property(fc.uniqueArray(id, { minLength: 1, maxLength: 60 }), fc.nat(), (ids, pick) => {
      const whole = createSetIndex(ids);
      const gone = ids[pick % ids.length] ?? '';
      const less = createSetIndex(ids.filter((one) => one !== gone));
      expect(toHex(less.root())).not.toBe(toHex(whole.root()));
      const bin = Number.parseInt(gone.slice(0, 2), 16);
      expect(differingBins(less.bins(), whole.bins())).toEqual([bin]);
      expect(whole.idsIn(bin)).toContain(gone);
    });
    fc.assert(property, { numRuns: 100 });
  });

  test('cannot be met by pairs that cancel each other out, as a sum or an XOR could', () => {
    const [a, b] = ['00000000000000f0', '000000000000000f'];
    const [c, d] = ['00000000000000ff', '0000000000000000'];
    expect(toHex(createSetIndex([a, b]).root())).not.toBe(toHex(createSetIndex([c, d]).root()));
  });

  test('takes an id once, and forgets one that is not there without harm', () => {
    const index = createSetIndex(['0123456789abcdef', '0123456789abcdef']);
    expect(index.size).toBe(1);
    index.remove('0123456789abcdee');
    expect([index.size, index.has('0123456789abcdef')]).toEqual([1, true]);
    expect(differingBins(index.bins(), index.bins())).toEqual([]);
  });
});

describe('a set that is filled when it is first used', () => {
  test('asks once, and is the same set from then on', () => {
    const property = fc.property(fc.uniqueArray(id, { maxLength: 40 }), id, (ids, other) => {
      let asked = 0;
      const held = new Set(ids);
      const lazy = createLazySetIndex(() => {
        asked++;
        return held;
      });
      const eager = createSetIndex(ids);
      expect(asked).toBe(0);
      held.add(other);
      lazy.add(other);
      eager.add(other);
      expect(asked).toBe(0);
      expect(toHex(lazy.root())).toBe(toHex(eager.root()));
      expect([lazy.size, lazy.has(other)]).toEqual([eager.size, true]);
      held.delete(other);
      lazy.remove(other);
      eager.remove(other);
      expect(toHex(lazy.bins())).toBe(toHex(eager.bins()));
      expect(lazy.idsIn(7)).toEqual(eager.idsIn(7));
      expect(asked).toBe(1);
    });
    fc.assert(property, { numRuns: 50 });
  });
});
