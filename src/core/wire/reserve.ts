import type { Bucket, Counter, Epoch, OfferId, WireMinute } from '#core/brand.ts';
import { createReader } from '#core/bytes/reader.ts';
import { toUtf8 } from '#core/bytes/utf8.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { MAX_TEXT_BYTES } from '#core/domain/limits.ts';
import { isVermittlungscode } from '#core/domain/vermittlungscode.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { encodeText, isPadding, padTo, readText } from '#core/wire/inner.ts';
import { KIND } from '#core/wire/kinds.ts';

/** A request for one slot: the payload of Noise message 1 (docs/protocol/session.md). Only the practice can read it. */
export interface Reserve {
  readonly kind: 'reserve';
  readonly offer: OfferId;
  readonly start: WireMinute;
  /** Of the announcement that the patient saw. */
  readonly epoch: Epoch;
  readonly counter: Counter;
  /** 8 bytes: the same request again is the same request. */
  readonly requestId: Uint8Array;
  /** 8 bytes, fixed for this patient and this practice. */
  readonly pseudonymId: Uint8Array;
  /** Where the patient waits for answers. */
  readonly replyBucket: Bucket;
  /** 8 bytes: see core/wire/removal-secret.ts. */
  readonly removalSeed: Uint8Array;
  readonly deadline: WireMinute;
  /** The name that the person chose, at most MAX_NAME_BYTES of UTF-8. */
  readonly name: string;
  /** The Vermittlungscode, or empty. */
  readonly code: string;
  readonly text: string;
}

export const MAX_NAME_BYTES = 24;
const FIXED_BYTES = 36;

/** Bytes that a request takes before padding. */
export const reserveContentLength = (r: Pick<Reserve, 'name' | 'code' | 'text'>): number =>
  FIXED_BYTES + 3 + toUtf8(r.name).length + r.code.length + toUtf8(r.text).length;

/** Padded to `length`. Refuses `too-large` texts and a `bad-code`. */
export const encodeReserve = (r: Reserve, length: number | undefined): Result<Uint8Array> => {
  if (r.code !== '' && !isVermittlungscode(r.code)) return refuse('bad-code');
  const name = encodeText(r.name, MAX_NAME_BYTES);
  const code = encodeText(r.code, 12);
  const text = encodeText(r.text, MAX_TEXT_BYTES);
  if (!name.ok) return name;
  if (!code.ok) return code;
  if (!text.ok) return text;
  const content = createWriter()
    .u8(KIND.reserve)
    .u8(r.offer)
    .u24(r.start)
    .u8(r.epoch)
    .u16(r.counter)
    .bytes(r.requestId)
    .bytes(r.pseudonymId)
    .u8(r.replyBucket)
    .bytes(r.removalSeed)
    .u24(r.deadline)
    .bytes(name.value)
    .bytes(code.value)
    .bytes(text.value);
  return padTo(content.finish(), length);
};

export const decodeReserve = (bytes: Uint8Array): Result<Reserve> => {
  if (bytes[0] !== KIND.reserve) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const fixed = {
    kind: 'reserve',
    offer: reader.u8() as OfferId,
    start: reader.u24() as WireMinute,
    epoch: reader.u8() as Epoch,
    counter: reader.u16() as Counter,
    requestId: reader.bytes(8),
    pseudonymId: reader.bytes(8),
    replyBucket: reader.u8() as Bucket,
    removalSeed: reader.bytes(8),
    deadline: reader.u24() as WireMinute,
  } as const;
  const name = readText(reader, MAX_NAME_BYTES);
  const code = readText(reader, 12);
  const text = readText(reader, MAX_TEXT_BYTES);
  if (reader.broken || fixed.offer > 15) return refuse('malformed');
  if (name === undefined || code === undefined || text === undefined) return refuse('malformed');
  if (code !== '' && !isVermittlungscode(code)) return refuse('bad-code');
  return isPadding(reader.rest()) ? ok({ ...fixed, name, code, text }) : refuse('not-canonical');
};
