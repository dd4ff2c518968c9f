import type { SearchQuery, SlotCard, SlotDetails, SlotRef } from '#host/rpc/api.ts';
import { sameRef } from '#ui/route.ts';

/**
 * What to offer after a rejection. The request does not say who pays, so only slots count that every payer of the lost one
 * would also pay: nobody is shown a slot that theirs does not cover.
 */
const NEAR_KM = 50;
const ASKED = 40;
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

/** The best three that were not asked for before: the same method first, then as the node sorted them. */
export const pickAlternatives = (
  lost: SlotDetails,
  cards: readonly SlotCard[],
  asked: readonly SlotRef[] = [],
): SlotCard[] => {
  const fits = cards.filter(
    (card) =>
      ![lost.ref, ...asked].some((ref) => sameRef(card.ref, ref)) &&
      lost.kostentraeger.every((payer) => card.kostentraeger.includes(payer)),
  );
  const same = (card: SlotCard): boolean => card.verfahren.some((one) => lost.verfahren.includes(one));
  return [...spread(fits.filter(same)), ...spread(fits.filter((card) => !same(card)))].slice(0, OFFERED);
};
