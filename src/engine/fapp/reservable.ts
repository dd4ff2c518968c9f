import type { NodeAddress, OfferId } from '#core/brand.ts';
import { isTooSoon } from '#core/domain/deadline.ts';
import { isVermittlungscode } from '#core/domain/vermittlungscode.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { Announce } from '#core/wire/announce.ts';
import { type Command, MAX_DISPLAY } from '#engine/command.ts';
import type { Context } from '#engine/context.ts';
import type { IdentityBook, KnownIdentity } from '#engine/records/identity-book.ts';

export type ReserveCommand = Extract<Command, { kind: 'reserve' }>;

/** What a request is made of, beside what the person gave. */
export interface Reservable {
  readonly announce: Announce;
  readonly identity: KnownIdentity;
  readonly prekey: Uint8Array;
}

export interface ReservableRules {
  readonly identities: IdentityBook;
  readonly announceOf: (practice: NodeAddress, offer: OfferId) => Announce | undefined;
}

/** Whether a slot can be asked for now, as far as this device knows, and everything that is needed for it. */
export const findReservable = (
  context: Context,
  { announceOf, identities }: ReservableRules,
  command: ReserveCommand,
): Result<Reservable> => {
  if (!/^[0-9a-f]{16}$/.test(command.requestId) || command.display.length > MAX_DISPLAY) return refuse('malformed');
  const announce = announceOf(command.practice, command.offer);
  if (announce === undefined || !announce.starts.some((start) => fromWireMinute(start) === command.start)) {
    return refuse('slot-gone');
  }
  if (isTooSoon(context.now(), command.start)) return refuse('slot-too-soon');
  if (announce.codeRequired && command.code === '') return refuse('code-required');
  if (command.code !== '' && !isVermittlungscode(command.code)) return refuse('bad-code');
  const identity = identities.get(command.practice);
  const prekey = identity?.record.prekeys.at(-1)?.key;
  if (identity === undefined || prekey === undefined) return refuse('unknown-key');
  return ok({ announce, identity, prekey });
};
