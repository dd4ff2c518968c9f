import type { Millis } from '#core/brand.ts';
import { createMeshPositions, type MeshCandidate, type MeshPosition } from '#engine/peers/mesh-positions.ts';
import { operatorOf } from '#engine/peers/operator.ts';
import { type MergedCandidate, mergeCandidates } from '#host/discovery/merged-candidates.ts';
import type { Dialling } from '#host/node/dialling.ts';
import type { RelayStatus } from '#host/rpc/api.ts';
import type { Clock } from '#ports/clock.ts';
import type { DialOutcome, DiscoveryStrategy } from '#ports/discovery.ts';
import type { Rng } from '#ports/rng.ts';

/**
 * Decides whom to dial: everybody whom the operator or the person named, and beside them as many found relays as it takes to
 * be linked to two, of two operators where there are two, and never to more than three (docs/protocol/discovery.md). Named
 * ones are never replaced, and removed ones never come back.
 */
export interface Discovery {
  /** Something may have changed: dials whoever is missing, lets go of whoever is too many. */
  refresh(): void;
  /** Dialled because a strategy found it, and not because somebody named it. */
  isFound(origin: string): boolean;
  stop(): void;
}

export interface DiscoveryParts {
  readonly strategies: readonly DiscoveryStrategy[];
  readonly dialling: Pick<Dialling, 'add' | 'remove' | 'status'>;
  /** The person does not want this relay. */
  readonly isRemoved: (origin: string) => boolean;
  /** So many links at most when a found one is among them; MOST_LINKS unless given. */
  readonly most?: number;
  readonly clock: Clock;
  readonly random: Rng;
}

export const WANTED_LINKS = 2;
/** With a third one when the first two are one operator's. */
export const MOST_LINKS = 3;
const OPERATORS = 2;
/** A found relay that did not answer rests: long while others answer, briefly while nobody does. */
const REST = 600_000;
const REST_ALONE = 15_000;
const MAX_RESTING = 64;
/** One change may call for another; more rounds than this wait for the next refresh. */
const MAX_ROUNDS = 4;

const operatorsOf = (origins: readonly string[]): number =>
  new Set(origins.map((origin) => operatorOf({ origin, subnet: undefined }))).size;

const toPosition = (origin: string): MeshPosition => ({
  peer: { address: origin, origin, subnet: undefined, firstSeen: 0 as Millis },
  outbound: true,
});

/** Among so many places all may be young, as a node that starts knows nobody for long. */
const placesFor = (positions: number) =>
  createMeshPositions({ positions, perSubnet: WANTED_LINKS, young: positions, outbound: positions });

/** Whom to dial beside those that are dialled: for two links, or for one more that brings a second operator. */
const choose = (
  held: readonly string[],
  candidates: readonly MergedCandidate[],
  most: number,
  now: Millis,
): string[] => {
  if (held.length >= most || (held.length >= WANTED_LINKS && operatorsOf(held) >= OPERATORS)) return [];
  const peers = candidates.map(
    ({ origin, firstSeen }): MeshCandidate => ({
      address: origin,
      origin,
      subnet: undefined,
      firstSeen: firstSeen ?? now,
    }),
  );
  const goal = held.length < WANTED_LINKS ? WANTED_LINKS : held.length + 1;
  const chosen = placesFor(goal).fill(peers, held.map(toPosition), now);
  const origins = chosen.flatMap(({ origin }) => origin ?? []);
  return goal === WANTED_LINKS || operatorsOf([...held, ...origins]) >= OPERATORS ? origins : [];
};

export const createDiscovery = (parts: DiscoveryParts): Discovery => {
  const { strategies, dialling, isRemoved, clock, random, most = MOST_LINKS } = parts;
  const found = new Set<string>();
  let lastNamed: readonly string[] = [];
  const resting = new Map<string, Millis>();
  const told = new Map<string, DialOutcome>();
  let cancelRetry: (() => void) | undefined;
  let running = false;
  let again = false;
  let stopped = false;

  const shuffle = <T>(values: readonly T[]): T[] =>
    values
      .map((value) => ({ value, at: random.bytes(4).reduce((sum, byte) => sum * 256 + byte, 0) }))
      .sort((a, b) => a.at - b.at)
      .map(({ value }) => value);

  const tell = (origin: string, outcome: DialOutcome): void => {
    if (told.get(origin) === outcome) return;
    told.set(origin, outcome);
    for (const strategy of strategies) strategy.heard(origin, outcome);
  };
  const rest = (origin: string, until: number): void => {
    resting.delete(origin);
    resting.set(origin, until as Millis);
    const [oldest] = resting.keys();
    if (resting.size > MAX_RESTING && oldest !== undefined) resting.delete(oldest);
  };

  /** What became of the dialled ones. A found relay that does not answer makes room for another. */
  const judge = (statuses: readonly RelayStatus[]): void => {
    const someAnswer = statuses.some(({ state }) => state === 'connected');
    for (const { origin, state } of statuses) {
      if (state === 'connected') tell(origin, 'linked');
      if (state !== 'unreachable') continue;
      if (someAnswer) tell(origin, 'failed');
      if (!found.delete(origin)) continue;
      rest(origin, clock.now() + (someAnswer ? REST : REST_ALONE));
      dialling.remove(origin);
    }
    const dialled = new Set(statuses.map(({ origin }) => origin));
    for (const origin of told.keys()) if (!dialled.has(origin)) told.delete(origin);
  };

  /** Named relays came back: the found ones beside them go, the last first, unless they are the only other operator. */
  const letGo = (): void => {
    const linked = dialling.status().filter(({ state }) => state === 'connected');
    let left = linked.map(({ origin }) => origin);
    for (const origin of [...found].reverse()) {
      const others = left.filter((other) => other !== origin);
      if (left.length <= MOST_LINKS || !left.includes(origin)) continue;
      if (operatorsOf(others) < Math.min(OPERATORS, operatorsOf(left))) continue;
      left = others;
      found.delete(origin);
      dialling.remove(origin);
    }
  };

  /** In the order in which they were named, as they are shown. */
  const named = (): string[] =>
    strategies
      .filter(({ source }) => source === 'static')
      .flatMap((strategy) => strategy.candidates().map(({ origin }) => origin))
      .filter((origin) => !isRemoved(origin));

  /** Whoever is named no more is a found one from then on, and goes when there are too many. */
  const settleNamed = (): void => {
    const names = named();
    for (const origin of lastNamed) if (!names.includes(origin)) found.add(origin);
    for (const origin of names) {
      found.delete(origin);
      dialling.add(origin);
    }
    lastNamed = names;
  };

  const settle = (): void => {
    judge(dialling.status());
    const now = clock.now();
    for (const [origin, until] of resting) if (until <= now) resting.delete(origin);
    settleNamed();
    letGo();
    const candidates = mergeCandidates(strategies, shuffle).filter(({ origin }) => !isRemoved(origin));
    const statuses = dialling.status();
    const dialled = new Set(statuses.map(({ origin }) => origin));
    for (const origin of found) if (!dialled.has(origin)) found.delete(origin);
    const held = statuses.filter(({ state }) => state !== 'unreachable').map(({ origin }) => origin);
    const free = candidates.filter(({ origin }) => !dialled.has(origin) && !resting.has(origin));
    for (const origin of choose(held, free, most, now)) {
      found.add(origin);
      dialling.add(origin);
    }
  };

  /** When the first one that rests may be tried again. */
  const schedule = (): void => {
    cancelRetry?.();
    cancelRetry = undefined;
    if (resting.size === 0) return;
    const first = Math.min(...resting.values()) as Millis;
    cancelRetry = clock.wakeAt(first, () => {
      cancelRetry = undefined;
      refresh();
    });
  };

  /** Dialling tells of every change, also of those that are made here. */
  const refresh = (): void => {
    again = true;
    if (running || stopped) return;
    running = true;
    for (let round = 0; again && round < MAX_ROUNDS; round++) {
      again = false;
      settle();
    }
    running = false;
    schedule();
  };

  return {
    refresh,
    isFound: (origin) => found.has(origin),
    stop: () => {
      stopped = true;
      cancelRetry?.();
    },
  };
};
