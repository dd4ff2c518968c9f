import type { Millis, NodeAddress, OfferId } from '#core/brand.ts';
import { isTooSoon } from '#core/domain/deadline.ts';
import { isVermittlungscode } from '#core/domain/vermittlungscode.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { Announce } from '#core/wire/announce.ts';
import { type Command, MAX_DISPLAY } from '#engine/command.ts';
import type { IdentityBook, KnownIdentity } from '#engine/records/identity-book.ts';

export type ReserveCommand = Extract<Command, { kind: 'reserve' }>;

/** What is asked for, and the code that came with it. */
export interface AskedSlot {
  readonly practice: NodeAddress;
  readonly offer: OfferId;
  readonly start: Millis;
  readonly code: string;
}

/** What a request is made of, beside what the person gave. */
export interface Reservable {
  readonly announce: Announce;
  readonly prekey: Uint8Array;
}

export interface ReservableRules {
  readonly identities: IdentityBook;
  readonly announceOf: (practice: NodeAddress, offer: OfferId) => Announce | undefined;
}

/**
 * What a patient's node checks before it seals a request (docs/protocol/session.md, "Reserve"). `announce` and `identity`: what is
 * known of the offer and its practice.
 */
export const reservable = (
  now: Millis,
  asked: AskedSlot,
  announce: Announce | undefined,
  identity: KnownIdentity | undefined,
): Result<Reservable> => {
  if (announce === undefined || !announce.starts.some((start) => fromWireMinute(start) === asked.start)) {
    return refuse('slot-gone');
  }
  if (isTooSoon(now, asked.start)) return refuse('slot-too-soon');
  if (announce.codeRequired && asked.code === '') return refuse('code-required');
  if (asked.code !== '' && !isVermittlungscode(asked.code)) return refuse('bad-code');
  const prekey = identity?.record.prekeys.at(-1)?.key;
  return prekey === undefined ? refuse('unknown-key') : ok({ announce, prekey });
};

/** Whether a slot can be asked for now, as far as this device knows, and everything that is needed for it. */
export const findReservable = (
  now: Millis,
  { announceOf, identities }: ReservableRules,
  command: ReserveCommand,
): Result<Reservable> => {
  if (!/^[0-9a-f]{16}$/.test(command.requestId) || command.display.length > MAX_DISPLAY) return refuse('malformed');
  const { practice, offer } = command;
  return reservable(now, command, announceOf(practice, offer), identities.get(practice));
};
