import type { Millis } from '#core/brand.ts';
import type { RequestView, SlotRef, WishesView } from '#host/rpc/api.ts';
import { sameRef } from '#ui/route.ts';

/** The slot waited for its turn, another one was confirmed instead, and an appointment still stands. */
export const isNeedless = (
  ref: SlotRef,
  requests: readonly RequestView[],
  { passed }: Pick<WishesView, 'passed'>,
  now: Millis,
): boolean =>
  passed.some(({ refusal, slot }) => refusal === 'superseded' && sameRef(slot.ref, ref)) &&
  requests.some(({ phase, slot }) => phase === 'confirmed' && slot.ref.start > now);
