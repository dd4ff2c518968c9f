/**
 * Brings a window's calls to the node, wherever it runs: here, in another tab, or nowhere yet. When the node moves, what
 * was not answered is asked again; calls are idempotent by what they carry, and the few that are not are never repeated.
 */
import type { Millis } from '#core/brand.ts';
import type { NodeApi } from '#host/rpc/api.ts';
import { CallError, noteOf } from '#host/rpc/call-error.ts';
import type { Outcome } from '#host/rpc/envelope.ts';
import {
  type AnswerOf,
  type ArgumentsOf,
  createApi,
  invoke,
  isAnswerOf,
  isRepeatable,
  type Method,
} from '#host/rpc/methods.ts';
import type { Clock } from '#ports/clock.ts';

const PATIENCE_MS = 20_000;
const MAX_PENDING = 256;

export type Target =
  | { readonly kind: 'local'; readonly term: number; readonly api: NodeApi }
  | { readonly kind: 'remote'; readonly term: number };
export interface RemoteCall {
  readonly term: number;
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

export interface CallRouter {
  readonly api: NodeApi;
  target(): Target | undefined;
  /** From now on calls go there; those that wait go there now. */
  aim(target: Target | undefined): void;
  /** The answer of the remote node that calls go to now. Unknown ids were answered or given up before. */
  answered(id: number, outcome: Outcome): void;
  stop(): void;
}

interface Pending {
  readonly method: Method;
  readonly args: readonly unknown[];
  asked: boolean;
  readonly runOn: (api: NodeApi) => Promise<unknown>;
  readonly settle: (outcome: Outcome) => void;
}

const failed = (error: unknown): Outcome => ({ ok: false, error: noteOf(error) });

export const createCallRouter = (clock: Clock, send: (call: RemoteCall) => void): CallRouter => {
  const pending = new Map<number, Pending>();
  let target: Target | undefined;
  let lastId = 0;
  let stopped = false;

  const ask = (id: number, waiting: Pending): void => {
    const asked = target;
    if (asked === undefined) return;
    waiting.asked = true;
    if (asked.kind === 'remote') return send({ term: asked.term, id, method: waiting.method, args: waiting.args });
    // What a node says after it was replaced counts no more: its successor was asked.
    waiting.runOn(asked.api).then(
      (value) => target === asked && waiting.settle({ ok: true, value }),
      (error: unknown) => target === asked && waiting.settle(failed(error)),
    );
  };
  const call = <M extends Method>(method: M, args: ArgumentsOf<M>): Promise<AnswerOf<M>> =>
    new Promise((resolve, reject) => {
      if (stopped) return reject(new CallError('stopped'));
      if (pending.size >= MAX_PENDING) return reject(new CallError('overloaded'));
      const id = ++lastId;
      const settle = (outcome: Outcome): void => {
        if (!pending.delete(id)) return;
        cancel();
        if (!outcome.ok) reject(new CallError(outcome.error.failure, outcome.error.detail));
        else if (isAnswerOf(method, outcome.value)) resolve(outcome.value);
        else reject(new CallError('failed', `${method} was answered with something else`));
      };
      const late = (): void => settle(failed(new CallError('timeout')));
      const cancel = clock.wakeAt((clock.now() + PATIENCE_MS) as Millis, late);
      const waiting: Pending = { method, args, asked: false, runOn: (api) => invoke(api, method, args), settle };
      pending.set(id, waiting);
      ask(id, waiting);
    });
  const aim = (next: Target | undefined): void => {
    target = next;
    for (const [id, waiting] of [...pending]) {
      if (!waiting.asked || isRepeatable(waiting.method, waiting.args)) ask(id, waiting);
      else waiting.settle(failed(new CallError('interrupted')));
    }
  };
  return {
    api: createApi(call),
    target: () => target,
    aim,
    answered: (id, outcome) => pending.get(id)?.settle(outcome),
    stop: () => {
      stopped = true;
      target = undefined;
      for (const waiting of [...pending.values()]) waiting.settle(failed(new CallError('stopped')));
    },
  };
};
