import type { PracticeView } from '#host/rpc/api.ts';

/** What a new practice still lacks, in the order in which it is needed. Pure. */
export type NextStep = 'profile' | 'credential' | 'offer' | 'slots';

export const nextStep = (practice: PracticeView): NextStep | undefined => {
  if (practice.profile === undefined) return 'profile';
  if (practice.trust.level === 0) return 'credential';
  if (practice.offers.length === 0) return 'offer';
  return practice.offers.every((offer) => offer.slots.length === 0) ? 'slots' : undefined;
};
