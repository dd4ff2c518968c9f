/** A window as the app's: its worker, its client, its visibility; and handles for the test. */
import { createSteadyClock } from '#adapters/system/clock.ts';
import { createNodeClient, type WindowClient } from '#host/rpc/client.ts';

export interface Harness {
  readonly client: WindowClient;
  /** The worker's thread does nothing for so long: it neither beats nor answers. */
  stall(ms: number): void;
}

declare global {
  interface Window {
    harness: Harness;
  }
}

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
const client = createNodeClient(worker, createSteadyClock());
const tellVisibility = (): void => client.setVisible(document.visibilityState === 'visible');
document.addEventListener('visibilitychange', tellVisibility);
tellVisibility();
window.harness = { client, stall: (ms) => worker.postMessage({ stall: ms }) };
