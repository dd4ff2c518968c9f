import type { RequestView, SlotRef, WishesView } from '#host/rpc/api.ts';
import { isOpen } from '#ui/patient/delivery-track.ts';
import { sameRef } from '#ui/route.ts';

/**
 * What can be done about a free slot beside what this device asked for already: ask for it; let it wait behind the request
 * that is open; nothing, because it waits already; or only ask for it as well, because no more can wait.
 */
export type SlotStep =
  | { readonly kind: 'ask' | 'kept' }
  | { readonly kind: 'wish' | 'full'; readonly after: RequestView };

/** Behind the request that is open. */
const MAX_WAITING = 2;

export const slotStep = (ref: SlotRef, requests: readonly RequestView[], wishes: WishesView): SlotStep => {
  const { waiting, current } = wishes;
  if (waiting.some(({ slot }) => sameRef(slot.ref, ref))) return { kind: 'kept' };
  const open = requests
    .filter(({ phase, slot }) => isOpen(phase) && !sameRef(slot.ref, ref))
    .toSorted((a, b) => (b.times.queued ?? 0) - (a.times.queued ?? 0));
  // Where others wait already; else the request that was made last.
  const after = waiting.length === 0 ? open[0] : open.find(({ requestId }) => requestId === current);
  if (after !== undefined && waiting.length < MAX_WAITING) return { kind: 'wish', after };
  const running = after ?? open[0];
  return running === undefined ? { kind: 'ask' } : { kind: 'full', after: running };
};
