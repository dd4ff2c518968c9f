import type { Millis } from '#core/brand.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { encodeQuery, type SlotQuery } from '#core/wire/query.ts';

export const today = (now: Millis): number => Math.floor(toWireMinute(now) / 1_440);

let lastId = 0;
export const lastQueryId = (): number => lastId;

/** A query for anything, with an id that no other had, but for what is `changed`. */
export const nextQuery = (now: Millis, changed: Partial<SlotQuery> = {}): Uint8Array => {
  const encoded = encodeQuery({
    kind: 'query',
    id: ++lastId,
    plzDigits: 0,
    plzPrefix: 0,
    verfahren: 0,
    modalitaet: 0,
    kostentraeger: 0b111111,
    slotTypes: 0,
    ageGroup: 3,
    fromDay: today(now),
    days: 63,
    maxResults: 31,
    hops: 0,
    skip: 0,
    reserved: 0,
    ...changed,
  });
  if (!encoded.ok) throw new Error(encoded.code);
  return encoded.value;
};
