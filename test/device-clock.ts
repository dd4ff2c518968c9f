import type { Millis } from '#core/brand.ts';
import type { BoundedClock } from '#ports/clock.ts';
import type { VirtualClock } from '#test/virtual-clock.ts';

/** The clock of a device that is so far behind the true time, and can be told what time it is at least. */
export const createDeviceClock = (truth: VirtualClock, slow = 0): BoundedClock => {
  let bound = Number.NEGATIVE_INFINITY;
  const device = (): number => truth.now() - slow;
  const least = (): number => bound + truth.now();
  const now = (): Millis => Math.max(device(), least()) as Millis;
  return {
    now,
    wakeAt: (at, callback) => {
      let cancel = (): unknown => undefined;
      const sleep = (): void => {
        const length = Math.min(Math.max(at - now(), 0), 30_000);
        cancel = truth.wakeAt((truth.now() + length) as Millis, () => (now() < at ? sleep() : callback()));
      };
      sleep();
      return () => cancel();
    },
    notBefore: (at) => {
      bound = at - truth.now();
    },
    behind: () => Math.max(0, least() - device()) as Millis,
  };
};
