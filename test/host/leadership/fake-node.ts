/** A node that keeps requests and offers in a list that all nodes of a test share, as they would share a store. */
import type { Millis } from '#core/brand.ts';
import type { StartNode } from '#host/leadership/node-keeper.ts';
import type { NodeApi, NodeTopic } from '#host/rpc/api.ts';
import { createApi } from '#host/rpc/methods.ts';
import { StoreError, type StoreFailure } from '#ports/store.ts';

export interface SharedStore {
  term: number;
  /** What was done, in order: `reserve r1`. Doing it again with the same id changes nothing. */
  readonly done: string[];
  /** Every call that reached a node, with the term in which it did. */
  readonly asked: string[];
  readonly running: Set<number>;
  /** Set to make `nextTerm` fail. */
  failure: StoreFailure | undefined;
}

export const createSharedStore = (): SharedStore => ({
  term: 0,
  done: [],
  asked: [],
  running: new Set(),
  failure: undefined,
});

export const nextTermOf =
  (store: SharedStore) =>
  async (atLeast: number): Promise<number> => {
    if (store.failure !== undefined) throw new StoreError(store.failure);
    store.term = Math.max(store.term, atLeast) + 1;
    return store.term;
  };

export interface FakeNodes {
  readonly startNode: StartNode;
  /** Tells what every running node of this realm tells its listeners. */
  tell(topic: NodeTopic): void;
  /** From now on commits take until `release`. */
  hold(): void;
  release(): void;
  /** The running node finds its store broken. */
  breakDown(failure: StoreFailure): void;
}

const STATUS: Awaited<ReturnType<NodeApi['status']>> = {
  role: 'leading',
  relays: [],
  isIsland: false,
  syncedAt: undefined,
  slots: 3,
  queued: 0,
  clockSkew: undefined,
  clockBehind: 0 as Millis,
  isDated: true,
  storage: 'ok',
  demo: false,
  registrars: [],
};

export const createFakeNodes = (store: SharedStore): FakeNodes => {
  const listeners = new Set<(topic: NodeTopic) => void>();
  const held: (() => void)[] = [];
  let holding = false;
  let broken = (_failure: StoreFailure): void => undefined;
  const turn = (): Promise<void> => (holding ? new Promise((done) => held.push(done)) : Promise.resolve());

  const commit = async (term: number, what: string): Promise<void> => {
    store.asked.push(`${term}: ${what}`);
    await turn();
    if (term !== store.term) throw new StoreError('fenced');
    if (!store.done.includes(what)) store.done.push(what);
  };
  const createNodeApi = (term: number): NodeApi => ({
    ...createApi(() => Promise.reject(new Error('the test does not call this'))),
    status: async () => STATUS,
    requests: async () => [],
    places: async (text) => {
      if (text === 'bug') throw new RangeError('a bug');
      return [];
    },
    deleteEverything: async () => {
      store.done.length = 0;
      store.term = 0;
      broken('closed');
    },
    cancel: async (id) => {
      await commit(term, `cancel ${id}`);
      return { ok: false, code: 'not-found' };
    },
    saveOffer: async (offer) => {
      await commit(term, `offer ${offer.plz}`);
      return { ok: false, code: 'wrong-state' };
    },
  });
  return {
    startNode: async (term, onBroken) => {
      store.running.add(term);
      broken = onBroken;
      return {
        api: createNodeApi(term),
        subscribe: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        stop: async () => {
          store.running.delete(term);
        },
      };
    },
    tell: (topic) => {
      for (const listener of listeners) listener(topic);
    },
    hold: () => {
      holding = true;
    },
    release: () => {
      holding = false;
      for (const done of held.splice(0)) done();
    },
    breakDown: (failure) => broken(failure),
  };
};
