/**
 * A Store whose disk fails on demand: it forgets what was not synced when the machine crashes, refuses a chosen commit,
 * and syncs only when a test lets it. Reads see what was synced, as in every adapter.
 */

import { applyBatch, createMemoryDisk, type MemoryDisk, readRange } from '#adapters/memory/memory-store.ts';
import { type Store, StoreError, type StoreFailure, type StoreOp } from '#ports/store.ts';

export interface FaultStore extends Store {
  /** Commits that were asked for and are not synced. */
  waiting(): number;
  /** From now on commits wait for `sync`. */
  hold(): void;
  /** Syncs the oldest waiting commits, in order; all of them without a number. */
  sync(count?: number): void;
  /** Syncs what waits, and every later commit at once. */
  release(): void;
  /** Refuses the nth commit counted from now (1 is the next one) with `failure`; nothing of it is applied. */
  failCommit(nth: number, failure?: StoreFailure): void;
  /**
   * The machine loses power. This store's running commits never settle, later calls reject with `closed`. Returns the
   * store as it is found after the restart: what was synced, and of what was not the oldest `survivors`, because a disk
   * may have kept more than it acknowledged.
   */
  crash(survivors?: number): FaultStore;
}

interface Waiting {
  readonly batch: readonly StoreOp[];
  readonly done: () => void;
}

export const createFaultStore = (disk: MemoryDisk = createMemoryDisk()): FaultStore => {
  const waiting: Waiting[] = [];
  const failures = new Map<number, StoreFailure>();
  const closing: (() => void)[] = [];
  let commits = 0;
  let held = false;
  let state: 'open' | 'closed' | 'crashed' = 'open';

  const whileOpen = async <T>(read: () => T): Promise<Awaited<T>> => {
    if (state !== 'open') throw new StoreError('closed');
    return await read();
  };
  const sync = (count = waiting.length): void => {
    for (const { batch, done } of waiting.splice(0, count)) {
      applyBatch(disk, batch);
      done();
    }
    if (waiting.length === 0) for (const done of closing.splice(0)) done();
  };
  const commit = (batch: readonly StoreOp[]): Promise<void> => {
    commits += 1;
    const failure = failures.get(commits);
    if (failure !== undefined) return Promise.reject(new StoreError(failure));
    return new Promise((done) => {
      waiting.push({ batch, done });
      if (!held) sync();
    });
  };
  return {
    get: (table, key) => whileOpen(() => disk.get(table)?.get(key)),
    entries: (table, range) => whileOpen(() => readRange(disk, table, range)),
    commit: (batch) => whileOpen(() => commit(batch)),
    close: async () => {
      if (state === 'open') state = 'closed';
      if (state === 'closed' && waiting.length > 0) await new Promise<void>((done) => closing.push(done));
    },
    waiting: () => waiting.length,
    hold: () => {
      held = true;
    },
    sync,
    release: () => {
      held = false;
      sync();
    },
    failCommit: (nth, failure = 'full') => {
      failures.set(commits + nth, failure);
    },
    crash: (survivors = 0) => {
      state = 'crashed';
      const found: MemoryDisk = new Map([...disk].map(([table, rows]) => [table, new Map(rows)]));
      for (const { batch } of waiting.splice(0).slice(0, survivors)) applyBatch(found, batch);
      return createFaultStore(found);
    },
  };
};
