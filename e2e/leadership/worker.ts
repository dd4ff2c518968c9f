/**
 * The worker of one tab: the real lock, channel, clock and store under a node that only counts. `cancel` takes 300 ms and
 * then commits its id once; `requests` is answered from the store's list of ids.
 */
import { raiseTerm } from '#adapters/indexeddb/database.ts';
import { openIndexedDbStore } from '#adapters/indexeddb/indexeddb-store.ts';
import { createSteadyClock } from '#adapters/system/clock.ts';
import { createWebLock } from '#adapters/web-locks/web-lock.ts';
import type { Millis } from '#core/brand.ts';
import { NODE_CHANNEL, NODE_LOCK, runBrowserNode } from '#host/leadership/browser-node.ts';
import type { StartNode } from '#host/leadership/node-keeper.ts';
import type { NodeApi } from '#host/rpc/api.ts';
import { createApi } from '#host/rpc/methods.ts';
import { serveNodeApi } from '#host/rpc/server.ts';
import type { MessageEndpoint } from '#ports/message-endpoint.ts';
import type { Store } from '#ports/store.ts';

const clock = createSteadyClock();
const pause = (ms: number): Promise<void> =>
  new Promise((done) => {
    clock.wakeAt((clock.now() + ms) as Millis, done);
  });

const createCountingApi = (store: Store, term: number): NodeApi => ({
  ...createApi(() => Promise.reject(new Error('the test does not call this'))),
  cancel: async (id) => {
    await pause(300);
    const done = await store.get('meta', id);
    const times = (done?.[0] ?? 0) + (done === undefined ? 1 : 0);
    await store.commit([{ op: 'put', table: 'meta', key: id, value: Uint8Array.of(times) }]);
    return { ok: false, code: 'not-found' };
  },
  places: async () =>
    (await store.entries('meta')).map(({ key, value }) => ({ plz: '00000' as never, place: `${key} ${value[0]}` })),
  status: async () => ({
    role: 'leading',
    relays: [],
    isIsland: false,
    syncedAt: undefined,
    slots: term,
    queued: 0,
    clockSkew: undefined,
    clockBehind: 0 as Millis,
    isDated: true,
    storage: 'ok',
    demo: true,
    registrars: [],
  }),
});

const startNode: StartNode = async (term, onBroken) => {
  const store = await openIndexedDbStore({ term, onEnded: () => onBroken('closed') });
  return { api: createCountingApi(store, term), subscribe: () => () => undefined, stop: () => store.close() };
};

const node = runBrowserNode({
  id: crypto.randomUUID(),
  lock: createWebLock(NODE_LOCK),
  channel: new BroadcastChannel(NODE_CHANNEL),
  clock,
  nextTerm: (atLeast) => raiseTerm(atLeast),
  startNode,
});
const port: MessageEndpoint = self;
serveNodeApi(port, node);
port.addEventListener('message', ({ data }) => {
  if (typeof data !== 'object' || data === null || !('stall' in data)) return;
  const until = clock.now() + Number(data.stall);
  while (clock.now() < until);
});
