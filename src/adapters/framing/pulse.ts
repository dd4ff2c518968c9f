/**
 * Heartbeats of one link: asks for one when nothing was sent for three seconds, and says so when nothing came for ten.
 * One timer per link, set anew only when it fires, so that a frame costs no timer.
 * docs/protocol/links.md
 */
import type { LinkClock } from '#adapters/framing/link-clock.ts';

export const HEARTBEAT_MS = 3_000;
export const DEAD_MS = 10_000;
/** A timer that comes this late was held up with the whole process: the peer gets time to be heard before it is judged. */
const HELD_UP_MS = 2_000;

export interface Pulse {
  sent(): void;
  received(): void;
  stop(): void;
}

export const startPulse = (clock: LinkClock, onIdle: () => void, onDead: () => void): Pulse => {
  let lastSent = clock.now();
  let lastReceived = lastSent;
  let cancel: () => void = () => undefined;

  const arm = (): void => {
    const due = Math.min(lastSent + HEARTBEAT_MS, lastReceived + DEAD_MS);
    cancel = clock.after(Math.max(0, due - clock.now()), () => fire(due));
  };
  const fire = (due: number): void => {
    const now = clock.now();
    if (now - due > HELD_UP_MS) lastReceived = Math.max(lastReceived, now - DEAD_MS + HEARTBEAT_MS);
    if (now - lastReceived >= DEAD_MS) {
      onDead();
      return;
    }
    if (now - lastSent >= HEARTBEAT_MS) {
      lastSent = now;
      onIdle();
    }
    arm();
  };
  arm();
  return {
    sent: () => {
      lastSent = clock.now();
    },
    received: () => {
      lastReceived = clock.now();
    },
    stop: () => cancel(),
  };
};
