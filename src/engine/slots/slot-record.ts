/** What goes into the slot store and what a mutation of it reports (docs/decisions/0007-columnar-slot-store.md). */
import type { Counter, Epoch, MessageId, NodeAddress, OfferId, WireMinute } from '#core/brand.ts';
import { FUTURE_TOLERANCE, HOUR, MINUTE, TOMBSTONE_TTL, TTL_HOURS } from '#core/domain/limits.ts';
import type { TrustLevel } from '#core/domain/values.ts';
import type { Announce } from '#core/wire/announce.ts';
import type { Withdraw } from '#core/wire/withdraw.ts';

export type SlotRecord = Announce | Withdraw;

/** Names a stored record: its id, and the place that it has in the store whatever its id. */
export interface RecordRef {
  readonly id: MessageId;
  readonly address: NodeAddress;
  readonly offer: OfferId;
}

/** What a mutation took away. */
export interface Losses {
  /** No longer held: the sync digest loses these ids. */
  readonly removed: readonly RecordRef[];
  /** Not even a floor is left: what is persisted under (address, offer) can go. Includes some of `removed`. */
  readonly forgotten: readonly RecordRef[];
}

export interface SlotChange extends Losses {
  readonly kind: 'new' | 'replaced';
  /** The id that the sync digest gains; undefined when `recall` found only a floor to keep. */
  readonly added: MessageId | undefined;
}

export interface StoredOffer {
  readonly announce: Announce;
  readonly id: MessageId;
  readonly raw: Uint8Array;
  readonly trust: TrustLevel;
  readonly expires: WireMinute;
}

/** How far an offer has come, whether or not its content is still there. */
export interface OfferFloor {
  readonly epoch: Epoch;
  readonly counter: Counter;
  readonly state: 'announced' | 'withdrawn' | 'expired';
}

/** Longest record that is kept: an announcement with 31 starts takes less than half of it. */
export const MAX_RECORD_BYTES = 1024;

/** How long after its issue a record still forbids older ones, in minutes. */
export const FLOOR_MINUTES = TOMBSTONE_TTL / MINUTE;
export const FUTURE_MINUTES = FUTURE_TOLERANCE / MINUTE;

/** The wire minute from which a record is no longer valid. */
export const contentEnd = (record: SlotRecord): number => {
  if (record.kind === 'withdraw') return record.issued + FLOOR_MINUTES;
  return record.issued + ((TTL_HOURS[record.ttlClass] ?? 0) * HOUR) / MINUTE;
};
