import * as v from 'valibot';
import type { Millis, NodeAddress, OfferId } from '#core/brand.ts';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import { REFUSALS, type RefusalCode } from '#core/refusal.ts';
import type { Result } from '#core/result.ts';

/** A slot that is asked for when those before it are lost, as kept on the patient's device. */
export interface Wish {
  /** The id of the request that it becomes. */
  readonly requestId: string;
  readonly practice: NodeAddress;
  readonly offer: OfferId;
  readonly start: Millis;
  readonly pseudonym: string;
  readonly code: string;
  readonly text: string;
  readonly display: string;
}

/** One whose turn came, and that could not be asked for; `superseded`: the one before it was confirmed. */
export interface PassedWish extends Wish {
  readonly refusal: RefusalCode;
}

/** Several slots in order of preference (docs/decisions/0022-alerts-and-wishes.md). At most one of them is asked for at a time. */
export interface WishList {
  /** The request whose end lets the next one go. */
  readonly current: string;
  readonly waiting: readonly Wish[];
  readonly passed: readonly PassedWish[];
}

/** Slots in one list, the one that is asked for among them. */
export const MAX_WISHES = 3;
/** The row of the table `requests`; requests lie under 16 hex digits. */
export const WISHES_KEY = 'wishes';

const wishFields = {
  requestId: v.string(),
  practice: v.pipe(
    v.string(),
    v.transform((text) => text as NodeAddress),
  ),
  offer: v.pipe(
    v.number(),
    v.transform((id) => id as OfferId),
  ),
  start: v.pipe(
    v.number(),
    v.transform((at) => at as Millis),
  ),
  pseudonym: v.string(),
  code: v.string(),
  text: v.string(),
  display: v.string(),
};

const refusalCode = v.picklist(Object.keys(REFUSALS) as [RefusalCode, ...RefusalCode[]]);

const schema = v.object({
  current: v.string(),
  waiting: v.pipe(v.array(v.object(wishFields)), v.maxLength(MAX_WISHES)),
  passed: v.pipe(v.array(v.object({ ...wishFields, refusal: refusalCode })), v.maxLength(MAX_WISHES)),
});

export const encodeWishList = (list: WishList): Uint8Array => encodeLocal(list);

export const decodeWishList = (bytes: Uint8Array): Result<WishList> => decodeLocal(schema, bytes);
