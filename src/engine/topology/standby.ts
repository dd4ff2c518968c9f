/**
 * The node that takes over when the parent is gone. It should not go with the parent: so rather one that does not hang below
 * it, then one of an upper level, then one of another operator or subnet, and only then the best score.
 */
import type { NodeAddress } from '#core/brand.ts';
import { byMerit, type EligibleParent, isClearlyBetter } from '#engine/topology/parent-rank.ts';

const independence = (parent: EligibleParent, candidate: EligibleParent): number =>
  (candidate.path.includes(parent.address) ? 0 : 4) +
  (candidate.isUpper ? 2 : 0) +
  (candidate.group === parent.group ? 0 : 1);

/** Stays with `previous` while none is more independent or better by the share `hysteresis`. */
export const chooseStandby = (
  parent: EligibleParent | undefined,
  eligible: readonly EligibleParent[],
  previous: NodeAddress | undefined,
  hysteresis: number,
): NodeAddress | undefined => {
  if (parent === undefined) return undefined;
  const others = eligible.filter(({ address }) => address !== parent.address);
  const most = Math.max(...others.map((candidate) => independence(parent, candidate)));
  const safest = others.filter((candidate) => independence(parent, candidate) === most).sort(byMerit);
  const kept = safest.find(({ address }) => address === previous);
  const best = safest[0];
  if (kept === undefined || best === undefined) return best?.address;
  return isClearlyBetter(best, kept, hysteresis) ? best.address : kept.address;
};
