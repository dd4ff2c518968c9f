/**
 * The node's worker, begun as early as the visit allows. On a device that has been here before its code is at hand and what a
 * person waits for is its store: it starts beside the page's own code. On a first visit the first view goes before.
 */
const createWorker = (): Worker =>
  new Worker(new URL('../workers/node.worker.ts', import.meta.url), { type: 'module' });

const wasHere = 'serviceWorker' in navigator && navigator.serviceWorker.controller !== null;
let begun = wasHere ? createWorker() : undefined;
// One that could not be loaded is made again by whoever takes it, who then hears why.
begun?.addEventListener('error', () => {
  begun = undefined;
});

/** The page's one worker: to be called once. */
export const takeNodeWorker = (): Worker => begun ?? createWorker();
