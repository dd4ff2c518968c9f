/**
 * What a station lacks, said to all: the announcements of a region by what it has of them, keys and identity records by whose
 * they are, revocation lists by how new its own are. Whoever has it and hears this sends it, unless somebody else does first (docs/protocol/radio.md).
 */
import type { Region, WireMinute } from '#core/brand.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { createReader, type Reader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { sha256 } from '#core/crypto/sha256.ts';
import { REGIONS } from '#core/domain/mesh-place.ts';
import { MAX_AIR_BODY } from '#core/radio/air/frame.ts';
import { ok, type Result, refuse } from '#core/result.ts';

export type AirAsk = Holdings | Whose | ListDates;

/** "This is what I have there": a part of the announcements of a region, those whose id begins with certain bits. */
export interface Holdings {
  readonly what: 'announcements';
  readonly region: Region;
  /** How many bits of an id say whether it belongs to the part, and which: 0 and 0 for all. */
  readonly bits: number;
  readonly part: number;
  /** 2 random bytes, so that nobody can make an id that looks like another's in every list. */
  readonly salt: Uint8Array;
  /** In hex, each the beginning of a hash of salt and id. */
  readonly marks: readonly string[];
}

export interface Whose {
  readonly what: 'keys' | 'identities';
  /** The beginnings of addresses, in hex. */
  readonly prefixes: readonly string[];
}

/** How new its revocation lists are; whoever has a newer one sends it. */
export interface ListDates {
  readonly what: 'revocations';
  /** Of each registrar that it believes the beginning of the id, in hex, and when its list was issued: 0 for none. */
  readonly lists: readonly { readonly registrar: string; readonly issued: WireMinute }[];
}

const WHATS = ['announcements', 'keys', 'identities', 'revocations'] as const;
export const SALT_BYTES = 2;
const MARK_BYTES = 3;
const PREFIX_BYTES = 4;
const MINUTE_BYTES = 3;
/** A part of a thousandth of all ids. */
export const MAX_PART_BITS = 10;
const HOLDINGS_HEAD = 1 + 1 + 1 + 2 + SALT_BYTES;
export const MAX_MARKS = Math.floor((MAX_AIR_BODY - HOLDINGS_HEAD) / MARK_BYTES);
export const MAX_PREFIXES = Math.floor((MAX_AIR_BODY - 1) / PREFIX_BYTES);
export const MAX_LISTS = Math.floor((MAX_AIR_BODY - 1) / (PREFIX_BYTES + MINUTE_BYTES));

/** How an announcement is named in a list with this salt. `id`: at least its first 16 hex digits. */
export const markOf = (salt: Uint8Array, id: string): string => {
  const bytes = fromHex(id.slice(0, 16)) ?? new Uint8Array(8);
  const salted = new Uint8Array(SALT_BYTES + bytes.length);
  salted.set(salt);
  salted.set(bytes, SALT_BYTES);
  return toHex(sha256(salted).subarray(0, MARK_BYTES));
};

/** `id`: an address, or a registrar's id in hex. */
export const prefixOf = (id: string): string => id.slice(0, 2 * PREFIX_BYTES);

/** Whether an id belongs to a part. */
export const isOfPart = (id: string, { bits, part }: Pick<Holdings, 'bits' | 'part'>): boolean =>
  Number.parseInt(id.slice(0, 4), 16) >> (16 - bits) === part;

const hexBytes = (hex: string, count: number): Uint8Array => fromHex(hex) ?? new Uint8Array(count);

export const encodeAsk = (ask: AirAsk): Uint8Array => {
  const writer = createWriter().u8(WHATS.indexOf(ask.what));
  if (ask.what === 'revocations') {
    for (const { registrar, issued } of ask.lists) writer.bytes(hexBytes(registrar, PREFIX_BYTES)).u24(issued);
    return writer.finish();
  }
  if (ask.what !== 'announcements') {
    for (const prefix of ask.prefixes) writer.bytes(hexBytes(prefix, PREFIX_BYTES));
    return writer.finish();
  }
  writer.u8(ask.region).u8(ask.bits).u16(ask.part).bytes(ask.salt);
  for (const mark of ask.marks) writer.bytes(hexBytes(mark, MARK_BYTES));
  return writer.finish();
};

const readList = (reader: Reader, width: number): string[] => {
  const list: string[] = [];
  while (reader.left > 0 && !reader.broken) list.push(toHex(reader.bytes(width)));
  return list;
};

const readLists = (reader: Reader): ListDates['lists'][number][] => {
  const lists: ListDates['lists'][number][] = [];
  while (reader.left > 0 && !reader.broken) {
    const registrar = toHex(reader.bytes(PREFIX_BYTES));
    lists.push({ registrar, issued: reader.u24() as WireMinute });
  }
  return lists;
};

export const decodeAsk = (body: Uint8Array): Result<AirAsk, 'malformed'> => {
  const reader = createReader(body);
  const what = WHATS[reader.u8()];
  if (reader.broken || what === undefined) return refuse('malformed');
  if (what === 'revocations') {
    const lists = readLists(reader);
    return reader.atEnd() && lists.length > 0 ? ok({ what, lists }) : refuse('malformed');
  }
  if (what !== 'announcements') {
    const prefixes = readList(reader, PREFIX_BYTES);
    return reader.atEnd() && prefixes.length > 0 ? ok({ what, prefixes }) : refuse('malformed');
  }
  const [region, bits, part] = [reader.u8() as Region, reader.u8(), reader.u16()];
  const salt = reader.bytes(SALT_BYTES);
  const marks = readList(reader, MARK_BYTES);
  const isSane = region < REGIONS && bits <= MAX_PART_BITS && part < 2 ** bits;
  return reader.atEnd() && isSane ? ok({ what, region, bits, part, salt, marks }) : refuse('malformed');
};
