import type { Counter, Epoch, NodeAddress, OfferId, Plz, WireMinute } from '#core/brand.ts';
import { type BitReader, type BitWriter, createBitReader, createBitWriter } from '#core/bytes/bits.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { bestRiceParameter, readRice, writeRice } from '#core/bytes/rice.ts';
import { MAX_SLOTS_PER_ANNOUNCEMENT } from '#core/domain/limits.ts';
import { MAX_WIRE_MINUTE } from '#core/domain/wire-time.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';
import { SIGNATURE_BYTES, type Signed, splitSignature } from '#core/wire/signed.ts';

/**
 * SlotAnnounce, packed bit by bit (docs/protocol/announce.md): the free slots of one offer of one practice. Masks and
 * numbers as in core/domain/values.ts; starts are whole five minutes, ascending, after the issue.
 */
export interface Announce extends OfferHead {
  readonly kind: 'announce';
  readonly verfahren: number;
  readonly modalitaet: number;
  readonly kostentraeger: number;
  readonly slotType: number;
  readonly minutes: number;
  readonly plz: number;
  readonly ttlClass: number;
  readonly ageGroup: number;
  readonly series: boolean;
  readonly codeRequired: boolean;
  readonly starts: readonly WireMinute[];
}

/** What announcements and withdrawals begin with: whose offer, and how new. */
export interface OfferHead {
  readonly address: NodeAddress;
  readonly epoch: Epoch;
  readonly counter: Counter;
  readonly issued: WireMinute;
  readonly offer: OfferId;
}

const GRID_MINUTES = 5;
export const MAX_ANNOUNCE_BYTES = 400;

export const plzText = (plz: number): Plz => String(plz).padStart(5, '0') as Plz;

export const writeOfferHead = (bits: BitWriter, kind: number, head: OfferHead): void => {
  bits.write(kind, 8);
  bits.writeBytes(fromHex(head.address) ?? new Uint8Array(16));
  bits.write(head.epoch, 8);
  bits.write(head.counter, 16);
  bits.write(head.issued, 24);
  bits.write(head.offer, 4);
};

/** The fields after the kind byte. Zero past the end: callers check what follows. */
export const readOfferHead = (bits: BitReader): OfferHead => ({
  address: toHex(bits.readBytes(16) ?? new Uint8Array(16)) as NodeAddress,
  epoch: (bits.read(8) ?? 0) as Epoch,
  counter: (bits.read(16) ?? 0) as Counter,
  issued: (bits.read(24) ?? 0) as WireMinute,
  offer: (bits.read(4) ?? 0) as OfferId,
});

/** Distances on the five-minute grid: from the issue to the first start, then between starts less one. */
const toDeltas = (a: Announce): number[] | undefined => {
  let previous = Math.floor(a.issued / GRID_MINUTES);
  const deltas: number[] = [];
  for (const [index, start] of a.starts.entries()) {
    const grid = start / GRID_MINUTES;
    const delta = grid - previous - (index === 0 ? 0 : 1);
    if (!Number.isInteger(grid) || delta < 0 || start <= a.issued) return undefined;
    deltas.push(delta);
    previous = grid;
  }
  return deltas;
};

const inRange = (value: number, from: number, to: number): boolean =>
  Number.isInteger(value) && value >= from && value <= to;

const isValid = (a: Announce): boolean =>
  /^[0-9a-f]{32}$/.test(a.address) &&
  inRange(a.epoch, 0, 255) &&
  inRange(a.counter, 0, 0xffff) &&
  inRange(a.issued, 0, MAX_WIRE_MINUTE) &&
  inRange(a.offer, 0, 15) &&
  inRange(a.verfahren, 0, 15) &&
  inRange(a.modalitaet, 1, 7) &&
  inRange(a.kostentraeger, 1, 63) &&
  inRange(a.slotType, 0, 6) &&
  inRange(a.minutes / 5, 1, 48) &&
  inRange(a.plz, 0, 99_999) &&
  inRange(a.ttlClass, 0, 7) &&
  inRange(a.ageGroup, 0, 2) &&
  inRange(a.starts.length, 1, MAX_SLOTS_PER_ANNOUNCEMENT) &&
  // A request could not name a later one.
  (a.starts.at(-1) ?? 0) <= MAX_WIRE_MINUTE;

/** The packed bytes that the signature covers; `malformed` when a field is out of range or the starts are not in order. */
export const encodeAnnounce = (a: Announce): Result<Uint8Array> => {
  const deltas = isValid(a) ? toDeltas(a) : undefined;
  const k = deltas === undefined ? undefined : bestRiceParameter(deltas);
  if (deltas === undefined || k === undefined) return refuse('malformed');
  const bits = createBitWriter();
  writeOfferHead(bits, KIND.announce, a);
  bits.write(a.verfahren, 4);
  bits.write(a.modalitaet, 3);
  bits.write(a.kostentraeger, 6);
  bits.write(a.slotType, 3);
  bits.write(a.minutes / 5, 6);
  bits.write(a.plz, 17);
  bits.write(a.ttlClass, 3);
  bits.write(a.ageGroup, 2);
  bits.write((a.series ? 2 : 0) + (a.codeRequired ? 1 : 0), 2);
  bits.write(a.starts.length, 5);
  bits.write(k, 4);
  for (const delta of deltas) writeRice(bits, delta, k);
  return ok(bits.finish());
};

/** Refuses a Rice parameter other than the encoder's: an announcement has one encoding. */
const readStarts = (bits: BitReader, issued: WireMinute, count: number): Result<WireMinute[]> => {
  const k = bits.read(4);
  if (k === undefined || count === 0) return refuse('malformed');
  const deltas: number[] = [];
  const starts: WireMinute[] = [];
  let grid = Math.floor(issued / GRID_MINUTES);
  for (let i = 0; i < count; i++) {
    const delta = readRice(bits, k);
    if (delta === undefined) return refuse('malformed');
    deltas.push(delta);
    grid += delta + (i === 0 ? 0 : 1);
    starts.push((grid * GRID_MINUTES) as WireMinute);
  }
  if ((starts[0] ?? 0) <= issued) return refuse('malformed');
  return bestRiceParameter(deltas) === k ? ok(starts) : refuse('not-canonical');
};

export const decodeAnnounce = (bytes: Uint8Array): Result<Signed<Announce>> => {
  if (bytes.length > MAX_ANNOUNCE_BYTES) return refuse('too-large');
  if (bytes[0] !== KIND.announce) return refuse('unknown-kind');
  if (bytes.length <= SIGNATURE_BYTES) return refuse('malformed');
  const { signed, signature } = splitSignature(bytes);
  const bits = createBitReader(signed);
  bits.read(8);
  const head = readOfferHead(bits);
  const next = (width: number): number => bits.read(width) ?? 0;
  const fields = {
    verfahren: next(4),
    modalitaet: next(3),
    kostentraeger: next(6),
    slotType: next(3),
    minutes: next(6) * 5,
    plz: next(17),
    ttlClass: next(3),
    ageGroup: next(2),
  };
  const flags = next(2);
  const starts = readStarts(bits, head.issued, next(5));
  if (!starts.ok) return starts;
  if (!bits.atCanonicalEnd()) return refuse('not-canonical');
  const message: Announce = {
    kind: 'announce',
    ...head,
    ...fields,
    series: (flags & 2) !== 0,
    codeRequired: (flags & 1) !== 0,
    starts: starts.value,
  };
  return isValid(message) ? ok({ message, signed, signature }) : refuse('malformed');
};
