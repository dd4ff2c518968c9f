/**
 * Who may be whose parent. Every node compares by the same order, level first, then who leads, then who is nearer to the top,
 * then the lower address, and takes only parents above itself in it: as long as what nodes know of each other is true, no cycle
 * can close. The path to the root that each candidate reports catches what was true a moment ago.
 */
import type { NodeAddress } from '#core/brand.ts';
import { compareLevels, leads, type MeshLevel, type MeshRole } from '#core/domain/mesh-place.ts';

/** Addresses of a path to the root that travel in a beacon. */
export const MAX_PATH = 4;

/** Deeper than anything that has a way. */
const NO_WAY = 1_000;

export interface Standing {
  readonly address: NodeAddress;
  readonly level: MeshLevel;
  readonly role: MeshRole;
  /** Steps to the top; undefined: no way there is known. */
  readonly depth?: number | undefined;
}

export interface ParentCandidate extends Standing {
  /** As parentScore computes it, 0 to 1. */
  readonly score: number;
  /** Its parent, its parent's parent, and so on; at most MAX_PATH. */
  readonly path: readonly NodeAddress[];
  /** Who would fail with it: its operator, or the subnet that it is reached in. */
  readonly group: string;
  /** It has chosen this node as its parent. */
  readonly isChild: boolean;
}

export interface EligibleParent extends ParentCandidate {
  readonly isUpper: boolean;
}

/** As its path says; a node that leads is the top itself. */
export const depthOf = ({
  path,
  level,
  role,
}: Pick<ParentCandidate, 'path' | 'level' | 'role'>): number | undefined => {
  if (path.length > 0) return path.length;
  return level === 'ROOT' || leads(role) ? 0 : undefined;
};

/** Positive when `a` stands above `b`; 0 only for the same node. */
export const compareStanding = (a: Standing, b: Standing): number => {
  const byLevel = compareLevels(a.level, b.level) || Number(leads(a.role)) - Number(leads(b.role));
  if (byLevel !== 0 || a.address === b.address) return byLevel;
  const byDepth = (b.depth ?? NO_WAY) - (a.depth ?? NO_WAY);
  if (byDepth !== 0) return byDepth;
  return a.address < b.address ? 1 : -1;
};

const mayServe = (own: Standing, candidate: ParentCandidate): boolean =>
  candidate.address !== own.address &&
  !candidate.isChild &&
  !candidate.path.includes(own.address) &&
  compareStanding(candidate, own) > 0;

/** Those that may be a parent, each once, and whether it is of an upper level: an equal is for where there is none. */
export const eligibleParents = (own: Standing, candidates: readonly ParentCandidate[]): EligibleParent[] => {
  // Of several entries for one address the last is the one that counts.
  const byAddress = new Map(candidates.map((candidate) => [candidate.address, candidate]));
  return [...byAddress.values()]
    .filter((candidate) => mayServe(own, candidate))
    .map((candidate) => ({ ...candidate, isUpper: compareLevels(candidate.level, own.level) > 0 }));
};

/** The better one first, whatever the order of the list was: upper levels, then the score, then the lower address. */
export const byMerit = (a: EligibleParent, b: EligibleParent): number =>
  Number(b.isUpper) - Number(a.isUpper) || b.score - a.score || (a.address < b.address ? -1 : 1);

/** True when `challenger` is of an upper level and `current` is not, or its score is better by this share. */
export const isClearlyBetter = (challenger: EligibleParent, current: EligibleParent, hysteresis: number): boolean =>
  challenger.isUpper === current.isUpper ? challenger.score > current.score * (1 + hysteresis) : challenger.isUpper;

/** What a node reports as its own path when `parent` is its parent. */
export const pathThrough = (parent: ParentCandidate | undefined): NodeAddress[] =>
  parent === undefined ? [] : [parent.address, ...parent.path].slice(0, MAX_PATH);
