/**
 * One attempt to reach a relay: bounded in time, stopped by the caller's signal, and with its reason told apart.
 */
import type { Result } from '#core/result.ts';
import { refuse } from '#core/result.ts';
import type { AbortSignalLike, DialFailure } from '#ports/transport.ts';

export const DIAL_TIMEOUT_MS = 10_000;

/** Runs the steps with a signal that fires on abort and after the timeout; names which of the two it was. */
export const attempt = async <T>(
  outer: AbortSignalLike | undefined,
  steps: (signal: AbortSignal) => Promise<Result<T, DialFailure>>,
  timeout = DIAL_TIMEOUT_MS,
): Promise<Result<T, DialFailure>> => {
  if (outer?.aborted) return refuse('aborted');
  const inner = new AbortController();
  let late = false;
  const abort = (): void => inner.abort();
  const timer = setTimeout(() => {
    late = true;
    inner.abort();
  }, timeout);
  outer?.addEventListener('abort', abort);
  try {
    const result = await steps(inner.signal);
    return !result.ok && result.code === 'aborted' && late ? refuse('timeout') : result;
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', abort);
  }
};

/** The promise's value, or a rejection as soon as the signal fires. */
export const orAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error('aborted'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
