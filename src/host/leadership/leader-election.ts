/**
 * Who runs the node in this browser: the holder of a lock that beats (docs/decisions/0006-one-leader.md). A realm waits in
 * line for the lock, so the end of the leader's tab makes the next one leader at once. A leader that is frozen keeps its
 * lock and falls silent: then a follower that the person sees steals it.
 */
import type { Millis } from '#core/brand.ts';
import type { Clock } from '#ports/clock.ts';
import type { ExclusiveLock, LockHold } from '#ports/lock.ts';

export const BEAT_MS = 500;
/** A follower counts silence in ticks of its own, so that the time it was frozen or throttled itself does not count. */
const TICK_MS = 200;
const SILENT_TICKS = 6;

export interface ElectionParts {
  readonly lock: ExclusiveLock;
  /** Steady, not wall time. */
  readonly clock: Clock;
  /** Called at once and then every BEAT_MS while this realm holds the lock. */
  readonly beat: () => void;
  /** The lock is ours. `onLost` follows exactly once for each, by theft, `giveUp` or `stop`. */
  readonly onHeld: () => void;
  readonly onLost: () => void;
}

export interface Election {
  /** A beat of another realm's was heard. */
  heard(): void;
  setVisible(visible: boolean): void;
  /** Lets go of the lock and waits in line again. */
  giveUp(): void;
  stop(): void;
}

export const createElection = (parts: ElectionParts): Election => {
  const { lock, clock } = parts;
  let visible = false;
  let silent = 0;
  let stopped = false;
  let hold: LockHold | undefined;
  let stealing = false;
  let leaveLine = (): void => undefined;
  let cancelTimer = (): void => undefined;

  const after = (ms: number, callback: () => void): void => {
    cancelTimer();
    cancelTimer = clock.wakeAt((clock.now() + ms) as Millis, callback);
  };
  const beat = (): void => {
    parts.beat();
    after(BEAT_MS, beat);
  };
  const take = (taken: LockHold): void => {
    if (stopped || hold !== undefined) return taken.release();
    hold = taken;
    leaveLine();
    beat();
    parts.onHeld();
    void taken.ended.then(() => lose(taken));
  };
  const lose = (lost: LockHold): void => {
    if (hold !== lost) return;
    hold = undefined;
    cancelTimer();
    parts.onLost();
    if (!stopped) follow();
  };
  const steal = (): void => {
    if (stealing || hold !== undefined || stopped) return;
    stealing = true;
    const done = (): void => {
      stealing = false;
    };
    // A realm that may not steal now, because its page is being left, tries again with the next tick.
    lock.steal().then(take).then(done, done);
  };
  const stealWhenDue = (): void => {
    if (visible && silent >= SILENT_TICKS) steal();
  };
  const tick = (): void => {
    silent += 1;
    stealWhenDue();
    if (hold === undefined) after(TICK_MS, tick);
  };
  const follow = (): void => {
    silent = 0;
    const wish = lock.acquire();
    leaveLine = wish.cancel;
    void wish.held.then((held) => {
      if (held !== undefined) take(held);
    });
    after(TICK_MS, tick);
  };
  const giveUp = (): void => {
    const held = hold;
    if (held === undefined) return;
    held.release();
    lose(held);
  };
  follow();
  return {
    heard: () => {
      silent = 0;
    },
    setVisible: (seen) => {
      visible = seen;
      stealWhenDue();
    },
    giveUp,
    stop: () => {
      stopped = true;
      leaveLine();
      cancelTimer();
      giveUp();
    },
  };
};
