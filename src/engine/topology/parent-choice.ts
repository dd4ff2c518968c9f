/**
 * Which node is this one's parent: a state machine that is told the time. It changes only for a parent that is clearly better
 * and not too often; both do not count when the parent is gone. A standby of another group is kept
 * warm. The old parent stays until the new one is confirmed: make before break.
 */
import type { Millis, NodeAddress } from '#core/brand.ts';
import {
  byMerit,
  type EligibleParent,
  eligibleParents,
  isClearlyBetter,
  type ParentCandidate,
  type Standing,
} from '#engine/topology/parent-rank.ts';
import { chooseStandby } from '#engine/topology/standby.ts';

export interface ParentRules {
  /** A better one is better by this share: 0.1 is 10 %. */
  readonly hysteresis: number;
  /** A parent stays for so long, unless it is gone. */
  readonly dwell: Millis;
  /** A new parent that is not confirmed within this is not asked again for a dwell time. */
  readonly confirmWithin: Millis;
}

export const PARENT_RULES: ParentRules = {
  hysteresis: 0.1,
  dwell: 30_000 as Millis,
  confirmWithin: 5_000 as Millis,
};

export interface ParentView {
  /** Who carries this node's traffic up now. */
  readonly parent: NodeAddress | undefined;
  /** Who is asked to, while the parent still does. */
  readonly joining: NodeAddress | undefined;
  readonly standby: NodeAddress | undefined;
  /**
   * What this step changed: the first parent, or the first after none; a better one was confirmed; the old one is gone,
   * and `parent` is its successor or undefined.
   */
  readonly change: 'none' | 'first' | 'better' | 'lost';
}

export interface ParentCounts {
  /** Times that a parent was given up, or was gone. */
  readonly changes: number;
  readonly losses: number;
  /** Changes away from a parent that was still there. */
  readonly flaps: number;
}

export interface ParentChoice {
  /** `candidates` are alive and reachable now: who is missing is gone. */
  update(now: Millis, own: Standing, candidates: readonly ParentCandidate[]): ParentView;
  /** `address` has taken this node in. Ignored unless it is the one that is joining. */
  confirmed(now: Millis, address: NodeAddress): ParentView;
  readonly counts: ParentCounts;
}

/** Candidates that did not confirm and are remembered. */
const MAX_BARRED = 16;

interface Joining {
  readonly address: NodeAddress;
  readonly since: Millis;
}

export const createParentChoice = (rules: ParentRules): ParentChoice => {
  let parent: NodeAddress | undefined;
  let since = 0;
  let joining: Joining | undefined;
  let standby: NodeAddress | undefined;
  const barred = new Map<NodeAddress, number>();
  const counts = { changes: 0, losses: 0, flaps: 0 };

  const view = (change: ParentView['change']): ParentView => ({
    parent,
    joining: joining?.address,
    standby,
    change,
  });

  const take = (now: Millis, address: NodeAddress | undefined): void => {
    parent = address;
    since = now;
    joining = undefined;
    if (standby === address) standby = undefined;
  };

  const bar = (now: Millis, address: NodeAddress): void => {
    barred.delete(address);
    barred.set(address, now + rules.dwell);
    const oldest = barred.keys().next();
    if (barred.size > MAX_BARRED && !oldest.done) barred.delete(oldest.value);
  };

  const isBarred = (now: Millis, address: NodeAddress): boolean => {
    const until = barred.get(address);
    if (until !== undefined && until <= now) barred.delete(address);
    return until !== undefined && until > now;
  };

  /** Without those that did not answer lately, unless nobody else is there. */
  const answering = (now: Millis, eligible: readonly EligibleParent[]): EligibleParent[] => {
    const others = eligible.filter(({ address }) => !isBarred(now, address));
    return others.length > 0 ? others : [...eligible];
  };

  /** Gives up on a new parent that went away or does not answer. */
  const checkJoining = (now: Millis, eligible: readonly EligibleParent[]): void => {
    if (joining === undefined) return;
    const { address, since: asked } = joining;
    const isThere = eligible.some((candidate) => candidate.address === address);
    if (isThere && now - asked < rules.confirmWithin) return;
    if (isThere) bar(now, address);
    joining = undefined;
  };

  /** Who was being asked and who is warm come before who is merely good: they answer at once. */
  const successor = (now: Millis, eligible: readonly EligibleParent[]): NodeAddress | undefined => {
    const ready = [joining?.address, standby].find((address) =>
      eligible.some((candidate) => candidate.address === address),
    );
    return ready ?? answering(now, eligible).sort(byMerit)[0]?.address;
  };

  const replaceParent = (now: Millis, eligible: readonly EligibleParent[]): ParentView['change'] => {
    const change = parent === undefined ? 'first' : 'lost';
    const next = successor(now, eligible);
    if (change === 'first' && next === undefined) return 'none';
    if (change === 'lost') {
      counts.changes++;
      counts.losses++;
    }
    take(now, next);
    return change;
  };

  const askBetter = (now: Millis, current: EligibleParent, eligible: readonly EligibleParent[]): void => {
    if (joining !== undefined || now - since < rules.dwell) return;
    const best = answering(now, eligible).sort(byMerit)[0];
    if (best === undefined || isBarred(now, best.address)) return;
    if (isClearlyBetter(best, current, rules.hysteresis)) joining = { address: best.address, since: now };
  };

  return {
    update: (now, own, candidates) => {
      const eligible = eligibleParents(own, candidates);
      checkJoining(now, eligible);
      const current = eligible.find(({ address }) => address === parent);
      const change = current === undefined ? replaceParent(now, eligible) : 'none';
      if (current !== undefined) askBetter(now, current, eligible);
      const serving = eligible.find(({ address }) => address === parent);
      standby = chooseStandby(serving, answering(now, eligible), standby, rules.hysteresis);
      return view(change);
    },
    confirmed: (now, address) => {
      if (joining?.address !== address) return view('none');
      counts.changes++;
      counts.flaps++;
      take(now, address);
      return view('better');
    },
    get counts() {
      return { ...counts };
    },
  };
};
