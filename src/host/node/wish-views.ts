import type { Millis } from '#core/brand.ts';
import type { Wish } from '#engine/fapp/wish-list.ts';
import type { Views } from '#engine/views.ts';
import { toDetails } from '#host/node/practice-views.ts';
import type { SlotViews } from '#host/node/slot-views.ts';
import type { WishesView, WishView } from '#host/rpc/api.ts';

/** A patient's wishes as the interface shows them: what waits is judged by what is known now. */
export const toWishesView = (views: Views, slots: SlotViews, now: Millis): WishesView => {
  const list = views.wishes();
  const toWaiting = ({ requestId, practice, offer, start, display }: Wish): WishView => {
    const present = slots.details({ practice, offer, start }, now);
    const refusal = present === undefined ? 'slot-gone' : present.refusal;
    return { wishId: requestId, slot: toDetails(display), refusal };
  };
  return {
    current: list?.current,
    waiting: list?.waiting.map(toWaiting) ?? [],
    passed:
      list?.passed.map(({ requestId, display, refusal }) => ({
        wishId: requestId,
        slot: toDetails(display),
        refusal,
      })) ?? [],
  };
};
