/** Which frame is next on air. */
import { expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { createAirQueue, type WaitingFrame } from '#core/radio/air/queue.ts';

const at = (ms: number) => ms as Millis;
const frame = (id: number, priority: number, expires = 1_000): WaitingFrame => ({
  data: Uint8Array.of(id),
  priority,
  expires: at(expires),
});
const drain = (queue: ReturnType<typeof createAirQueue>, now = 0): number[] => {
  const ids: number[] = [];
  for (let next = queue.peek(at(now)); next !== undefined; next = queue.peek(at(now))) {
    ids.push(next.data[0] ?? -1);
    queue.take(next);
  }
  return ids;
};

test('the most urgent first, of those the oldest', () => {
  const queue = createAirQueue(8);
  for (const [id, priority] of [
    [1, 2],
    [2, 0],
    [3, 1],
    [4, 0],
  ] as const)
    queue.offer(frame(id, priority), at(0));
  expect(drain(queue)).toEqual([2, 4, 3, 1]);
});

test('none after its time, and what is too old takes no room', () => {
  const queue = createAirQueue(2);
  queue.offer(frame(1, 0, 10), at(0));
  queue.offer(frame(2, 0, 100), at(0));
  expect(queue.size(at(9))).toBe(2);
  expect(queue.size(at(10))).toBe(1);
  expect(queue.offer(frame(3, 5), at(10)).ok).toBe(true);
  expect(drain(queue, 10)).toEqual([2, 3]);
});

test('when it is full, what is more urgent takes the place of the last, and the rest is refused', () => {
  const queue = createAirQueue(2);
  queue.offer(frame(1, 1), at(0));
  queue.offer(frame(2, 2), at(0));
  expect(queue.offer(frame(3, 2), at(0))).toEqual({ ok: false, code: 'over-capacity' });
  expect(queue.offer(frame(4, 0), at(0)).ok).toBe(true);
  expect(drain(queue)).toEqual([4, 1]);
});

test('says which fell out, once: after their time, or where more urgent ones left no room', () => {
  const queue = createAirQueue(2);
  const [late, last, urgent] = [frame(1, 0, 10), frame(2, 2), frame(3, 0)];
  for (const one of [late, last]) queue.offer(one, at(0));
  queue.size(at(10));
  expect(queue.fallen()).toEqual([late]);
  expect(queue.fallen()).toEqual([]);
  for (const one of [urgent, frame(4, 1)]) queue.offer(one, at(10));
  expect(queue.fallen()).toEqual([last]);
  expect([queue.take(urgent), queue.take(urgent), queue.take(last)]).toEqual([true, false, false]);
});
