import type { Millis, NodeAddress } from '#core/brand.ts';

/**
 * One way to learn of relays that could be dialled. It is a port because some ways need a realm of their own (a relay's HTTP
 * answers, later a radio or a local network); what all of them propose is weighed together in host/discovery.
 */
export interface DiscoveryStrategy {
  readonly source: DiscoverySource;
  /** What it would propose now, in any order; asked again whenever a place may be free. Never rejects, never waits. */
  candidates(): readonly RelayCandidate[];
  /** What became of a relay that was dialled, whoever had proposed it. */
  heard(origin: string, outcome: DialOutcome): void;
}

/**
 * `static`: the operator or the person named it, also by a scanned code; `rendezvous`: a linked relay named it; `cached`:
 * known from before; `region`: known, and near; `directed`: the own relay's operator assigned it; `capability`: it answers to
 * what was asked for.
 */
export type DiscoverySource = 'static' | 'rendezvous' | 'cached' | 'region' | 'directed' | 'capability';

/** `failed` is said only where others answered: without a network nobody is to blame. */
export type DialOutcome = 'linked' | 'failed';

export interface RelayCandidate {
  /** `https://host[:port]`, or `http` on this very machine. */
  readonly origin: string;
  /** 0 to 1: how sure the strategy is that it will serve well. */
  readonly confidence: number;
  /** Who it is said to be; the link's hello tells. */
  readonly address?: NodeAddress | undefined;
  /** The first two digits of a postal code, 0 to 99. */
  readonly region?: number | undefined;
  /** CAPABILITY bits. */
  readonly capabilities?: number | undefined;
  /** Since when its key is known here; undefined: it is new. */
  readonly firstSeen?: Millis | undefined;
}
