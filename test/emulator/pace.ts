/** Moves a workbench along with a clock: the system's, faster or slower, or a test's virtual one; or only when it is told to. */
import type { Millis } from '#core/brand.ts';
import type { Clock } from '#ports/clock.ts';
import type { Workbench } from '#test/emulator/workbench.ts';

export interface Pace {
  /** The workbench's time. */
  now(): number;
  /** Does something to the boards, now. */
  act<T>(act: (now: number) => T): T;
  /** Lets time pass until then, or until a board says something: which ones did. Throws where it passes by itself. */
  pass(until: number): readonly string[];
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
    pass: () => {
      throw new Error('time passes by itself here');
    },
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
};

/** Time stands still until somebody lets it pass: for hosts whose clock is the bench's, however busy their machine is. */
export const createStillPace = (workbench: Workbench): Pace => {
  let time = 0;
  const speaking = new Set<string>();
  for (const name of workbench.names) workbench.listen(name, { onBytes: () => speaking.add(name) });
  const advance = (to: number): void => {
    time = Math.max(time, to);
    workbench.advance(time);
  };
  return {
    now: () => time,
    act: (act) => workbench.act(time, () => act(time)),
    pass: (until) => {
      speaking.clear();
      while (speaking.size === 0 && workbench.next <= until) advance(workbench.next);
      if (speaking.size === 0) advance(until);
      return [...speaking];
    },
    stop: () => undefined,
  };
};
