import type { Store, StoreOp } from '#ports/store.ts';

/**
 * Group commit: batches that come while a commit is under way are written together in the next one. What waits for a
 * batch runs when that batch, and so every earlier one, is durable; in the order in which it was given.
 */
export interface CommitQueue {
  add(ops: readonly StoreOp[]): void;
  /** Runs `action` once everything added so far is durable: at once when nothing is open. Never, after a failure. */
  after(action: () => void): void;
  /** True once everything added so far is durable; false when a commit failed before, and it never will be. */
  settled(): Promise<boolean>;
}

interface Waiting {
  readonly barrier: number;
  readonly action: () => void;
}

/** Everything that the current step and those that follow at once persist goes into one write. */
const thisTurn = (): Promise<void> => Promise.resolve();

/** `gather`: how long a commit waits for more to come. */
export const createCommitQueue = (
  store: Store,
  onFailure: (error: unknown) => void,
  gather: () => Promise<void> = thisTurn,
): CommitQueue => {
  let added = 0;
  let durable = 0;
  let batch: StoreOp[] = [];
  let running = false;
  let failed = false;
  const waiting: Waiting[] = [];
  /** Callers of `settled`: they are let go also when nothing more will ever be durable. */
  const settling = new Set<(durable: boolean) => void>();

  const release = (): void => {
    while (waiting.length > 0 && (waiting[0]?.barrier ?? 0) <= durable) waiting.shift()?.action();
  };

  const run = async (): Promise<void> => {
    running = true;
    while (batch.length > 0 && !failed) {
      await gather();
      const ops = batch;
      const upTo = added;
      batch = [];
      try {
        await store.commit(ops);
        durable = upTo;
        release();
      } catch (error) {
        failed = true;
        waiting.length = 0;
        onFailure(error);
        for (const resolve of settling) resolve(false);
        settling.clear();
      }
    }
    running = false;
  };

  const after = (action: () => void): void => {
    if (failed) return;
    if (durable >= added && waiting.length === 0) return action();
    waiting.push({ barrier: added, action });
  };

  return {
    add: (ops) => {
      if (failed || ops.length === 0) return;
      added++;
      batch.push(...ops);
      if (!running) void run();
    },
    after,
    settled: () =>
      new Promise((resolve) => {
        if (failed) return resolve(false);
        settling.add(resolve);
        after(() => {
          settling.delete(resolve);
          resolve(true);
        });
      }),
  };
};
