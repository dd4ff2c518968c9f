import { isLoopbackOrigin, toLearntOrigin } from '#host/discovery/learnt-origin.ts';
import { createTrackRecord } from '#host/discovery/track-record.ts';
import type { DiscoveryStrategy } from '#ports/discovery.ts';

/**
 * Relays that the relays we reach say they are linked to (docs/protocol/discovery.md). Who names relays that do not answer
 * is believed less and less; several that name the same one are believed more.
 */
export interface Rendezvous extends DiscoveryStrategy {
  /** The relay at this origin names these. Replaces what it named before. */
  learn(teller: string, origins: readonly string[]): void;
}

/** Relays whose lists are remembered, and of each list so many entries. */
const MAX_TELLERS = 16;
const MAX_NAMED = 8;

export const createRendezvous = (): Rendezvous => {
  const named = new Map<string, readonly string[]>();
  const tellers = createTrackRecord();
  const tellersOf = (origin: string): string[] =>
    [...named].filter(([, origins]) => origins.includes(origin)).map(([teller]) => teller);

  return {
    source: 'rendezvous',
    learn: (teller, origins) => {
      const local = isLoopbackOrigin(teller);
      const usable = origins.slice(0, MAX_NAMED).flatMap((origin) => toLearntOrigin(origin, local) ?? []);
      named.delete(teller);
      named.set(
        teller,
        usable.filter((origin) => origin !== teller),
      );
      const [oldest] = named.keys();
      if (named.size > MAX_TELLERS && oldest !== undefined) named.delete(oldest);
    },
    candidates: () =>
      [...new Set([...named.values()].flat())].map((origin) => {
        const doubt = tellersOf(origin).reduce((left, teller) => left * (1 - tellers.of(teller) / 2), 1);
        return { origin, confidence: 1 - doubt };
      }),
    heard: (origin, outcome) => {
      for (const teller of tellersOf(origin)) tellers.heard(teller, outcome);
    },
  };
};
