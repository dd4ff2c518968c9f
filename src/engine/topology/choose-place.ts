/**
 * Which level and role this node takes: as its operator said (static), as its abilities and its surroundings suggest (dynamic), or
 * as said while the named parents can be reached and as suggested otherwise (hybrid). Pure: whoever calls it keeps the answer
 * and gives it back the next time.
 */
import type { Millis, NodeAddress } from '#core/brand.ts';
import { compareLevels, leads, type MeshLevel, type MeshRole } from '#core/domain/mesh-place.ts';

export type PlaceConfig =
  | { readonly strategy: 'dynamic' }
  | {
      readonly strategy: 'static' | 'hybrid';
      readonly level: MeshLevel;
      readonly role: MeshRole;
      /** The only parents; none named means that any will do. */
      readonly parents: readonly NodeAddress[];
    };

export interface Place {
  readonly level: MeshLevel;
  readonly role: MeshRole;
  /** When it was taken. */
  readonly since: Millis;
}

/** What decides an election: the operator's priority, then how much a node can do (0 to 1), then the lower address. */
export interface Merit {
  readonly address: NodeAddress;
  readonly priority: number;
  readonly capability: number;
}

/** A node that announces itself and is alive. */
export interface SeenNode extends Merit {
  readonly level: MeshLevel;
  readonly role: MeshRole;
}

export interface OwnAbilities extends Merit {
  /** It forwards for others; it keeps bundles for others; it leads out of the mesh. */
  readonly relays: boolean;
  readonly stores: boolean;
  readonly isGateway: boolean;
  readonly onMains: boolean;
  readonly children: number;
}

export interface Surroundings {
  readonly now: Millis;
  readonly own: OwnAbilities;
  readonly others: readonly SeenNode[];
  /** The last answer; undefined when the node starts. */
  readonly previous: Place | undefined;
}

/** What nothing urgent changes stays for so long. */
const PLACE_DWELL = 30_000;
/** A relay with so many children becomes a root where there is none, and stops being one with fewer than these. */
const ROOT_FROM = 4;
const ROOT_UNTIL = 2;
/** A node without mains power that serves so many is a kiosk, until it serves fewer than these. */
const KIOSK_FROM = 3;
const KIOSK_UNTIL = 2;
/** An elected node yields to one that can do more by this share. */
const MERIT_MARGIN = 0.1;

/** Positive when `a` is the better one; 0 only for the same node. */
export const compareMerit = (a: Merit, b: Merit): number => {
  const byMerit = a.priority - b.priority || a.capability - b.capability;
  if (byMerit !== 0 || a.address === b.address) return byMerit;
  return a.address < b.address ? 1 : -1;
};

/** A lower address alone unseats nobody. */
const isClearlyBetter = (a: Merit, b: Merit): boolean =>
  a.priority > b.priority || (a.priority === b.priority && a.capability > b.capability * (1 + MERIT_MARGIN));

const isRoot = ({ own, others, previous }: Surroundings): boolean => {
  const roots = others.filter(({ level }) => level === 'ROOT');
  if (previous?.level === 'ROOT') {
    return own.children >= ROOT_UNTIL && roots.every((other) => compareMerit(own, other) > 0);
  }
  return own.children >= ROOT_FROM && roots.length === 0;
};

/** The level that the node's abilities call for now. */
const suitableLevel = (seen: Surroundings): MeshLevel => {
  const { own, previous } = seen;
  if (own.relays && own.onMains) return isRoot(seen) ? 'ROOT' : 'RELAY';
  if (own.onMains && (own.stores || own.isGateway)) return 'KIOSK';
  const least = previous?.level === 'KIOSK' ? KIOSK_UNTIL : KIOSK_FROM;
  return own.relays && own.children >= least ? 'KIOSK' : 'LEAF';
};

const hasDwelt = ({ now, previous }: Surroundings): boolean =>
  previous === undefined || now - previous.since >= PLACE_DWELL;

/** Who should be no root any more steps down at once, and so does who lost its power. Everything else may wait. */
const dynamicLevel = (seen: Surroundings): MeshLevel => {
  const { own, previous } = seen;
  const level = suitableLevel(seen);
  if (previous === undefined || hasDwelt(seen)) return level;
  const isUrgent = compareLevels(level, previous.level) < 0 && (previous.level === 'ROOT' || !own.onMains);
  return isUrgent ? level : previous.level;
};

/** Among equals without an upper level: one is elected, the others are members. */
const electedOrMember = (seen: Surroundings, equals: readonly SeenNode[]): MeshRole => {
  const { own, previous } = seen;
  const leaders = equals.filter(({ role }) => leads(role));
  // Two that lead: the lesser of them yields at once, the better one stays.
  if (previous?.role === 'ELECTED') {
    return leaders.every((leader) => compareMerit(own, leader) > 0) ? 'ELECTED' : 'MEMBER';
  }
  if (equals.some((other) => compareMerit(other, own) > 0)) return 'MEMBER';
  if (leaders.length === 0) return 'ELECTED';
  return hasDwelt(seen) && leaders.every((leader) => isClearlyBetter(own, leader)) ? 'ELECTED' : 'MEMBER';
};

const dynamicRole = (seen: Surroundings, level: MeshLevel): MeshRole => {
  const { others, previous } = seen;
  if (others.length === 0) return 'STANDALONE';
  if (level === 'ROOT') return 'LEADER';
  if (others.some((other) => compareLevels(other.level, level) > 0)) {
    // An upper level that comes and goes does not take the leader from those below it each time.
    return previous?.role === 'ELECTED' && previous.level === level && !hasDwelt(seen) ? 'ELECTED' : 'MEMBER';
  }
  const equals = others.filter((other) => compareLevels(other.level, level) === 0);
  return electedOrMember(seen, equals);
};

/** Whether it follows others or sees none is no place that anybody relies on: that may change again at once. */
const place = ({ now, previous }: Surroundings, level: MeshLevel, role: MeshRole): Place => {
  if (previous?.level !== level) return { level, role, since: now };
  const isSame = previous.role === role || (!leads(previous.role) && !leads(role));
  return previous.role === role ? previous : { level, role, since: isSame ? previous.since : now };
};

const dynamicPlace = (seen: Surroundings): Place => {
  const level = dynamicLevel(seen);
  return place(seen, level, dynamicRole(seen, level));
};

const reaches = (parents: readonly NodeAddress[], nodes: readonly { readonly address: NodeAddress }[]): boolean =>
  parents.length === 0 || nodes.some(({ address }) => parents.includes(address));

export const choosePlace = (config: PlaceConfig, seen: Surroundings): Place => {
  if (config.strategy === 'dynamic') return dynamicPlace(seen);
  const isPlaced = config.strategy === 'static' || reaches(config.parents, seen.others);
  return isPlaced ? place(seen, config.level, config.role) : dynamicPlace(seen);
};

/** The candidates that the configuration allows: the named ones, and for hybrid all where none of those is here. */
export const allowedParents = <T extends { readonly address: NodeAddress }>(
  config: PlaceConfig,
  candidates: readonly T[],
): readonly T[] => {
  if (config.strategy === 'dynamic' || config.parents.length === 0) return candidates;
  const named = candidates.filter(({ address }) => config.parents.includes(address));
  return config.strategy === 'hybrid' && named.length === 0 ? candidates : named;
};
