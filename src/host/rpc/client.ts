/** The node as a window holds it: NodeApi over the port of its worker. */
import type { Millis } from '#core/brand.ts';
import type { NodeClient, NodeTopic } from '#host/rpc/api.ts';
import { CallError } from '#host/rpc/call-error.ts';
import { type Outcome, parseReply, type Question } from '#host/rpc/envelope.ts';
import { type AnswerOf, type ArgumentsOf, createApi, isAnswerOf, type Method } from '#host/rpc/methods.ts';
import type { Clock } from '#ports/clock.ts';
import type { MessageEndpoint } from '#ports/message-endpoint.ts';

/** Longer than the worker's own patience with a leader, so that its answer comes first. */
const PATIENCE_MS = 30_000;
const MAX_PENDING = 1_024;

export interface WindowClient extends NodeClient {
  /** Tells the worker whether this window is seen: only then may it take the node over from a silent tab. */
  setVisible(visible: boolean): void;
  /** The worker is gone: every pending and later call rejects. */
  fail(detail: string): void;
}

/** `clock` should be steady, not wall time. */
export const createNodeClient = (port: MessageEndpoint, clock: Clock): WindowClient => {
  const pending = new Map<number, (outcome: Outcome) => void>();
  const listeners = new Set<(topic: NodeTopic) => void>();
  let lastId = 0;
  let gone: string | undefined;
  const ask = (question: Question): void => port.postMessage(question);

  port.addEventListener('message', ({ data }) => {
    const reply = parseReply(data);
    if (reply?.kind === 'topic') for (const listener of [...listeners]) listener(reply.topic);
    if (reply?.kind === 'answer') pending.get(reply.id)?.(reply);
  });

  const call = <M extends Method>(method: M, args: ArgumentsOf<M>): Promise<AnswerOf<M>> =>
    new Promise((resolve, reject) => {
      if (gone !== undefined) return reject(new CallError('stopped', gone));
      if (pending.size >= MAX_PENDING) return reject(new CallError('overloaded'));
      const id = ++lastId;
      const settle = (outcome: Outcome): void => {
        cancel();
        pending.delete(id);
        if (!outcome.ok) reject(new CallError(outcome.error.failure, outcome.error.detail));
        else if (isAnswerOf(method, outcome.value)) resolve(outcome.value);
        else reject(new CallError('failed', `${method} was answered with something else`));
      };
      const late = (): void => settle({ ok: false, error: { failure: 'timeout', detail: method } });
      const cancel = clock.wakeAt((clock.now() + PATIENCE_MS) as Millis, late);
      pending.set(id, settle);
      ask({ kind: 'call', id, method, args });
    });
  return {
    ...createApi(call),
    subscribe: (listener) => {
      const own = (topic: NodeTopic): void => listener(topic);
      listeners.add(own);
      return () => listeners.delete(own);
    },
    setVisible: (visible) => ask({ kind: 'visible', visible }),
    fail: (detail) => {
      gone = detail;
      for (const settle of [...pending.values()]) settle({ ok: false, error: { failure: 'stopped', detail } });
    },
  };
};
