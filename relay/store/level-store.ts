/**
 * The relay's Store (src/ports/store.ts) in a LevelDB folder. Commits that arrive while a write is running wait and go
 * together into the next one: one sync for all of them.
 */
import { type Store, StoreError, type StoreOp } from '#ports/store.ts';
import { type LevelDatabase, openLevelDatabase } from '#relay/store/level-database.ts';
import { toStoreError } from '#relay/store/level-failure.ts';

/** One write takes at most so many operations or bytes of values, except a single commit that is larger by itself. */
const GROUP_OPS = 2_048;
const GROUP_BYTES = 4 * 1024 * 1024;
/** So many commits may wait; who asks for more is refused with `unavailable`, because the disk does not keep up. */
const MAX_WAITING = 16_384;
/** Room for what LevelDB writes while it opens: a log of at most 4 MB and one group, as a table, twice. */
const RESERVE_BYTES = 16 * 1024 * 1024;

interface Waiting {
  readonly batch: readonly StoreOp[];
  readonly bytes: number;
  readonly done: () => void;
  readonly failed: (error: StoreError) => void;
}

/**
 * Opens the folder, and makes it when there is none. Rejects with a StoreError: `unavailable` when another process holds
 * it or it cannot be read, `corrupt` when LevelDB does not recognise its files. `reserveBytes` stay free on the disk so
 * that a full one can still be opened.
 */
export const openLevelStore = async (folder: string, reserveBytes: number = RESERVE_BYTES): Promise<Store> => {
  const database = await openLevelDatabase(folder, reserveBytes);
  const waiting: Waiting[] = [];
  const reading = new Set<Promise<unknown>>();
  let writing: Promise<void> | undefined;
  let closing: Promise<void> | undefined;

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) await writeGroup(database, takeGroup(waiting));
    writing = undefined;
  };
  const commit = (batch: readonly StoreOp[]): Promise<void> =>
    new Promise((done, failed) => {
      waiting.push({ batch, bytes: bytesOf(batch), done, failed });
      // Started in a microtask, so that commits of the same turn share the first write.
      writing ??= Promise.resolve().then(drain);
    });
  const read = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (closing !== undefined) throw new StoreError('closed');
    const asked = ask();
    reading.add(asked);
    try {
      return await asked;
    } catch (error) {
      throw toStoreError(error);
    } finally {
      reading.delete(asked);
    }
  };
  return {
    get: (table, key) => read(() => database.get(table, key)),
    entries: (table, range) => read(() => database.entries(table, range)),
    commit: async (batch) => {
      if (closing !== undefined) throw new StoreError('closed');
      if (waiting.length >= MAX_WAITING) throw new StoreError('unavailable');
      await commit(batch);
    },
    close: () => {
      closing ??= Promise.allSettled([writing, ...reading]).then(() => database.close());
      return closing;
    },
  };
};

const bytesOf = (batch: readonly StoreOp[]): number =>
  batch.reduce((sum, op) => sum + op.key.length + (op.op === 'put' ? op.value.length : 0), 0);

const takeGroup = (waiting: Waiting[]): readonly Waiting[] => {
  let ops = 0;
  let bytes = 0;
  let count = 0;
  for (const next of waiting) {
    ops += next.batch.length;
    bytes += next.bytes;
    if (count > 0 && (ops > GROUP_OPS || bytes > GROUP_BYTES)) break;
    count += 1;
  }
  return waiting.splice(0, count);
};

const writeGroup = async (database: LevelDatabase, group: readonly Waiting[]): Promise<void> => {
  const fail = (error: unknown): void => {
    for (const { failed } of group) failed(toStoreError(error));
  };
  try {
    await database.makeRoom();
  } catch (error) {
    fail(error);
    return;
  }
  try {
    await database.write(group.flatMap(({ batch }) => batch));
    for (const { done } of group) done();
  } catch (error) {
    // No room for all of them: each is tried alone, for a large one must not take small ones with it.
    if (toStoreError(error).failure !== 'full' || group.length === 1) fail(error);
    else for (const one of group) await writeGroup(database, [one]);
  }
};
