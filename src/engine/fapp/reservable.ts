import type { Millis, NodeAddress, OfferId } from '#core/brand.ts';
import { isTooSoon } from '#core/domain/deadline.ts';
import { isVermittlungscode } from '#core/domain/vermittlungscode.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { Announce } from '#core/wire/announce.ts';
import type { KnownIdentity } from '#engine/records/identity-book.ts';

/** What a patient's node checks before it seals a request (docs/protocol/session.md, "Reserve"). */
export interface Wish {
  readonly practice: NodeAddress;
  readonly offer: OfferId;
  readonly start: Millis;
  readonly code: string;
}
export interface Reservable {
  readonly announce: Announce;
  readonly prekey: Uint8Array;
}

/** `announce` and `identity`: what is known of the wished offer and its practice. */
export const reservable = (
  now: Millis,
  wish: Wish,
  announce: Announce | undefined,
  identity: KnownIdentity | undefined,
): Result<Reservable> => {
  if (announce === undefined || !announce.starts.some((start) => fromWireMinute(start) === wish.start)) {
    return refuse('slot-gone');
  }
  if (isTooSoon(now, wish.start)) return refuse('slot-too-soon');
  if (announce.codeRequired && wish.code === '') return refuse('code-required');
  if (wish.code !== '' && !isVermittlungscode(wish.code)) return refuse('bad-code');
  const prekey = identity?.record.prekeys.at(-1)?.key;
  return prekey === undefined ? refuse('unknown-key') : ok({ announce, prekey });
};
