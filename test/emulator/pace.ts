/** Moves a workbench along with a clock: the system's, faster or slower, or a test's virtual one. */
import type { Millis } from '#core/brand.ts';
import type { Clock } from '#ports/clock.ts';
import type { Workbench } from '#test/emulator/workbench.ts';

export interface Pace {
  /** The workbench's time. */
  now(): number;
  /** Does something to the boards, now. */
  act<T>(act: (now: number) => T): T;
  stop(): void;
}

/** `speed`: milliseconds on the bench for each one of the clock. */
export const createPace = (workbench: Workbench, clock: Clock, speed = 1): Pace => {
  const began = clock.now();
  let cancel = (): void => undefined;
  let isStopped = false;
  const now = (): number => (clock.now() - began) * speed;
  const arm = (): void => {
    cancel();
    if (isStopped || workbench.next === Number.POSITIVE_INFINITY) return;
    cancel = clock.wakeAt((began + Math.ceil(workbench.next / speed)) as Millis, wake);
  };
  const wake = (): void => {
    workbench.advance(now());
    arm();
  };
  arm();
  return {
    now,
    act: (act) => {
      const at = now();
      const result = workbench.act(at, () => act(at));
      arm();
      return result;
    },
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
};
