/** Why a call got no answer. Refusals are answers; this is for what nobody could answer. */
export type CallFailure =
  /** No node answered in time; the call may still be done. */
  | 'timeout'
  /** The node that had the call is gone, and repeating it could do it twice: look what is there, then decide. */
  | 'interrupted'
  /** Too many calls wait already. */
  | 'overloaded'
  /** A bug at the other end; its message says more. */
  | 'failed'
  /** This realm's node was stopped. */
  | 'stopped';

export class CallError extends Error {
  readonly failure: CallFailure;
  constructor(failure: CallFailure, detail = '') {
    super(detail === '' ? `call: ${failure}` : `call: ${failure}: ${detail}`);
    this.name = 'CallError';
    this.failure = failure;
  }
}

const FAILURES: ReadonlySet<string> = new Set<CallFailure>([
  'timeout',
  'interrupted',
  'overloaded',
  'failed',
  'stopped',
]);
export const isCallFailure = (value: unknown): value is CallFailure => typeof value === 'string' && FAILURES.has(value);

/** An error as it crosses realms, where classes and stacks do not. */
export interface CallErrorNote {
  readonly failure: CallFailure;
  readonly detail: string;
}

export const noteOf = (error: unknown): CallErrorNote => {
  if (error instanceof CallError) return { failure: error.failure, detail: '' };
  return { failure: 'failed', detail: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
};
