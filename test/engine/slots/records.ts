/** Announcements and withdrawals with real bytes and an unchecked signature: the slot store takes only what was verified. */
import type { Counter, Epoch, MessageId, NodeAddress, OfferId, WireMinute } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { KOSTENTRAEGER, MODALITAETEN, SLOT_TYPES, toMask, VERFAHREN } from '#core/domain/values.ts';
import { type Announce, encodeAnnounce } from '#core/wire/announce.ts';
import { encodeWithdraw, type Withdraw } from '#core/wire/withdraw.ts';
import type { SlotRecord } from '#engine/slots/slot-record.ts';

export const DAY_MINUTES = 1_440;
export const NOW = 400_000 as WireMinute;

export const minute = (value: number): WireMinute => value as WireMinute;
export const offer = (value: number): OfferId => value as OfferId;
export const epoch = (value: number): Epoch => value as Epoch;
export const counter = (value: number): Counter => value as Counter;

/** Different first words, as addresses have. */
export const practice = (number: number): NodeAddress =>
  (((number * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0') +
    String(number).padStart(24, '0')) as NodeAddress;

export const announce = (fields: Partial<Announce> = {}): Announce => ({
  kind: 'announce',
  address: practice(1),
  epoch: epoch(0),
  counter: counter(1),
  issued: minute(NOW - 10),
  offer: offer(0),
  verfahren: toMask(VERFAHREN, ['VT']),
  modalitaet: toMask(MODALITAETEN, ['VOR_ORT']),
  kostentraeger: toMask(KOSTENTRAEGER, ['GKV']),
  slotType: SLOT_TYPES.indexOf('SPRECHSTUNDE'),
  minutes: 50,
  plz: 80331,
  ttlClass: 7,
  ageGroup: 0,
  series: false,
  codeRequired: false,
  starts: [minute(NOW + DAY_MINUTES), minute(NOW + DAY_MINUTES + 60)],
  ...fields,
});

export const withdraw = (fields: Partial<Withdraw> = {}): Withdraw => ({
  kind: 'withdraw',
  address: practice(1),
  epoch: epoch(0),
  counter: counter(2),
  issued: minute(NOW - 5),
  offer: offer(0),
  ...fields,
});

const signedPart = (record: SlotRecord): Uint8Array => {
  if (record.kind === 'withdraw') return encodeWithdraw(record);
  const encoded = encodeAnnounce(record);
  if (!encoded.ok) throw new Error(`test record: ${encoded.code}`);
  return encoded.value;
};

export const rawOf = (record: SlotRecord): Uint8Array => {
  const signed = signedPart(record);
  const raw = new Uint8Array(signed.length + 64).fill(0xa5);
  raw.set(signed);
  return raw;
};

export const idOf = (record: SlotRecord): MessageId => messageIdOf(signedPart(record));
