import type { Millis } from '#core/brand.ts';
import type { NodeStatus } from '#host/rpc/api.ts';

/** The time that ages and deadlines are shown against: moves every half minute, and when the app comes back to view. */
const STEP_MS = 30_000;

class Clock {
  now = $state(Date.now() as Millis);
  /** How far the device's clock is behind what the node knows, at least. */
  behind = $state(0 as Millis);
  /** Nobody can say how old something is where this does not hold. */
  isDated = $state(true);
  /** The earliest that it can be, less the steady clock's time. */
  #least = Number.NEGATIVE_INFINITY;

  /** Now, to the millisecond. */
  read(): Millis {
    return Math.max(Date.now(), this.#least + performance.now()) as Millis;
  }

  /** The node compares the device's clock; this one is a realm of its own. */
  hear({ clockBehind, isDated }: NodeStatus): void {
    this.isDated = isDated;
    this.#least = clockBehind > 0 ? Date.now() + clockBehind - performance.now() : Number.NEGATIVE_INFINITY;
    this.#step();
  }

  start(): () => void {
    const step = () => this.#step();
    const timer = setInterval(step, STEP_MS);
    document.addEventListener('visibilitychange', step);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', step);
    };
  }

  #step(): void {
    this.behind = Math.max(0, this.#least + performance.now() - Date.now()) as Millis;
    this.now = this.read();
  }
}

export const clock = new Clock();
