/** Announcements and withdrawals on the air: as they were signed, several in one frame, each behind its length. */
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { MAX_AIR_BODY } from '#core/radio/air/frame.ts';
import { ok, type Result, refuse } from '#core/result.ts';

const LENGTH_BYTES = 1;
export const MAX_AIR_RECORD = MAX_AIR_BODY - LENGTH_BYTES;

/** Bytes that records of these lengths take in a body. */
export const recordsLength = (lengths: readonly number[]): number =>
  lengths.reduce((sum, length) => sum + LENGTH_BYTES + length, 0);

export const encodeRecords = (records: readonly Uint8Array[]): Uint8Array => {
  const writer = createWriter();
  for (const record of records) writer.u8(record.length).bytes(record);
  return writer.finish();
};

/** At least one; what is in them is not looked at. */
export const decodeRecords = (body: Uint8Array): Result<readonly Uint8Array[], 'malformed'> => {
  const reader = createReader(body);
  const records: Uint8Array[] = [];
  while (reader.left > 0 && !reader.broken) {
    const record = reader.bytes(reader.u8());
    if (record.length === 0) return refuse('malformed');
    records.push(record);
  }
  return reader.atEnd() && records.length > 0 ? ok(records) : refuse('malformed');
};
