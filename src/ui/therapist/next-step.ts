import type { PracticeView } from '#host/rpc/api.ts';

/**
 * What a new practice still lacks, in the order in which it is needed: patients find it once it has slots, and a register
 * may take its time. Nothing, where another device has the practice. Pure.
 */
export type NextStep = 'profile' | 'offer' | 'slots' | 'credential';

export const nextStep = (practice: PracticeView): NextStep | undefined => {
  if (practice.retired) return undefined;
  if (practice.profile === undefined) return 'profile';
  if (practice.offers.length === 0) return 'offer';
  if (practice.offers.every((offer) => offer.slots.length === 0)) return 'slots';
  return practice.trust.level === 0 ? 'credential' : undefined;
};
