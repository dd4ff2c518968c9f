import type { Millis } from '#core/brand.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { MAX_CAPABLE } from '#core/wire/capability-query.ts';
import type { Command } from '#engine/command.ts';
import type { Views } from '#engine/views.ts';
import { toCandidate } from '#host/discovery/cached-peers.ts';
import type { Clock } from '#ports/clock.ts';
import type { DiscoveryStrategy, RelayCandidate } from '#ports/discovery.ts';

/**
 * Relays that the neighbours say are there and near: asks whenever a link came about, at most once a minute. An announcement
 * has no origin, so only those that are known by one can be dialled: it says which of the known ones are up.
 */
export const createCapableNodes = (
  views: Pick<Views, 'mesh' | 'peers'>,
  clock: Clock,
  run: (command: Command) => void,
): DiscoveryStrategy => {
  let askedAt: number | undefined;
  return {
    source: 'capability',
    candidates: () => {
      const peers = new Map(views.peers().map((peer) => [peer.address, peer]));
      return views
        .mesh()
        .capable()
        .flatMap(({ address, confidence }): RelayCandidate[] => {
          const peer = peers.get(address);
          return peer?.origin === undefined ? [] : [toCandidate(peer.origin, peer, confidence / 255)];
        });
    },
    heard: (_origin, outcome) => {
      const now = clock.now();
      if (outcome !== 'linked' || (askedAt !== undefined && now - askedAt < ASK_EVERY)) return;
      askedAt = now;
      // A moment after the link is there: the hellos come first.
      clock.wakeAt((now + AFTER_HELLO) as Millis, () => run(WISH));
    },
  };
};

const ASK_EVERY = 60_000;
const AFTER_HELLO = 2_000;
const WISH = {
  kind: 'find-nodes',
  required: CAPABILITY.ROUTER | CAPABILITY.RELAY,
  optional: CAPABILITY.STORE,
  region: undefined,
  count: MAX_CAPABLE,
} as const;
