import type { RefusalCode } from '#core/refusal.ts';
import type { SearchQuery, SlotCard, SlotDetails, SlotRef } from '#host/rpc/api.ts';
import { sameRef } from '#ui/route.ts';

/**
 * What to offer after a rejection. The request does not say who pays, so only slots count that every payer of the lost one
 * would also pay: nobody is shown a slot that theirs does not cover.
 */
const NEAR_KM = 50;
/** Many: the nearest practice alone may have dozens. */
const ASKED = 200;
export const OFFERED = 3;

export const alternativesQuery = (lost: SlotDetails): SearchQuery | undefined => {
  const [payer] = lost.kostentraeger;
  if (payer === undefined) return undefined;
  return {
    payer,
    around: { plz: lost.plz, radiusKm: NEAR_KM },
    verfahren: [],
    types: [lost.type],
    modalitaeten: [],
    ...(lost.ageGroup === 'ALL' ? {} : { ageGroup: lost.ageGroup }),
    minTrust: lost.trust.level === 0 ? 0 : 1,
    sort: 'distance',
    offset: 0,
    limit: ASKED,
  };
};

/** Those for which it is true before the others, each in their order. */
const firstWhere = (cards: readonly SlotCard[], isFirst: (card: SlotCard) => boolean): SlotCard[] => [
  ...cards.filter(isFirst),
  ...cards.filter((card) => !isFirst(card)),
];

/** One slot for each practice before a second of any: three doors, not three hours behind one. */
const spread = (cards: readonly SlotCard[]): SlotCard[] => {
  const seen = new Set<string>();
  const first: SlotCard[] = [];
  const later: SlotCard[] = [];
  for (const card of cards) {
    (seen.has(card.ref.practice) ? later : first).push(card);
    seen.add(card.ref.practice);
  }
  return [...first, ...later];
};

/** What was asked for before, and what the practice said to it. */
export interface Asked {
  readonly ref: SlotRef;
  readonly refusal: RefusalCode | undefined;
}

/**
 * The best three that were not asked for before: one of each practice first and the one that was lost last, among those the same
 * method, checked practices before others, then as the node sorted them. A practice that takes no requests from this device is
 * not offered.
 */
export const pickAlternatives = (
  lost: SlotDetails,
  cards: readonly SlotCard[],
  asked: readonly Asked[] = [],
): SlotCard[] => {
  const closed = new Set(asked.filter(({ refusal }) => refusal === 'blocked').map(({ ref }) => ref.practice));
  const fits = cards.filter(
    (card) =>
      !closed.has(card.ref.practice) &&
      ![lost.ref, ...asked.map(({ ref }) => ref)].some((ref) => sameRef(card.ref, ref)) &&
      lost.kostentraeger.every((payer) => card.kostentraeger.includes(payer)),
  );
  const same = (card: SlotCard): boolean => card.verfahren.some((one) => lost.verfahren.includes(one));
  const checked = (card: SlotCard): boolean => card.trust.level >= 2;
  const elsewhere = (card: SlotCard): boolean => card.ref.practice !== lost.ref.practice;
  const ranked = [same, checked].reduceRight<readonly SlotCard[]>(firstWhere, fits);
  return firstWhere(spread(ranked), elsewhere).slice(0, OFFERED);
};
