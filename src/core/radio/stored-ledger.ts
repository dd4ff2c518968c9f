/**
 * The duty ledger as bytes for the disk: version, wall clock, the ledger's time, since when it knows everything, then for
 * each sub-band its letter, how many pieces, and start and milliseconds of each; the first 8 bytes of SHA-256 over all that.
 */
import type { Millis } from '#core/brand.ts';
import { concatBytes, equalBytes } from '#core/bytes/compare.ts';
import { createReader, type Reader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { sha256 } from '#core/crypto/sha256.ts';
import {
  type DutyLedger,
  emptyLedger,
  type LedgerClock,
  MAX_SPENT,
  resumeLedger,
  type Spent,
} from '#core/radio/duty-ledger.ts';
import { SUB_BANDS, type SubBandId } from '#core/radio/sub-band.ts';

const VERSION = 1;
const CHECK_BYTES = 8;
const MAX_WALL = 2 ** 48 - 1;

const checkOf = (bytes: Uint8Array): Uint8Array => sha256(bytes).subarray(0, CHECK_BYTES);

export const encodeLedger = ({ clock, time, since, spent }: DutyLedger): Uint8Array => {
  const writer = createWriter().u8(VERSION);
  writer
    .u48(Math.min(Math.max(0, clock.wall), MAX_WALL))
    .u48(time)
    .u48(since)
    .u8(spent.size);
  for (const [id, pieces] of spent) {
    writer.u8(id.charCodeAt(0)).u16(pieces.length);
    for (const { start, ms } of pieces) writer.u48(start).u24(ms);
  }
  const content = writer.finish();
  return concatBytes(content, checkOf(content));
};

const readPieces = (reader: Reader): readonly Spent[] => {
  const count = Math.min(reader.u16(), MAX_SPENT);
  return Array.from({ length: count }, () => ({ start: reader.u48() as Millis, ms: reader.u24() as Millis }));
};

const decodeLedger = (bytes: Uint8Array): DutyLedger | undefined => {
  const content = bytes.subarray(0, Math.max(0, bytes.length - CHECK_BYTES));
  if (!equalBytes(checkOf(content), bytes.subarray(content.length))) return undefined;
  const reader = createReader(content);
  if (reader.u8() !== VERSION) return undefined;
  const clock = { wall: reader.u48() as Millis, steady: 0 as Millis };
  const [time, since] = [reader.u48() as Millis, reader.u48() as Millis];
  const spent = new Map<SubBandId, readonly Spent[]>();
  for (let left = reader.u8(); left > 0; left--) {
    const letter = String.fromCharCode(reader.u8());
    const subBand = SUB_BANDS.find(({ id }) => id === letter);
    if (subBand === undefined) return undefined;
    spent.set(subBand.id, readPieces(reader));
  }
  return reader.atEnd() && since <= time ? { clock, time, since, spent } : undefined;
};

/** The ledger of a process that begins: what the last one left, or one that knows nothing where that is missing or damaged. */
export const openLedger = (stored: Uint8Array | undefined, now: LedgerClock): DutyLedger => {
  const left = stored === undefined ? undefined : decodeLedger(stored);
  return left === undefined ? emptyLedger(now) : resumeLedger(left, now);
};
