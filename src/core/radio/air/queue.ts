/** Frames that wait for their turn on air: the most urgent first, of those the oldest, and none after its time. */
import type { Millis } from '#core/brand.ts';
import { ok, type Result, refuse } from '#core/result.ts';

export interface WaitingFrame {
  /** 1–254 bytes. */
  readonly data: Uint8Array;
  /** 0 is the most urgent. */
  readonly priority: number;
  /** From then on it is of no use to anybody. */
  readonly expires: Millis;
}

export interface AirQueue {
  /** `over-capacity` where more urgent frames, or older ones of its own urgency, leave no room. */
  offer(frame: WaitingFrame, now: Millis): Result<null, 'over-capacity'>;
  /** The next in turn; it stays until it is taken. */
  peek(now: Millis): WaitingFrame | undefined;
  take(frame: WaitingFrame): void;
  size(now: Millis): number;
}

export const createAirQueue = (capacity: number): AirQueue => {
  let waiting: readonly WaitingFrame[] = [];
  const forget = (now: Millis): void => {
    waiting = waiting.filter(({ expires }) => expires > now);
  };
  return {
    offer: (frame, now) => {
      forget(now);
      const after = waiting.findIndex(({ priority }) => priority > frame.priority);
      const place = after < 0 ? waiting.length : after;
      if (place >= capacity) return refuse('over-capacity');
      waiting = waiting.toSpliced(place, 0, frame).slice(0, capacity);
      return ok(null);
    },
    peek: (now) => {
      forget(now);
      return waiting[0];
    },
    take: (frame) => {
      waiting = waiting.filter((one) => one !== frame);
    },
    size: (now) => {
      forget(now);
      return waiting.length;
    },
  };
};
