import type { NodeClient, NodeTopic } from '#host/rpc/api.ts';

/** At most one question in this time, however often something changes: a sync touches thousands of slots. */
const REST_MS = 200;

/** An answer of the node that keeps itself fresh. `value` stays while a new one is on its way: content never jumps. */
export class Live<T> {
  value = $state.raw<T | undefined>(undefined);
  /** True once the node has answered, also with undefined. */
  known = $state(false);
  failed = $state(false);
}

/**
 * Asks now, again when something reactive that `ask` reads before its first await changes, and again when the node names
 * one of the topics. Only the newest question's answer counts. Must be called while a component is being set up.
 */
export const live = <T>(node: NodeClient, topics: readonly NodeTopic[], ask: () => Promise<T>): Live<T> => {
  const answer = new Live<T>();
  $effect(() => {
    let ended = false;
    let busy = false;
    let again = false;
    let rest: ReturnType<typeof setTimeout> | undefined;

    const settle = (question: Promise<T>) => {
      busy = true;
      question
        .then(
          (value) => {
            if (ended) return;
            answer.value = value;
            answer.known = true;
            answer.failed = false;
          },
          () => {
            if (!ended) answer.failed = true;
          },
        )
        .finally(() => {
          rest = setTimeout(() => {
            busy = false;
            if (again && !ended) {
              again = false;
              settle(ask());
            }
          }, REST_MS);
        });
    };

    settle(ask());
    const unsubscribe = node.subscribe((topic) => {
      if (!topics.includes(topic)) return;
      if (busy) again = true;
      else settle(ask());
    });
    return () => {
      ended = true;
      clearTimeout(rest);
      unsubscribe();
    };
  });
  return answer;
};
