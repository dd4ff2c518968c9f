/** One lock among all realms of one browser profile and origin; free as soon as its holder's realm is gone. */
export interface ExclusiveLock {
  /** Waits in line. `held` gives undefined once `cancel` took the wish back. */
  acquire(): { readonly held: Promise<LockHold | undefined>; cancel(): void };
  /** The lock when it is free now, undefined when it is not. */
  tryAcquire(): Promise<LockHold | undefined>;
  /** Takes the lock from whoever holds it, before all who wait in line. */
  steal(): Promise<LockHold>;
}

export interface LockHold {
  /** How the holding ended, once it did. `stolen`: somebody else holds the lock already. */
  readonly ended: Promise<'released' | 'stolen'>;
  /** Idempotent. */
  release(): void;
}
