import { bytesToUtf8, utf8ToBytes } from '@noble/ciphers/utils.js';
import * as v from 'valibot';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/**
 * Records that a node keeps for itself, as JSON checked by a schema when read: readable, and easy to carry to a newer
 * version. Nothing of this is on the wire. Bytes are hex text in it.
 */
export const encodeLocal = (value: unknown): Uint8Array => utf8ToBytes(JSON.stringify(value));

/** `malformed` when the bytes are not JSON or not of the schema: a damaged or foreign record. */
export const decodeLocal = <S extends v.GenericSchema>(schema: S, bytes: Uint8Array): Result<v.InferOutput<S>> => {
  let value: unknown;
  try {
    value = JSON.parse(bytesToUtf8(bytes));
  } catch {
    return refuse('malformed');
  }
  const parsed = v.safeParse(schema, value);
  return parsed.success ? ok(parsed.output) : refuse('malformed');
};

/** Hex text in the record, bytes in memory. */
export const hexBytes = v.pipe(
  v.string(),
  v.transform((text) => fromHex(text) ?? new Uint8Array(0)),
);

export const hexText = toHex;
