import { raiseTerm } from '#adapters/indexeddb/database.ts';
import { createSteadyClock } from '#adapters/system/clock.ts';
import { createSystemRng } from '#adapters/system/rng.ts';
import { createWebLock } from '#adapters/web-locks/web-lock.ts';
import { toHex } from '#core/bytes/hex.ts';
import { NODE_CHANNEL, NODE_LOCK, runBrowserNode } from '#host/leadership/browser-node.ts';
import { serveNodeApi } from '#host/rpc/server.ts';
import { boardAccess } from './board-access.ts';
import { startBrowserLeaf } from './start-node.ts';

/** A tab's worker: routing, crypto and storage, off the window's thread. Wiring only. */
declare const self: DedicatedWorkerGlobalScope;

const node = runBrowserNode({
  id: toHex(createSystemRng().bytes(8)),
  lock: createWebLock(NODE_LOCK),
  channel: new BroadcastChannel(NODE_CHANNEL),
  clock: createSteadyClock(),
  nextTerm: (atLeast) => raiseTerm(atLeast),
  startNode: (term, onBroken) => startBrowserLeaf(term, onBroken, boardAccess()),
});
serveNodeApi(self, node);
