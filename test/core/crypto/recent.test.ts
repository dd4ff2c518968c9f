/** The bounded map against a plain list of what was used last. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRecent } from '#core/crypto/recent.ts';

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const step = fc.oneof(
  fc.record({ kind: fc.constant('get' as const), key }),
  fc.record({ kind: fc.constant('set' as const), key, value: fc.nat() }),
  fc.record({ kind: fc.constant('delete' as const), key }),
);

test('holds the entries used last, never more than its capacity', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
      const recent = createRecent<number>(capacity);
      let model: { key: string; value: number }[] = [];
      for (const one of steps) {
        const present = model.find((entry) => entry.key === one.key);
        const others = model.filter((entry) => entry.key !== one.key);
        if (one.kind === 'set') {
          recent.set(one.key, one.value);
          model = [...others, { key: one.key, value: one.value }].slice(-capacity);
        } else if (one.kind === 'delete') {
          recent.delete(one.key);
          model = others;
        } else {
          expect(recent.get(one.key)).toBe(present?.value);
          if (present !== undefined) model = [...others, present];
        }
      }
      for (const { key: kept, value } of model) expect(recent.get(kept)).toBe(value);
    }),
  );
});
