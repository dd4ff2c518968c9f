import { expect, test } from 'vitest';
import { createWebLock } from '#adapters/web-locks/web-lock.ts';

let names = 0;
const freshLock = () => createWebLock(`lock-test-${names++}`);

test('is held once, in the order of the wishes', async () => {
  const lock = freshLock();
  const first = await lock.acquire().held;
  expect(first).toBeDefined();
  expect(await lock.tryAcquire()).toBeUndefined();
  const order: number[] = [];
  const second = lock.acquire();
  const third = lock.acquire();
  void second.held.then(() => order.push(2));
  void third.held.then(() => order.push(3));
  first?.release();
  (await second.held)?.release();
  const last = await third.held;
  last?.release();
  expect(await last?.ended).toBe('released');
  expect(order).toEqual([2, 3]);
  expect(await first?.ended).toBe('released');
  const free = await lock.tryAcquire();
  expect(free).toBeDefined();
  free?.release();
  free?.release();
});

test('a wish that is taken back gives nothing, and lets the next one pass', async () => {
  const lock = freshLock();
  const holder = await lock.acquire().held;
  const wish = lock.acquire();
  const next = lock.acquire();
  wish.cancel();
  expect(await wish.held).toBeUndefined();
  holder?.release();
  const held = await next.held;
  next.cancel();
  expect(await lock.tryAcquire()).toBeUndefined();
  held?.release();
});

test('theft ends the holding, before all who wait', async () => {
  const lock = freshLock();
  const robbed = await lock.acquire().held;
  const waiting = lock.acquire();
  const thief = await lock.steal();
  expect(await robbed?.ended).toBe('stolen');
  robbed?.release();
  expect(await lock.tryAcquire()).toBeUndefined();
  thief.release();
  expect(await thief.ended).toBe('released');
  (await waiting.held)?.release();
});

test('nobody holds it: stealing takes it', async () => {
  const hold = await freshLock().steal();
  hold.release();
  expect(await hold.ended).toBe('released');
});
