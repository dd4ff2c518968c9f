/**
 * One node per browser (docs/decisions/0006-one-leader.md): every tab's worker runs this. Where it leads, the node runs
 * here and answers all tabs; where it follows, calls go to the leader over the channel and come back.
 */
import type { Millis } from '#core/brand.ts';
import { type CallRouter, createCallRouter, type RemoteCall } from '#host/leadership/call-router.ts';
import { createElection, type Election } from '#host/leadership/leader-election.ts';
import { createNodeKeeper, type NodeKeeper, type RunningNode, type StartNode } from '#host/leadership/node-keeper.ts';
import { decodePeerMessage, encodePeerMessage, type PeerMessage } from '#host/leadership/peer-message.ts';
import type { NodeApi, NodeStatus, NodeTopic } from '#host/rpc/api.ts';
import { CallError, noteOf } from '#host/rpc/call-error.ts';
import { type Outcome, TOPICS } from '#host/rpc/envelope.ts';
import { perform } from '#host/rpc/methods.ts';
import type { ServedNode } from '#host/rpc/server.ts';
import type { Clock } from '#ports/clock.ts';
import type { ExclusiveLock } from '#ports/lock.ts';
import type { MessageEndpoint } from '#ports/message-endpoint.ts';
import type { StoreFailure } from '#ports/store.ts';

/** The lock's and the channel's name. */
export const NODE_LOCK = 'terminfunk-node';
export const NODE_CHANNEL = 'terminfunk';
/** Calls of other tabs that are performed at once; more are refused. */
const MAX_SERVED = 512;
/** After everything was deleted the node is made anew, once the answer has left. */
const RENEW_MS = 50;

export interface BrowserNodeParts {
  /** Unique among the realms of this browser: a random id. */
  readonly id: string;
  readonly lock: ExclusiveLock;
  readonly channel: MessageEndpoint;
  /** Steady, not wall time. */
  readonly clock: Clock;
  /** Ends every earlier term in the store and returns the new one, which is above `atLeast`. */
  readonly nextTerm: (atLeast: number) => Promise<number>;
  readonly startNode: StartNode;
  /** Hears why a node could not start or broke, for the console. */
  readonly onFailure?: (error: unknown) => void;
}

export interface BrowserNode extends ServedNode {
  role(): NodeStatus['role'];
  /** Stops leading or following for good. */
  stop(): Promise<void>;
}

interface Leading {
  readonly term: number;
  readonly node: RunningNode;
  readonly api: NodeApi;
  readonly unsubscribe: () => void;
}

export const runBrowserNode = (parts: BrowserNodeParts): BrowserNode => {
  const { id, lock, channel, clock } = parts;
  const listeners = new Set<(topic: NodeTopic) => void>();
  /** The highest term that was heard of. */
  let known = 0;
  let leading: Leading | undefined;
  let served = 0;
  /** A node that deletes everything loses its store on purpose: that must not cut off its answer. */
  let deleting = false;
  let failure: StoreFailure | undefined;

  const post = (message: PeerMessage): void => channel.postMessage(encodePeerMessage(message));
  const emit = (...topics: readonly NodeTopic[]): void => {
    for (const topic of topics) for (const listener of [...listeners]) listener(topic);
  };
  const router: CallRouter = createCallRouter(clock, (call: RemoteCall) => post({ kind: 'call', from: id, ...call }));
  const beat = (): void => post({ kind: 'beat', term: leading?.term ?? known, ready: leading !== undefined });

  const lead = (term: number, node: RunningNode): void => {
    failure = undefined;
    const unsubscribe = node.subscribe((topic) => {
      post({ kind: 'topic', term, topic });
      emit(topic);
    });
    const api: NodeApi = {
      ...node.api,
      deleteEverything: async () => {
        deleting = true;
        try {
          await node.api.deleteEverything();
        } finally {
          clock.wakeAt((clock.now() + RENEW_MS) as Millis, () => {
            deleting = false;
            if (leading?.node === node) election.giveUp();
          });
        }
      },
    };
    leading = { term, node, api, unsubscribe };
    router.aim({ kind: 'local', term, api });
    beat();
    emit(...TOPICS);
  };
  const stopLeading = (): void => {
    leading?.unsubscribe();
    leading = undefined;
    if (router.target()?.kind === 'local') router.aim(undefined);
    keeper.end();
    emit('status');
  };
  const keeper: NodeKeeper = createNodeKeeper({
    clock,
    nextTerm: parts.nextTerm,
    known: () => known,
    startNode: (term, onBroken) =>
      parts.startNode(term, (why) => {
        if (!deleting) onBroken(why);
      }),
    onTerm: (term) => {
      known = Math.max(known, term);
      beat();
    },
    onReady: lead,
    onFailed: (why, error) => {
      if (why !== 'fenced') failure = why;
      parts.onFailure?.(error);
      stopLeading();
      election.giveUp();
    },
  });
  const election: Election = createElection({
    lock,
    clock,
    beat,
    onHeld: () => {
      if (router.target() !== undefined) router.aim(undefined);
      keeper.begin();
      emit('status');
    },
    onLost: () => {
      stopLeading();
      post({ kind: 'hello' });
    },
  });

  const heardBeat = (term: number, ready: boolean): void => {
    if (term < known) return;
    known = term;
    if (leading !== undefined && term > leading.term) return election.giveUp();
    if (leading !== undefined) return;
    election.heard();
    const target = router.target();
    if (!ready) return target === undefined ? undefined : router.aim(undefined);
    if (target?.term === term) return;
    router.aim({ kind: 'remote', term });
    emit(...TOPICS);
  };
  const serve = async (call: PeerMessage & { kind: 'call' }): Promise<void> => {
    const asked = leading;
    if (asked === undefined || call.term !== asked.term) return;
    const answer = (outcome: Outcome): void => {
      // Once this node was replaced, its successor is asked.
      if (leading === asked) post({ kind: 'answer', term: asked.term, to: call.from, id: call.id, ...outcome });
    };
    if (served >= MAX_SERVED) return answer({ ok: false, error: noteOf(new CallError('overloaded')) });
    served += 1;
    try {
      answer({ ok: true, value: await perform(asked.api, call.method, call.args) });
    } catch (error) {
      answer({ ok: false, error: noteOf(error) });
    } finally {
      served -= 1;
    }
  };
  const hear = (message: PeerMessage): void => {
    const target = router.target();
    switch (message.kind) {
      case 'beat':
        return heardBeat(message.term, message.ready);
      case 'hello':
        return leading === undefined ? undefined : beat();
      case 'call':
        return void serve(message);
      case 'answer':
        if (message.to === id && target?.kind === 'remote' && target.term === message.term) {
          router.answered(message.id, message);
        }
        return;
      case 'topic':
        if (target?.kind === 'remote' && target.term === message.term) emit(message.topic);
    }
  };
  const listen = ({ data }: { readonly data: unknown }): void => {
    const message = decodePeerMessage(data);
    if (message !== undefined) hear(message);
  };
  channel.addEventListener('message', listen);
  post({ kind: 'hello' });

  const role = (): NodeStatus['role'] => {
    const target = router.target();
    if (target === undefined) return 'starting';
    return target.kind === 'local' ? 'leading' : 'following';
  };
  return {
    ...router.api,
    status: async () =>
      role() === 'starting' ? startingStatus(failure) : { ...(await router.api.status()), role: role() },
    role,
    subscribe: (listener) => {
      const own = (topic: NodeTopic): void => listener(topic);
      listeners.add(own);
      return () => listeners.delete(own);
    },
    setVisible: election.setVisible,
    stop: async () => {
      channel.removeEventListener('message', listen);
      router.stop();
      election.stop();
      await keeper.ended();
    },
  };
};

/** What is true while no node runs: nothing is known but whether the store lets one run. */
const startingStatus = (failure: StoreFailure | undefined): NodeStatus => ({
  role: 'starting',
  relays: [],
  isIsland: false,
  syncedAt: undefined,
  slots: 0,
  queued: 0,
  clockSkew: undefined,
  clockBehind: 0 as Millis,
  isDated: true,
  storage: failure === undefined ? 'ok' : failure === 'full' ? 'full' : 'unavailable',
  demo: false,
  registrars: [],
});
