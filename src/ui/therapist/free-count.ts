import type { OfferView, PracticeView } from '#host/rpc/api.ts';

/** Free slots as the practice counts them: how many an announcement carries, and how many wait until there is room. Pure. */
export interface FreeCount {
  readonly carried: number;
  readonly waiting: number;
}

/** Slots that somebody asked for are free still. Those that are hidden by busy times are in neither number. */
export const freeCount = (offers: readonly OfferView[]): FreeCount => {
  const free = offers
    .flatMap(({ slots }) => slots)
    .filter(({ state, hidden }) => (state === 'free' || state === 'requested') && !hidden);
  const waiting = free.filter(({ waits }) => waits).length;
  return { carried: free.length - waiting, waiting };
};

/** What patients see now: of offers whose newest announcement left this device, unless another device has the practice. */
export const announcedCount = ({ offers, retired }: Pick<PracticeView, 'offers' | 'retired'>): FreeCount =>
  freeCount(
    retired ? [] : offers.filter(({ announcedAt, spread }) => announcedAt !== undefined && spread !== 'queued'),
  );
