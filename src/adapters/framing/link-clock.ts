/** The time that heartbeats go by: never jumps, and tests bring their own. */
export interface LinkClock {
  /** Milliseconds since some moment. Never goes back. */
  now(): number;
  /** Calls back once after so many milliseconds; returns a function that cancels. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemLinkClock: LinkClock = {
  now: () => performance.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Waits for the promise, but no longer than this; whether it settled is for the caller to see elsewhere. */
export const settleWithin = (clock: LinkClock, milliseconds: number, promise: Promise<unknown>): Promise<void> =>
  new Promise((done) => {
    const cancel = clock.after(milliseconds, done);
    const settle = (): void => {
      cancel();
      done();
    };
    promise.then(settle, settle);
  });
