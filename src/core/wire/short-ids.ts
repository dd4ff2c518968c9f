import { toHex } from '#core/bytes/hex.ts';
import { SHORT_ID_BYTES } from '#core/wire/set-id.ts';

/** Lists of 64-bit ids, as `ids` and `want` carry them. */
export const MAX_IDS_PER_FRAME = 4_096;

export const packShortIds = (ids: readonly string[]): Uint8Array => {
  const bytes = new Uint8Array(ids.length * SHORT_ID_BYTES);
  for (const [index, id] of ids.entries()) {
    for (let i = 0; i < SHORT_ID_BYTES; i++) {
      bytes[index * SHORT_ID_BYTES + i] = Number.parseInt(id.slice(2 * i, 2 * i + 2), 16);
    }
  }
  return bytes;
};

/** Undefined when the bytes are no whole number of ids, or too many. */
export const unpackShortIds = (bytes: Uint8Array): string[] | undefined => {
  const count = bytes.length / SHORT_ID_BYTES;
  if (!Number.isInteger(count) || count > MAX_IDS_PER_FRAME) return undefined;
  return Array.from({ length: count }, (_, index) =>
    toHex(bytes.subarray(index * SHORT_ID_BYTES, (index + 1) * SHORT_ID_BYTES)),
  );
};
