import * as v from 'valibot';
import type { Counter, Millis, OfferId, PatternId, Plz } from '#core/brand.ts';
import type { Span } from '#core/calendar/span.ts';
import { MAX_SLOTS_PER_ANNOUNCEMENT, MINUTE } from '#core/domain/limits.ts';
import type { OfferTerms } from '#core/domain/offer-terms.ts';
import { AGE_GROUPS, KOSTENTRAEGER, MODALITAETEN, SLOT_TYPES, VERFAHREN } from '#core/domain/values.ts';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import type { Result } from '#core/result.ts';

/** One of a practice's own offers with its slots, as kept on the practice's device. */
export interface OwnOffer extends OfferTerms {
  readonly id: OfferId;
  readonly slots: readonly OwnOfferSlot[];
  readonly announced: Announced | undefined;
  /** Something changed since the newest announcement was signed. */
  readonly dirty: boolean;
  /** The whole offer was taken back: a tombstone is announced instead. */
  readonly withdrawn: boolean;
}

export interface OwnOfferSlot {
  readonly start: Millis;
  readonly state: 'free' | 'confirmed' | 'withdrawn';
  /** The weekly pattern that it came from; none where the practice entered it by hand. */
  readonly pattern?: PatternId;
  /** Withdrawn by itself: free when the backup was saved, and nobody knows whether somebody got it since. */
  readonly withheld?: true;
  /** It stood in an announcement, and was counted then. */
  readonly announced?: true;
}

export interface Announced {
  readonly counter: Counter;
  readonly at: Millis;
  readonly spread: 'queued' | 'sent' | 'custody';
}

export const spanOf = (offer: Pick<OwnOffer, 'minutes'>, start: Millis): Span => ({
  from: start,
  to: (start + offer.minutes * MINUTE) as Millis,
});

/** The times that the offer's announcement carries: those that can still be given away, nearest first. Later ones wait. */
export const startsToAnnounce = (
  offer: Pick<OwnOffer, 'minutes' | 'slots'>,
  now: Millis,
  isBusy: (span: Span) => boolean,
): Millis[] =>
  offer.slots
    .filter((slot) => slot.state === 'free' && slot.start > now)
    .filter((slot) => !isBusy(spanOf(offer, slot.start)))
    .map((slot) => slot.start)
    .sort((a, b) => a - b)
    .slice(0, MAX_SLOTS_PER_ANNOUNCEMENT);

/** The slots once these starts were announced, and how many of them never were before. */
export const announcedSlots = (
  slots: readonly OwnOfferSlot[],
  starts: ReadonlySet<Millis>,
): { readonly slots: readonly OwnOfferSlot[]; readonly fresh: number } => {
  const isFresh = ({ start, announced }: OwnOfferSlot): boolean => !announced && starts.has(start);
  const fresh = slots.filter(isFresh).length;
  return { fresh, slots: slots.map((slot) => (isFresh(slot) ? { ...slot, announced: true } : slot)) };
};

const schema = v.pipe(
  v.object({
    id: v.number(),
    type: v.picklist(SLOT_TYPES),
    verfahren: v.array(v.picklist(VERFAHREN)),
    modalitaeten: v.array(v.picklist(MODALITAETEN)),
    kostentraeger: v.array(v.picklist(KOSTENTRAEGER)),
    minutes: v.number(),
    plz: v.string(),
    ageGroup: v.picklist(AGE_GROUPS),
    series: v.boolean(),
    codeRequired: v.boolean(),
    slots: v.array(
      v.object({
        start: v.number(),
        state: v.picklist(['free', 'confirmed', 'withdrawn']),
        pattern: v.optional(v.string()),
        withheld: v.optional(v.literal(true)),
        announced: v.optional(v.literal(true)),
      }),
    ),
    announced: v.nullable(
      v.object({ counter: v.number(), at: v.number(), spread: v.picklist(['queued', 'sent', 'custody']) }),
    ),
    dirty: v.boolean(),
    withdrawn: v.boolean(),
  }),
  v.transform(
    (record): OwnOffer => ({
      ...record,
      id: record.id as OfferId,
      plz: record.plz as Plz,
      slots: record.slots.map(({ start, state, pattern, withheld, announced }) => ({
        start: start as Millis,
        state,
        ...(pattern === undefined ? {} : { pattern: pattern as PatternId }),
        ...(withheld === undefined ? {} : { withheld }),
        ...(announced === undefined ? {} : { announced }),
      })),
      announced:
        record.announced === null
          ? undefined
          : { ...record.announced, counter: record.announced.counter as Counter, at: record.announced.at as Millis },
    }),
  ),
);

export const encodeOwnOffer = (offer: OwnOffer): Uint8Array =>
  encodeLocal({ ...offer, announced: offer.announced ?? null });

export const decodeOwnOffer = (bytes: Uint8Array): Result<OwnOffer> => decodeLocal(schema, bytes);
