import type { MessageId } from '#core/brand.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import type { Reader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';

const ID_BYTES = 16;

/** Whole message ids, one after the other, up to the end of a frame. */
export const packIds = (ids: readonly MessageId[]): Uint8Array => {
  const writer = createWriter();
  for (const id of ids) writer.bytes(fromHex(id) ?? new Uint8Array(ID_BYTES));
  return writer.finish();
};

/** Undefined when there is none, more than `max`, or half of one. */
export const readIds = (reader: Reader, max: number): MessageId[] | undefined => {
  const count = reader.left / ID_BYTES;
  if (!Number.isInteger(count) || count === 0 || count > max) return undefined;
  return Array.from({ length: count }, () => toHex(reader.bytes(ID_BYTES)) as MessageId);
};
