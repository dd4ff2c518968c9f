import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLevelStore } from '#relay/store/level-store.ts';
import { storeContract } from '#test/contracts/store.ts';

const freshFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'terminfunk-store-'));

storeContract('level', async () => {
  const folder = await freshFolder();
  return {
    open: () => openLevelStore(join(folder, 'store')),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
});

describe('level store', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await freshFolder();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('a folder that is held already is unavailable, and stays usable for its holder', async () => {
    const holder = await openLevelStore(folder);
    await expect(openLevelStore(folder)).rejects.toMatchObject({ name: 'StoreError', failure: 'unavailable' });
    await holder.commit([{ op: 'put', table: 'meta', key: 'a', value: Uint8Array.of(1) }]);
    expect(await holder.get('meta', 'a')).toEqual(Uint8Array.of(1));
    await holder.close();
  });

  test('a folder whose files are damaged is corrupt', async () => {
    const store = await openLevelStore(folder);
    await store.commit([{ op: 'put', table: 'meta', key: 'a', value: Uint8Array.of(1) }]);
    await store.close();
    await writeFile(join(folder, 'CURRENT'), 'no manifest is named here');
    await expect(openLevelStore(folder)).rejects.toMatchObject({ name: 'StoreError', failure: 'corrupt' });
  });

  test('a path that is a file is unavailable', async () => {
    await mkdir(join(folder, 'inner'));
    const path = join(folder, 'inner', 'file');
    await writeFile(path, 'text');
    await expect(openLevelStore(path)).rejects.toMatchObject({ name: 'StoreError', failure: 'unavailable' });
  });

  test('refuses with unavailable when too many commits wait, and keeps those that it took', async () => {
    const store = await openLevelStore(folder);
    const calls = Array.from({ length: 17_000 }, (_, index) =>
      store.commit([{ op: 'put', table: 'bundles', key: String(index), value: Uint8Array.of(1) }]),
    );
    const outcomes = await Promise.allSettled(calls);
    const kept = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(kept).toBe(16_384);
    expect(outcomes.at(-1)).toMatchObject({ status: 'rejected', reason: { failure: 'unavailable' } });
    expect(await store.entries('bundles')).toHaveLength(kept);
    await store.close();
  });
});
