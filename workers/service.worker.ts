import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { showBadge } from '#adapters/app-badge/app-badge.ts';
import { raiseTerm } from '#adapters/indexeddb/database.ts';
import { createWebLock } from '#adapters/web-locks/web-lock.ts';
import { NODE_CHANNEL, NODE_LOCK } from '#host/leadership/browser-node.ts';
import { drainInTurn } from '#host/leadership/drain-turn.ts';
import type { LeafNode } from '#host/node/running-node.ts';
import { createKeptTexts, isTextFile } from './kept-texts.ts';
import { startBrowserLeaf } from './start-node.ts';

/**
 * The queue's guardian: keeps the app for starts without a network, and, when no tab is open, drains the outbox through
 * a relay as soon as the browser says that there is a network again (Background Sync). Never a daemon: it is given
 * seconds. Wiring only.
 */
declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (string | { url: string; revision: string | null })[] };

declare global {
  // Background Sync is not in TypeScript's library (https://wicg.github.io/background-sync/spec/).
  interface SyncEvent extends ExtendableEvent {
    readonly tag: string;
  }
  interface ServiceWorkerGlobalScopeEventMap {
    sync: SyncEvent;
  }
}

const DRAIN_TAG = 'terminfunk-drain';
/** How long a drain may take: browsers end a worker that takes half a minute for an event. */
const PATIENCE_MS = 20_000;
/** Before that, how long a tab that runs the node may take to go away, and how often that is looked at. */
const CLOSING_MS = 8_000;
const LOOK_MS = 250;

const files = self.__WB_MANIFEST.map((file) => (typeof file === 'string' ? { url: file, revision: null } : file));
precacheAndRoute(files.filter((file) => !isTextFile(file)));
// A language's texts are kept once it was chosen here.
const texts = createKeptTexts(files.filter(isTextFile));
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && isTextFile({ url: url.pathname }),
  ({ request }) => texts.answer(request),
);
self.addEventListener('install', (event) => event.waitUntil(texts.fill()));
cleanupOutdatedCaches();
// There is one page; what it shows is in the fragment. Other paths are the relay's to answer.
registerRoute(new NavigationRoute(createHandlerBoundToURL('/'), { allowlist: [/^\/$/] }));

/** A new version waits until the person agrees: the page asks with this message. */
self.addEventListener('message', (event) => {
  if (event.data === 'activate') void self.skipWaiting();
  // Another language was chosen. What cannot be fetched now comes when it is shown.
  if (event.data === 'language') event.waitUntil(texts.fill().catch(() => undefined));
});
self.addEventListener('activate', (event) => event.waitUntil(Promise.all([self.clients.claim(), texts.prune()])));

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

const drained = (node: LeafNode, yielded: Promise<void>): Promise<boolean> =>
  new Promise((resolve) => {
    // Decisions that still wait to happen and answers that are still being sealed are on their way there.
    const check = (): void => {
      const { queued, pendingCrypto } = node.views.status();
      if (queued === 0 && pendingCrypto === 0) finish(true);
    };
    const unsubscribe = node.subscribe(check);
    const timer = setTimeout(() => finish(false), PATIENCE_MS);
    const finish = (done: boolean): void => {
      clearTimeout(timer);
      unsubscribe();
      resolve(done);
    };
    void yielded.then(() => finish(true));
    check();
  });

const drain = async (): Promise<void> => {
  const lock = createWebLock(NODE_LOCK);
  const channel = new BroadcastChannel(NODE_CHANNEL);
  let looks = CLOSING_MS / LOOK_MS;
  try {
    const outcome = await drainInTurn({
      lock,
      channel,
      nextTerm: () => raiseTerm(),
      retry: async () => {
        await pause(LOOK_MS);
        return looks-- > 0;
      },
      drain: async (term, yielded) => {
        const node = await startBrowserLeaf(term, () => undefined);
        const done = await drained(node, yielded);
        // What came along while it was linked may be what somebody waits for.
        const alerts = await node.api.alerts();
        await showBadge(alerts.reduce((sum, { freshCount }) => sum + freshCount, 0));
        await node.stop();
        // A rejection makes the browser try again later.
        if (!done) throw new Error('still queued');
      },
    });
    if (outcome === 'busy') throw new Error('a tab runs the node');
  } finally {
    channel.close();
  }
};

self.addEventListener('sync', (event) => {
  if (event.tag === DRAIN_TAG) event.waitUntil(drain());
});
