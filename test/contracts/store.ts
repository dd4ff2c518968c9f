/** What every adapter of the Store port must do (src/ports/store.ts). Each adapter's own test runs it in its own runtime. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Store, StoreError, type StoreFailure, type StoreOp, TABLES, type Table } from '#ports/store.ts';

/** One durable place. `open` is called again only after the store before it was closed. */
export interface StorePlace {
  open(): Promise<Store>;
  remove(): Promise<void>;
}

const put = (table: Table, key: string, ...bytes: number[]): StoreOp => ({
  op: 'put',
  table,
  key,
  value: Uint8Array.from(bytes),
});
const drop = (table: Table, key: string): StoreOp => ({ op: 'delete', table, key });
const keysOf = async (store: Store, table: Table, range?: Parameters<Store['entries']>[1]): Promise<string[]> =>
  (await store.entries(table, range)).map(({ key }) => key);
const failureOf = (promise: Promise<unknown>): Promise<StoreFailure | 'none'> =>
  promise.then(
    () => 'none' as const,
    (error: unknown) => {
      if (error instanceof StoreError) return error.failure;
      throw error;
    },
  );
const ELEVEN_MEGABYTES = 11 * 1024 * 1024;

export const storeContract = (name: string, createPlace: () => Promise<StorePlace>): void => {
  describe(`store contract: ${name}`, () => {
    let place: StorePlace;
    let store: Store;
    beforeEach(async () => {
      place = await createPlace();
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });
    const reopen = async (): Promise<void> => {
      await store.close();
      store = await place.open();
    };

    test('answers undefined and nothing for what was never put', async () => {
      expect(await store.get('meta', 'absent')).toBeUndefined();
      expect(await store.entries('meta')).toEqual([]);
    });

    test('keeps every table apart, with equal keys', async () => {
      await store.commit(TABLES.map((table, index) => put(table, 'key', index)));
      await reopen();
      for (const [index, table] of TABLES.entries()) {
        expect(await store.entries(table)).toEqual([{ key: 'key', value: Uint8Array.of(index) }]);
      }
    });

    test('keeps empty values and the empty key, and replaces', async () => {
      await store.commit([put('meta', ''), put('requests', 'r', 1)]);
      await store.commit([put('requests', 'r', 2, 3)]);
      await reopen();
      expect(await store.get('meta', '')).toEqual(new Uint8Array());
      expect(await store.get('requests', 'r')).toEqual(Uint8Array.of(2, 3));
    });

    test('applies the operations of a batch in their order', async () => {
      await store.commit([put('meta', 'a', 1), drop('meta', 'a'), put('meta', 'b', 1), put('meta', 'b', 2)]);
      await store.commit([put('meta', 'c', 1), drop('meta', 'never')]);
      await store.commit([drop('meta', 'c'), put('meta', 'c', 9)]);
      expect(await store.get('meta', 'a')).toBeUndefined();
      expect(await store.get('meta', 'b')).toEqual(Uint8Array.of(2));
      expect(await store.get('meta', 'c')).toEqual(Uint8Array.of(9));
    });

    test('an empty batch is a commit', async () => {
      await store.commit([]);
      expect(await store.entries('meta')).toEqual([]);
    });

    test.each(['announces', 'inbox'] as const)('gives ranges of %s in key order, half open, limited', async (table) => {
      const keys = ['a', 'a!', 'a0', 'a00', 'aA', 'aa', 'b', 'b~', 'c'];
      await store.commit([...keys].reverse().map((key, index) => put(table, key, index)));
      await store.commit([put('announces', 'zz'), put('bundles', 'a'), put('identities', 'a')]);
      if (table === 'announces') await store.commit([drop('announces', 'zz')]);
      expect(await keysOf(store, table)).toEqual(keys);
      expect(await keysOf(store, table, { from: 'a0', to: 'b' })).toEqual(['a0', 'a00', 'aA', 'aa']);
      expect(await keysOf(store, table, { from: 'a0' })).toEqual(keys.slice(2));
      expect(await keysOf(store, table, { to: 'a!' })).toEqual(['a']);
      expect(await keysOf(store, table, { from: 'a', limit: 2 })).toEqual(['a', 'a!']);
      expect(await keysOf(store, table, { limit: 0 })).toEqual([]);
      expect(await keysOf(store, table, { from: 'b', to: 'b' })).toEqual([]);
      expect(await keysOf(store, table, { from: 'c', to: 'a' })).toEqual([]);
      expect((await store.entries(table, { from: 'c' }))[0]?.value).toEqual(Uint8Array.of(0));
    });

    test('concurrent commits become one history, in the order of the calls', async () => {
      const calls = Array.from({ length: 200 }, (_, index) =>
        store.commit([put('meta', 'last', index), put('outbox', index.toString().padStart(4, '0'), index)]),
      );
      await Promise.all(calls);
      await reopen();
      expect(await store.get('meta', 'last')).toEqual(Uint8Array.of(199));
      expect(await keysOf(store, 'outbox')).toHaveLength(200);
    });

    test('a large commit is not overtaken by a small one', async () => {
      const large = new Uint8Array(300_000).fill(1);
      const first = store.commit([{ op: 'put', table: 'outbox', key: 'x', value: large }, put('meta', 'x', 1)]);
      const second = store.commit([put('outbox', 'x', 2), put('meta', 'x', 2)]);
      await Promise.all([first, second]);
      expect(await store.get('outbox', 'x')).toEqual(Uint8Array.of(2));
      expect(await store.get('meta', 'x')).toEqual(Uint8Array.of(2));
    });

    test('a reader never sees half of a batch', async () => {
      const commits = Array.from({ length: 40 }, (_, index) =>
        store.commit(Array.from({ length: 10 }, (_, row) => put('bundles', `row${row}`, index))),
      );
      for (let look = 0; look < 20; look++) {
        const rows = await store.entries('bundles');
        expect(new Set(rows.map(({ value }) => value[0])).size).toBeLessThanOrEqual(1);
        expect([0, 10]).toContain(rows.length);
      }
      await Promise.all(commits);
    });

    test.each(['snapshot', 'offers'] as const)('keeps a value of eleven megabytes in %s', async (table) => {
      const value = new Uint8Array(ELEVEN_MEGABYTES);
      for (let at = 0; at < value.length; at += 4096) value[at] = at / 4096;
      await store.commit([{ op: 'put', table, key: 'packed', value }]);
      await reopen();
      const kept = await store.get(table, 'packed');
      expect(kept?.length).toBe(value.length);
      expect(kept?.every((byte, at) => byte === value[at])).toBe(true);
    });

    test('keeps a view of a larger buffer as the view alone', async () => {
      const view = new Uint8Array(1024).fill(7).subarray(100, 103);
      await store.commit([{ op: 'put', table: 'announces', key: 'view', value: view }]);
      await reopen();
      const kept = await store.get('announces', 'view');
      expect(kept).toEqual(Uint8Array.of(7, 7, 7));
      expect(kept?.buffer.byteLength).toBeLessThan(1024);
    });

    test('closing waits for running commits, and refuses every later call', async () => {
      const running = store.commit([put('meta', 'before', 1)]);
      await store.close();
      await running;
      expect(await failureOf(store.commit([put('meta', 'after', 1)]))).toBe('closed');
      expect(await failureOf(store.get('meta', 'before'))).toBe('closed');
      expect(await failureOf(store.entries('meta'))).toBe('closed');
      await store.close();
      store = await place.open();
      expect(await keysOf(store, 'meta')).toEqual(['before']);
    });
  });
};
