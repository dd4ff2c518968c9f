/**
 * What time it is at least, by what keys signed for which a registrar vouches: for devices whose clock nobody sets
 * (docs/decisions/0030-a-clock-from-below.md).
 */
import * as v from 'valibot';
import type { Millis, NodeAddress } from '#core/brand.ts';
import { FUTURE_TOLERANCE, ISSUE_SKEW } from '#core/domain/limits.ts';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import type { Result } from '#core/result.ts';
import type { Context } from '#engine/context.ts';

/** The latest date that a key signed. */
export type Witness = readonly [address: NodeAddress, at: Millis];

export interface WitnessedTime {
  /** This date of this key would change something: a check that costs no signature. */
  isNews(address: NodeAddress, at: Millis): boolean;
  /** The key signed it, and a registrar vouches for the key. */
  note(address: NodeAddress, at: Millis): void;
  /** Keys were revoked: from the next start on, nothing of theirs counts. */
  retain(counts: (address: NodeAddress) => boolean): void;
  /** A relay says that it is `at`. What cannot be true then is forgotten. */
  told(at: Millis): void;
  /** The true time is not before this; 0: nobody knows. */
  floor(): Millis;
  /** Somebody signed what is from the future here. */
  isDoubted(): boolean;
}

/** So many different keys must agree: one or two that are wrong, or stolen, move nothing. */
const ENOUGH = 3;
/** More are kept, for some of them may be revoked. */
const MAX_WITNESSES = 8;
/** A floor that rose by less is not written down. */
const GRAIN = 600_000;

export const WITNESSES_KEY = 'witnesses';
const schema = v.pipe(
  v.array(
    v.tuple([v.custom<NodeAddress>((address) => typeof address === 'string'), v.custom<Millis>(Number.isFinite)]),
  ),
  v.maxLength(MAX_WITNESSES),
);
export const decodeWitnesses = (bytes: Uint8Array): Result<readonly Witness[]> => decodeLocal(schema, bytes);

/** The third of the latest dates, each of another key, less what an honest clock may be ahead. */
export const floorOf = (witnesses: readonly Witness[]): Millis =>
  Math.max(0, (witnesses[ENOUGH - 1]?.[1] ?? 0) - ISSUE_SKEW) as Millis;

/** `relayTime`: what time it is by a relay that is linked. Nothing later counts meanwhile. */
export const createWitnessedTime = (
  context: Context,
  loaded: readonly Witness[],
  relayTime: () => Millis | undefined,
): WitnessedTime => {
  let witnesses = loaded;
  let kept = loaded;

  const keep = (): void => {
    kept = witnesses;
    context.persist({ op: 'put', table: 'meta', key: WITNESSES_KEY, value: encodeLocal(witnesses) });
  };
  const isNews: WitnessedTime['isNews'] = (address, at) => {
    const own = witnesses.find(([known]) => known === address) ?? witnesses[MAX_WITNESSES - 1];
    return at > (own?.[1] ?? 0) && at <= (relayTime() ?? at) + FUTURE_TOLERANCE;
  };

  return {
    isNews,
    note: (address, at) => {
      if (!isNews(address, at)) return;
      const others = witnesses.filter(([known]) => known !== address);
      witnesses = [...others, [address, at] as const].sort((one, other) => other[1] - one[1]).slice(0, MAX_WITNESSES);
      const floor = floorOf(witnesses);
      const isRaised = floor > context.now();
      if (isRaised || witnesses.length > kept.length || floor >= floorOf(kept) + GRAIN) keep();
      if (isRaised) context.emit({ kind: 'not-before', at: floor });
      if (at > context.now()) context.notify('status');
    },
    retain: (counts) => {
      witnesses = witnesses.filter(([address]) => counts(address));
      if (witnesses.length < kept.length) keep();
    },
    told: (at) => {
      const possible = witnesses.filter(([, signed]) => signed <= at + FUTURE_TOLERANCE);
      const isAhead = floorOf(witnesses) > at + ISSUE_SKEW;
      if (!isAhead && possible.length === witnesses.length) return;
      witnesses = possible;
      keep();
      // A floor that may be true is not said again, nor a lower one: the clock has gone on since.
      if (isAhead) context.emit({ kind: 'not-before', at: floorOf(witnesses) });
    },
    floor: () => floorOf(witnesses),
    isDoubted: () => (witnesses[0]?.[1] ?? 0) > context.now() + FUTURE_TOLERANCE,
  };
};
