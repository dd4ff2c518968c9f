/** The simulator's queue: by time, and in the order of adding where times are equal. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEventHeap } from '#sim/event-heap.ts';

test('hands out what was put in, earliest first, ties in the order of adding', () => {
  const steps = fc.array(fc.oneof(fc.nat({ max: 20 }), fc.constant('pop' as const)), { maxLength: 300 });
  fc.assert(
    fc.property(steps, (plan) => {
      const heap = createEventHeap();
      const model: { at: number; order: number }[] = [];
      const played: number[] = [];
      let order = 0;
      for (const step of plan) {
        if (step === 'pop') {
          model.sort((a, b) => a.at - b.at || a.order - b.order);
          expect(heap.next).toBe(model[0]?.at ?? Number.POSITIVE_INFINITY);
          const expected = model.shift();
          heap.pop()?.();
          if (expected !== undefined) expect(played.at(-1)).toBe(expected.order);
        } else {
          const mine = order++;
          model.push({ at: step, order: mine });
          heap.push(step, () => void played.push(mine));
        }
        expect(heap.size).toBe(model.length);
      }
    }),
  );
});

test('is empty when everything is out', () => {
  const heap = createEventHeap();
  expect(heap.pop()).toBeUndefined();
  expect(heap.next).toBe(Number.POSITIVE_INFINITY);
});
