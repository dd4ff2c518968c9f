import type { WireMinute } from '#core/brand.ts';
import { createBitReader, createBitWriter } from '#core/bytes/bits.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';

/**
 * SlotQuery, 16 bytes (docs/protocol/query.md): the fallback for links too narrow to carry the announcements. Coarse on
 * purpose: a prefix of the postal code, whole days; a fresh random id each time.
 */
export interface SlotQuery {
  readonly kind: 'query';
  /** 32 random bits. */
  readonly id: number;
  /** Number of digits of the prefix, 0–5, and their value. */
  readonly plzDigits: number;
  readonly plzPrefix: number;
  /** Masks as in an announcement; 0 means any. The payer's mask is never 0. */
  readonly verfahren: number;
  readonly modalitaet: number;
  readonly kostentraeger: number;
  readonly slotTypes: number;
  /** 0–2 as in an announcement, 3 any. */
  readonly ageGroup: number;
  /** Minutes are cut to days: the first day of interest since the wire's epoch, and how many (1–63). */
  readonly fromDay: number;
  readonly days: number;
  readonly maxResults: number;
  readonly hops: number;
  /** So many of the best results are left out, 0–255: an earlier answer had them. */
  readonly skip: number;
  /** Zero; kept for later. */
  readonly reserved: number;
}

/** What a person decides of it. */
export type SlotQuestion = Omit<SlotQuery, 'kind' | 'id' | 'hops' | 'reserved'>;

const QUERY_BYTES = 16;
/** Field widths in bits, in order: 8 for the kind and 120 for these. */
const WIDTHS = [
  ['id', 32],
  ['plzDigits', 3],
  ['plzPrefix', 17],
  ['verfahren', 4],
  ['modalitaet', 3],
  ['kostentraeger', 6],
  ['slotTypes', 7],
  ['ageGroup', 2],
  ['fromDay', 14],
  ['days', 6],
  ['maxResults', 5],
  ['hops', 4],
  ['skip', 8],
  ['reserved', 9],
] as const satisfies readonly (readonly [keyof SlotQuery, number])[];

const DAY_MINUTES = 1_440;
export const MAX_QUERY_DAYS = 63;

/** The day in which this minute lies. */
export const queryDay = (minute: WireMinute): number => Math.floor(minute / DAY_MINUTES);

/** The half-open range of wire minutes that a query asks for. */
export const queryRange = (query: SlotQuery): { readonly from: WireMinute; readonly to: WireMinute } => ({
  from: (query.fromDay * DAY_MINUTES) as WireMinute,
  to: ((query.fromDay + query.days) * DAY_MINUTES) as WireMinute,
});

const isValid = (q: SlotQuery): boolean =>
  q.plzDigits <= 5 &&
  q.plzPrefix < 10 ** q.plzDigits &&
  q.kostentraeger > 0 &&
  q.days > 0 &&
  q.maxResults > 0 &&
  q.hops <= 8 &&
  q.reserved === 0;

export const encodeQuery = (query: SlotQuery): Result<Uint8Array> => {
  if (!isValid(query) || WIDTHS.some(([field, width]) => query[field] >= 2 ** width)) return refuse('malformed');
  const bits = createBitWriter(QUERY_BYTES);
  bits.write(KIND.query, 8);
  for (const [field, width] of WIDTHS) bits.write(query[field], width);
  const bytes = new Uint8Array(QUERY_BYTES);
  bytes.set(bits.finish());
  return ok(bytes);
};

export const decodeQuery = (bytes: Uint8Array): Result<SlotQuery> => {
  if (bytes[0] !== KIND.query) return refuse('unknown-kind');
  if (bytes.length !== QUERY_BYTES) return refuse('malformed');
  const bits = createBitReader(bytes);
  bits.read(8);
  const next = Object.fromEntries(WIDTHS.map(([field, width]) => [field, bits.read(width) ?? 0]));
  const field = (name: (typeof WIDTHS)[number][0]): number => next[name] ?? 0;
  const query: SlotQuery = {
    kind: 'query',
    id: field('id'),
    plzDigits: field('plzDigits'),
    plzPrefix: field('plzPrefix'),
    verfahren: field('verfahren'),
    modalitaet: field('modalitaet'),
    kostentraeger: field('kostentraeger'),
    slotTypes: field('slotTypes'),
    ageGroup: field('ageGroup'),
    fromDay: field('fromDay'),
    days: field('days'),
    maxResults: field('maxResults'),
    hops: field('hops'),
    skip: field('skip'),
    reserved: field('reserved'),
  };
  if (!bits.atCanonicalEnd()) return refuse('not-canonical');
  return isValid(query) ? ok(query) : refuse('malformed');
};
