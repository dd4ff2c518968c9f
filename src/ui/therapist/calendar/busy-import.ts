import type { Millis } from '#core/brand.ts';
import { type Result, refuse } from '#core/result.ts';
import type { BusyProblem, BusyTimes } from '#ui/therapist/calendar/read-busy.ts';

/** From a file that somebody chose to busy times, in a worker of its own: whatever the file does, the page goes on. */
export type ImportProblem = BusyProblem | 'too-large' | 'too-slow';

const MAX_FILE_BYTES = 10_000_000;
const PATIENCE_MS = 20_000;

export const importBusy = (file: Blob, now: Millis): Promise<Result<BusyTimes, ImportProblem>> => {
  if (file.size > MAX_FILE_BYTES) return Promise.resolve(refuse('too-large'));
  const worker = new Worker(new URL('./busy-import.worker.ts', import.meta.url), { type: 'module' });
  const reading = new Promise<Result<BusyTimes, ImportProblem>>((resolve) => {
    // What comes back is our own code's answer; a rule that never yields a date keeps it from coming.
    worker.onmessage = ({ data }: MessageEvent<Result<BusyTimes, ImportProblem>>) => resolve(data);
    worker.onerror = () => resolve(refuse('malformed'));
    setTimeout(() => resolve(refuse('too-slow')), PATIENCE_MS);
  });
  worker.postMessage({ file, now });
  return reading.finally(() => worker.terminate());
};
