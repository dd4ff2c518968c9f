import type { Millis } from '#core/brand.ts';

/** The time that ages and deadlines are shown against: moves every half minute, and when the app comes back to view. */
const STEP_MS = 30_000;

class Clock {
  now = $state(Date.now() as Millis);

  start(): () => void {
    const step = () => {
      this.now = Date.now() as Millis;
    };
    const timer = setInterval(step, STEP_MS);
    document.addEventListener('visibilitychange', step);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', step);
    };
  }
}

export const clock = new Clock();
