import type { RefusalCode } from '#core/refusal.ts';
import type { Result } from '#core/result.ts';
import type { SlotDetails, SlotRef } from '#host/rpc/slot-api.ts';

/** Several slots in order of preference: the next is asked for by itself when the one before is lost (docs/decisions/0022). */
export interface WishApi {
  wishes(): Promise<WishesView>;
  /**
   * Lets a slot wait behind an open request, in the same name and words. Idempotent by `wishId`, which becomes the request's
   * id. Refused with `replayed` (it is asked for or waits already), `over-capacity` (three slots in all), `wrong-state` (that
   * request has ended, or others wait behind another one), and for every reason for which it could not be asked for now.
   */
  addWish(input: WishInput): Promise<Result<null>>;
  /** All ids that wait, in the new order. */
  reorderWishes(order: readonly string[]): Promise<Result<null>>;
  /** Takes one out. May be repeated. */
  dropWish(wishId: string): Promise<Result<null>>;
}

export interface WishInput {
  readonly wishId: string;
  /** The open request behind which it waits. */
  readonly after: string;
  readonly ref: SlotRef;
}

export interface WishesView {
  /** The request that is open, or was when the next could not go yet. */
  readonly current: string | undefined;
  readonly waiting: readonly WishView[];
  /** Their turn came, and they could not be asked for; `superseded`: the one before was confirmed. */
  readonly passed: readonly WishView[];
}

export interface WishView {
  readonly wishId: string;
  /** As it was when the person chose it. */
  readonly slot: SlotDetails;
  /** Why it was passed over; of one that waits, why it would be now. */
  readonly refusal: RefusalCode | undefined;
}
