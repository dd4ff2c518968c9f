import type { Millis } from '#core/brand.ts';
import { operatorOf } from '#engine/peers/operator.ts';
import type { PeerEntry } from '#engine/peers/peer-entry.ts';
import { isYoung } from '#engine/peers/peer-registry.ts';

/**
 * The few places in the mesh that a node gives away, and to whom it may: not many to one network, not many to keys that
 * were made a moment ago, some only to those it chose itself, and to two operators where it can. So whoever wants to
 * surround a node needs networks and patience, and not only keys.
 */
export interface MeshRules {
  /** Places in all. */
  readonly positions: number;
  readonly perSubnet: number;
  readonly young: number;
  /** Places that are only for peers that this node dialled by its own choice. */
  readonly outbound: number;
}

export const DEFAULT_MESH_RULES: MeshRules = { positions: 8, perSubnet: 2, young: 2, outbound: 2 };

/** Whom a node depends on should not all be one. */
const OPERATORS = 2;
/** Kinds of candidates with which the search for a second operator begins, and how many of them may be of one operator. */
const MAX_KINDS = 32;
const MAX_KINDS_OF_ONE = 8;

export interface MeshCandidate extends Pick<PeerEntry, 'origin' | 'subnet' | 'firstSeen'> {
  /** Its address, or another name that tells it from the others where no address is known. */
  readonly address: string;
}

export interface MeshPosition {
  readonly peer: MeshCandidate;
  /** We dialled it by our own choice. */
  readonly outbound: boolean;
}

/** `full`: every place that is given to whoever asks is taken; `held`: it has one already. */
export type PlaceObstacle = 'full' | 'held' | 'subnet' | 'young';

export interface MeshPositions {
  /** Why this one, who dialled us, may not have a place beside those who have one; undefined when it may. */
  obstacle(peer: MeshCandidate, held: readonly MeshPosition[], now: Millis): PlaceObstacle | undefined;
  /**
   * Whom to dial for the places that are free: as many as the limits allow, at least one of a second operator where there is
   * one, otherwise in the order of the candidates, young keys last.
   */
  fill(candidates: readonly MeshCandidate[], held: readonly MeshPosition[], now: Millis): MeshCandidate[];
}

/** The network that a place counts for: as it was seen, else as its origin says; all of whom nothing is known are one. */
const networkOf = (peer: MeshCandidate): string => peer.subnet ?? operatorOf(peer) ?? '';

const operatorsOf = (peers: readonly MeshCandidate[]): number =>
  new Set(peers.flatMap((peer) => operatorOf(peer) ?? [])).size;

/** Of each kind of candidate that makes a difference the first, old keys before young ones. */
const oneOfEach = (candidates: readonly MeshCandidate[], now: Millis): MeshCandidate[] => {
  const kinds = new Map<string, MeshCandidate>();
  const ofOperator = new Map<string, number>();
  for (const peer of oldFirst(candidates, now)) {
    const operator = operatorOf(peer);
    const kind = `${operator} ${networkOf(peer)} ${isYoung(peer, now)}`;
    if (operator === undefined || kinds.has(kind)) continue;
    const count = ofOperator.get(operator) ?? 0;
    if (count >= MAX_KINDS_OF_ONE) continue;
    ofOperator.set(operator, count + 1);
    kinds.set(kind, peer);
    if (kinds.size >= MAX_KINDS) break;
  }
  return [...kinds.values()];
};

/** With whom one can begin so that two operators are among the chosen: anybody, or any two of different operators. */
const beginnings = (candidates: readonly MeshCandidate[], now: Millis): MeshCandidate[][] => {
  const each = oneOfEach(candidates, now);
  const pairs = each.flatMap((a, index) => each.slice(index + 1).map((b) => [a, b]));
  return [...each.map((peer) => [peer]), ...pairs.filter((pair) => operatorsOf(pair) === OPERATORS)];
};

/**
 * A young key in a network where an old one could be would only use up a place of the young: old ones first, and the places
 * are as many as the limits leave.
 */
const oldFirst = (candidates: readonly MeshCandidate[], now: Millis): MeshCandidate[] => [
  ...candidates.filter((peer) => !isYoung(peer, now)),
  ...candidates.filter((peer) => isYoung(peer, now)),
];

/** Counts places while they are given away. */
const createTally = (rules: MeshRules, held: readonly MeshCandidate[], now: Millis) => {
  const networks = new Map<string, number>();
  const taken = new Set<string>();
  let young = 0;
  const take = (peer: MeshCandidate): void => {
    taken.add(peer.address);
    networks.set(networkOf(peer), (networks.get(networkOf(peer)) ?? 0) + 1);
    if (isYoung(peer, now)) young++;
  };
  for (const peer of held) take(peer);
  return {
    take,
    obstacle: (peer: MeshCandidate): PlaceObstacle | undefined => {
      if (taken.has(peer.address)) return 'held';
      if (taken.size >= rules.positions) return 'full';
      if ((networks.get(networkOf(peer)) ?? 0) >= rules.perSubnet) return 'subnet';
      return isYoung(peer, now) && young >= rules.young ? 'young' : undefined;
    },
  };
};

export const createMeshPositions = (rules: MeshRules): MeshPositions => {
  /** Those in `first`, then as many as go. */
  const take = (
    candidates: readonly MeshCandidate[],
    held: readonly MeshCandidate[],
    first: readonly MeshCandidate[],
    now: Millis,
  ): MeshCandidate[] => {
    const tally = createTally(rules, held, now);
    const ordered = oldFirst(candidates, now);
    const chosen = new Set<MeshCandidate>();
    for (const peer of [...first, ...ordered]) {
      if (tally.obstacle(peer) !== undefined) continue;
      tally.take(peer);
      chosen.add(peer);
    }
    return ordered.filter((peer) => chosen.has(peer));
  };

  return {
    obstacle: (peer, held, now) => {
      const inbound = held.filter(({ outbound }) => !outbound).length;
      if (inbound >= rules.positions - rules.outbound) return 'full';
      const peers = held.map((position) => position.peer);
      return createTally(rules, peers, now).obstacle(peer);
    },
    fill: (candidates, held, now) => {
      const peers = held.map((position) => position.peer);
      const plain = take(candidates, peers, [], now);
      const spread = (chosen: readonly MeshCandidate[]): number =>
        Math.min(OPERATORS, operatorsOf([...peers, ...chosen]));
      let best = plain;
      // Another operator may cost a place; of those that cost none the nearest is taken.
      for (const first of beginnings(candidates, now)) {
        if (spread(best) >= OPERATORS && best.length >= plain.length) break;
        const chosen = take(candidates, peers, first, now);
        const gain = spread(chosen) - spread(best);
        if (gain > 0 || (gain === 0 && chosen.length > best.length)) best = chosen;
      }
      return best;
    },
  };
};
