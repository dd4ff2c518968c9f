/** The ExclusiveLock port over the Web Locks API, in windows and in workers. */
import type { ExclusiveLock, LockHold } from '#ports/lock.ts';

export const createWebLock = (name: string, locks: LockManager = navigator.locks): ExclusiveLock => {
  const request = (options: LockOptions): Promise<LockHold | undefined> =>
    new Promise((resolve, reject) => {
      let release = (): void => undefined;
      let isHeld = false;
      const released = new Promise<void>((done) => {
        release = done;
      });
      const requested = locks.request(name, options, async (lock) => {
        if (lock === null) return resolve(undefined);
        isHeld = true;
        resolve({ ended, release: () => release() });
        await released;
      });
      const ended = requested.then(
        () => 'released' as const,
        // While we hold the lock, only a thief ends the request with an error.
        () => 'stolen' as const,
      );
      requested.catch((error: unknown) => {
        if (isHeld) return;
        if (options.signal?.aborted) resolve(undefined);
        else reject(error);
      });
    });
  return {
    acquire: () => {
      const wish = new AbortController();
      return { held: request({ signal: wish.signal }), cancel: () => wish.abort() };
    },
    tryAcquire: () => request({ ifAvailable: true }),
    steal: async () => {
      const hold = await request({ steal: true });
      if (hold === undefined) throw new Error('a stolen lock is always given');
      return hold;
    },
  };
};
