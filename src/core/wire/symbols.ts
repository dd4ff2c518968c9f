import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { MAX_SYMBOLS, SYMBOL_BYTES } from '#core/sets/coded-symbols.ts';
import { KIND } from '#core/wire/kinds.ts';
import { type SetId, toSetId } from '#core/wire/set-id.ts';

/** A part of the row of coded symbols of a set (docs/protocol/sync.md). */
export interface Symbols {
  readonly kind: 'symbols';
  readonly set: SetId;
  /** The number of the first of them. */
  readonly from: number;
  /** Nine bytes each, as `packSymbols` lays them out. */
  readonly symbols: Uint8Array;
}

export const encodeSymbols = ({ set, from, symbols }: Symbols): Uint8Array =>
  createWriter().u8(KIND.symbols).u8(set).u16(from).bytes(symbols).finish();

export const decodeSymbols = (bytes: Uint8Array): Result<Symbols> => {
  if (bytes[0] !== KIND.symbols) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const set = toSetId(reader.u8());
  const from = reader.u16();
  const symbols = reader.rest();
  const count = symbols.length / SYMBOL_BYTES;
  if (reader.broken || set === undefined || !Number.isInteger(count)) return refuse('malformed');
  return from + count > MAX_SYMBOLS ? refuse('too-large') : ok({ kind: 'symbols', set, from, symbols });
};
