import { fromHex, toHex } from '#core/bytes/hex.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { StoreEntry } from '#ports/store.ts';

/**
 * Many rows in one: a version, and of each its key (16 bytes, in hex as a row's key), its length in two bytes, and its value.
 * A database reads one large row many times faster than thousands of small ones.
 */
const VERSION = 1;
const KEY_BYTES = 16;
const HEAD_BYTES = KEY_BYTES + 2;
const MAX_VALUE_BYTES = 0xffff;

/** Keys are 32 hex digits, values at most 65,535 bytes: throws RangeError otherwise. */
export const packRows = (entries: readonly StoreEntry[]): Uint8Array => {
  const bytes = new Uint8Array(1 + entries.reduce((sum, { value }) => sum + HEAD_BYTES + value.length, 0));
  const view = new DataView(bytes.buffer);
  bytes[0] = VERSION;
  let at = 1;
  for (const { key, value } of entries) {
    const head = fromHex(key);
    if (head?.length !== KEY_BYTES || value.length > MAX_VALUE_BYTES) throw new RangeError(`cannot pack ${key}`);
    bytes.set(head, at);
    view.setUint16(at + KEY_BYTES, value.length);
    bytes.set(value, at + HEAD_BYTES);
    at += HEAD_BYTES + value.length;
  }
  return bytes;
};

/** The values are parts of the same bytes. `malformed` where they end too early, `unknown-kind` for another version. */
export const unpackRows = (bytes: Uint8Array): Result<readonly StoreEntry[]> => {
  if (bytes[0] !== VERSION) return refuse('unknown-kind');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries: StoreEntry[] = [];
  for (let at = 1; at < bytes.length; ) {
    if (at + HEAD_BYTES > bytes.length) return refuse('malformed');
    const end = at + HEAD_BYTES + view.getUint16(at + KEY_BYTES);
    if (end > bytes.length) return refuse('malformed');
    entries.push({ key: toHex(bytes.subarray(at, at + KEY_BYTES)), value: bytes.subarray(at + HEAD_BYTES, end) });
    at = end;
  }
  return ok(entries);
};
