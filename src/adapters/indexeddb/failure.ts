/** What a browser's IndexedDB and WebCrypto errors mean for the Store port. They are told apart by name only. */
import { StoreError, type StoreFailure } from '#ports/store.ts';

const FAILURES: Readonly<Record<string, StoreFailure>> = {
  QuotaExceededError: 'full',
  // The connection was closed, by us or by the browser, before or during the call.
  InvalidStateError: 'closed',
  // AES-GCM found that a row is not what was written.
  OperationError: 'corrupt',
};

export const toStoreError = (error: unknown): StoreError => {
  if (error instanceof StoreError) return error;
  const failure = error instanceof Error ? FAILURES[error.name] : undefined;
  return new StoreError(failure ?? 'unavailable', { cause: error });
};

/** While opening, whatever goes wrong means that this browser gives us no database now. */
export const unavailable = (error: unknown): StoreError =>
  error instanceof StoreError ? error : new StoreError('unavailable', { cause: error });
