import type { RequestView, SlotRef } from '#host/rpc/api.ts';
import { m } from '#ui/paraglide/messages.js';
import { requestState } from '#ui/patient/request-state.ts';
import { sameRef } from '#ui/route.ts';

/**
 * A free slot that this device asked for before, in vain: `declined` by the practice, `lost` because it was not free then, or
 * called `off` by the practice after it had been confirmed, or by the person (`own`). What was taken back before, and what
 * nobody answered, is none of these.
 */
export interface AskedBefore {
  readonly answer: 'declined' | 'lost' | 'off' | 'own';
  readonly request: RequestView;
}

/** The last answer counts; one that is still open or stands is no answer of before. */
export const askedBefore = (ref: SlotRef, requests: readonly RequestView[]): AskedBefore | undefined => {
  const [request] = requests
    .filter(({ slot }) => sameRef(slot.ref, ref))
    .toSorted((a, b) => (b.times.queued ?? 0) - (a.times.queued ?? 0));
  if (request === undefined) return undefined;
  switch (requestState(request)) {
    case 'declined':
      return { answer: 'declined', request };
    case 'taken':
    case 'gone':
      return { answer: 'lost', request };
    case 'practice-off':
      return { answer: 'off', request };
    case 'called-off':
      return { answer: 'own', request };
    default:
      return undefined;
  }
};

type Words = Readonly<Record<AskedBefore['answer'], () => string>>;

/** On a card, and at length on the slot's page. */
export const beforeLabel: Words = {
  declined: m.slot_before_declined,
  lost: m.slot_before_lost,
  off: m.slot_before_off,
  own: m.slot_before_own,
};
export const beforeText: Words = {
  declined: m.slot_before_declined_text,
  lost: m.slot_before_lost_text,
  off: m.slot_before_off_text,
  own: m.slot_before_own_text,
};
