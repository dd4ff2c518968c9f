/** Candidates for a parent, as a registry would show them. */
import type { Millis, NodeAddress } from '#core/brand.ts';
import type { ParentCandidate, Standing } from '#engine/topology/parent-rank.ts';

export const node = (number: number): NodeAddress => number.toString(16).padStart(32, '0') as NodeAddress;
export const ms = (value: number): Millis => value as Millis;

export const LEAF: Standing = { address: node(0xff), level: 'LEAF', role: 'MEMBER' };

/** A relay of its own group, beside the way to the root. */
export const relay = (number: number, score: number, fields: Partial<ParentCandidate> = {}): ParentCandidate => ({
  address: node(number),
  level: 'RELAY',
  role: 'MEMBER',
  score,
  path: [],
  group: `operator ${number}`,
  isChild: false,
  ...fields,
});

/** Whole numbers below a bound, in a fixed order for each seed: a linear congruential generator, its high bits. */
export const dice = (seed: number): ((bound: number) => number) => {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
};
