import type { RefusalCode } from '#core/refusal.ts';
import type { Result } from '#core/result.ts';

/** One thing that is being saved: busy, refused, failed or done. A second call while busy does nothing. */
export class SaveState {
  busy = $state(false);
  failed = $state(false);
  done = $state(false);
  refusal = $state<RefusalCode | undefined>();

  /** Resolves to the value, or undefined when it was refused, failed, or already running. */
  async run<T>(work: () => Promise<Result<T>>): Promise<T | undefined> {
    if (this.busy) return undefined;
    this.reset();
    this.busy = true;
    try {
      const answer = await work();
      if (!answer.ok) {
        this.refusal = answer.code;
        return undefined;
      }
      this.done = true;
      return answer.value;
    } catch {
      this.failed = true;
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  reset(): void {
    this.failed = false;
    this.done = false;
    this.refusal = undefined;
  }
}
