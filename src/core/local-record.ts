import * as v from 'valibot';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { fromUtf8, toUtf8 } from '#core/bytes/utf8.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/**
 * Records that a node keeps for itself, as JSON checked by a schema when read: readable, and easy to carry to a newer
 * version. Nothing of this is on the wire. Bytes are hex text in it.
 */
export const encodeLocal = (value: unknown): Uint8Array => toUtf8(JSON.stringify(value));

/** `malformed` when the bytes are not JSON in UTF-8 or not of the schema: a damaged or foreign record. */
export const decodeLocal = <S extends v.GenericSchema>(schema: S, bytes: Uint8Array): Result<v.InferOutput<S>> => {
  const text = fromUtf8(bytes);
  if (text === undefined) return refuse('malformed');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('malformed');
  }
  const parsed = v.safeParse(schema, value);
  return parsed.success ? ok(parsed.output) : refuse('malformed');
};

/** Hex text in the record, bytes in memory. Other text is a damaged record: no bytes would be another key, not none. */
export const hexBytes = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const bytes = fromHex(dataset.value);
    if (bytes !== undefined) return bytes;
    addIssue();
    return NEVER;
  }),
);

export const hexText = toHex;
