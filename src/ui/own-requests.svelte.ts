import type { NodeClient, RequestView } from '#host/rpc/api.ts';
import { type Live, live } from '#ui/live.svelte.ts';

/**
 * The requests of this device for what goes on beside every screen and for the first views, asked for once. A screen that
 * says "there is no such request" asks for itself: this answer may be a moment older than what led there.
 */
class OwnRequests {
  #answer = $state.raw<Live<readonly RequestView[]>>();
  all = $derived(this.#answer?.value ?? []);
  known = $derived(this.#answer?.known ?? false);

  /** Must be called while a component is being set up. */
  start(node: NodeClient): void {
    this.#answer = live(node, ['requests'], () => node.requests());
  }
}

export const ownRequests = new OwnRequests();
