import { expect, test } from 'vitest';
import { createMemoryDisk } from '#adapters/memory/memory-store.ts';
import type { StoreOp } from '#ports/store.ts';
import { storeContract } from '#test/contracts/store.ts';
import { createFaultStore } from '#test/fault-store.ts';

storeContract('fault store without faults', async () => {
  const disk = createMemoryDisk();
  return { open: async () => createFaultStore(disk), remove: async () => undefined };
});

const put = (key: string): StoreOp => ({ op: 'put', table: 'meta', key, value: Uint8Array.of(1) });

test('a crash forgets what was not synced, and keeps what was', async () => {
  const store = createFaultStore();
  await store.commit([put('synced')]);
  store.hold();
  let acknowledged = 0;
  for (const key of ['a', 'b', 'c']) void store.commit([put(key)]).then(() => acknowledged++);
  await Promise.resolve();
  expect(store.waiting()).toBe(3);
  store.sync(1);
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  expect(acknowledged).toBe(1);
  const found = store.crash();
  expect((await found.entries('meta')).map(({ key }) => key)).toEqual(['a', 'synced']);
  await expect(store.get('meta', 'a')).rejects.toMatchObject({ failure: 'closed' });
});

test('a crash may keep more than was acknowledged, but only the oldest', async () => {
  const store = createFaultStore();
  store.hold();
  for (const key of ['a', 'b', 'c']) void store.commit([put(key)]);
  const found = store.crash(2);
  expect((await found.entries('meta')).map(({ key }) => key)).toEqual(['a', 'b']);
});

test('the chosen commit fails alone and changes nothing', async () => {
  const store = createFaultStore();
  store.failCommit(2);
  await store.commit([put('a')]);
  await expect(store.commit([put('b'), put('c')])).rejects.toMatchObject({ failure: 'full' });
  await store.commit([put('d')]);
  expect((await store.entries('meta')).map(({ key }) => key)).toEqual(['a', 'd']);
});

test('commits wait while the test holds them, reads see what was synced', async () => {
  const store = createFaultStore();
  store.hold();
  const running = store.commit([put('a')]);
  expect(await store.get('meta', 'a')).toBeUndefined();
  store.release();
  await running;
  expect(await store.get('meta', 'a')).toEqual(Uint8Array.of(1));
});
