/**
 * Steps that wait visibly before they happen, once: nothing leaves before. They outlive the screen that started them, and
 * are dropped, not sent, when the page closes first.
 */
export const UNDO_MS = 6_000;
const TICK_MS = 100;
/** More than anybody can start in six seconds. */
const MAX_PENDING = 20;

export interface Pending {
  /** What it is about: a second step for the same thing replaces the first. */
  readonly key: string;
  readonly text: string;
  readonly startedAt: number;
}

class PendingSteps {
  steps = $state.raw<readonly Pending[]>([]);
  now = $state(performance.now());
  #actions = new Map<string, () => void>();
  #timer: ReturnType<typeof setInterval> | undefined;

  start(key: string, text: string, action: () => void): void {
    if (this.steps.length >= MAX_PENDING) return;
    this.now = performance.now();
    this.steps = [...this.steps.filter((step) => step.key !== key), { key, text, startedAt: this.now }];
    this.#actions.set(key, action);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  undo(key: string): void {
    this.#drop(key);
  }

  find(key: string): Pending | undefined {
    return this.steps.find((step) => step.key === key);
  }

  /** 0 at the start, 1 when it happens. */
  progress(step: Pending): number {
    return Math.min(1, Math.max(0, (this.now - step.startedAt) / UNDO_MS));
  }

  #tick(): void {
    this.now = performance.now();
    for (const step of this.steps.filter((one) => this.now - one.startedAt >= UNDO_MS)) {
      const action = this.#actions.get(step.key);
      this.#drop(step.key);
      action?.();
    }
  }

  #drop(key: string): void {
    this.steps = this.steps.filter((step) => step.key !== key);
    this.#actions.delete(key);
    if (this.steps.length === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}

export const pending = new PendingSteps();
