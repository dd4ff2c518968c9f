import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { MAX_FRAME_BYTES } from '#core/domain/limits.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';

/** SlotResponse: signed records that answer a query, with the identity records that verify them (docs/protocol/query.md). */
export interface SlotResponse {
  readonly kind: 'response';
  readonly queryId: number;
  /** Whole signed records: identity records first, then announcements. */
  readonly records: readonly Uint8Array[];
}

export const MAX_RESPONSE_RECORDS = 64;

export const encodeResponse = (response: SlotResponse): Result<Uint8Array> => {
  if (response.records.length > MAX_RESPONSE_RECORDS) return refuse('too-large');
  const writer = createWriter().u8(KIND.response).u32(response.queryId).u8(response.records.length);
  for (const record of response.records) writer.u16(record.length).bytes(record);
  return writer.length > MAX_FRAME_BYTES ? refuse('too-large') : ok(writer.finish());
};

export const decodeResponse = (bytes: Uint8Array): Result<SlotResponse> => {
  if (bytes[0] !== KIND.response) return refuse('unknown-kind');
  if (bytes.length > MAX_FRAME_BYTES) return refuse('too-large');
  const reader = createReader(bytes.subarray(1));
  const queryId = reader.u32();
  const count = reader.u8();
  if (count > MAX_RESPONSE_RECORDS) return refuse('malformed');
  const records: Uint8Array[] = [];
  for (let i = 0; i < count && !reader.broken; i++) records.push(reader.bytes(reader.u16()));
  return reader.atEnd() ? ok({ kind: 'response', queryId, records }) : refuse('malformed');
};
