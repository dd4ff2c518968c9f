/** Frames that wait for their turn on air: the most urgent first, of those the oldest, and none after its time. */
import type { Millis } from '#core/brand.ts';
import { ok, type Result, refuse } from '#core/result.ts';

export type AirOutcome = 'sent' | 'dropped';

export interface WaitingFrame {
  /** 1–254 bytes. */
  readonly data: Uint8Array;
  /** 0 is the most urgent. */
  readonly priority: number;
  /** From then on it is of no use to anybody. */
  readonly expires: Millis;
  /** Told once, if it was taken: whether it was on air, or never will be as far as is known. */
  readonly outcome?: (outcome: AirOutcome) => void;
}

export interface AirQueue {
  /** `over-capacity` where more urgent frames, or older ones of its own urgency, leave no room. */
  offer(frame: WaitingFrame, now: Millis): Result<null, 'over-capacity'>;
  /** The next in turn; it stays until it is taken. */
  peek(now: Millis): WaitingFrame | undefined;
  /** False when it does not wait any more. */
  take(frame: WaitingFrame): boolean;
  size(now: Millis): number;
  /** Those that fell out since this was asked last: after their time, or behind more urgent ones where there was no room. */
  fallen(): readonly WaitingFrame[];
}

export const createAirQueue = (capacity: number): AirQueue => {
  let waiting: readonly WaitingFrame[] = [];
  let out: readonly WaitingFrame[] = [];
  const forget = (now: Millis): void => {
    out = [...out, ...waiting.filter(({ expires }) => expires <= now)];
    waiting = waiting.filter(({ expires }) => expires > now);
  };
  return {
    offer: (frame, now) => {
      forget(now);
      const after = waiting.findIndex(({ priority }) => priority > frame.priority);
      const place = after < 0 ? waiting.length : after;
      if (place >= capacity) return refuse('over-capacity');
      const all = waiting.toSpliced(place, 0, frame);
      waiting = all.slice(0, capacity);
      out = [...out, ...all.slice(capacity)];
      return ok(null);
    },
    peek: (now) => {
      forget(now);
      return waiting[0];
    },
    take: (frame) => {
      const isThere = waiting.includes(frame);
      waiting = waiting.filter((one) => one !== frame);
      return isThere;
    },
    size: (now) => {
      forget(now);
      return waiting.length;
    },
    fallen: () => {
      const told = out;
      out = [];
      return told;
    },
  };
};
