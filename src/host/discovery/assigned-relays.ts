import type { Command } from '#engine/command.ts';
import type { Views } from '#engine/views.ts';
import { isLoopbackOrigin, toLearntOrigin } from '#host/discovery/learnt-origin.ts';
import type { DiscoveryStrategy } from '#ports/discovery.ts';

/** Relays to which a relay of this node's own choice assigned it, until they expire or fail. */
export const createAssignedRelays = (
  views: Pick<Views, 'mesh' | 'relays'>,
  run: (command: Command) => void,
): DiscoveryStrategy => {
  const assigned = () => views.mesh().assignments.filter(({ state }) => state !== 'failed');
  return {
    source: 'directed',
    candidates: () => {
      const local = views.relays().some(isLoopbackOrigin);
      return assigned().flatMap(({ origin, relay }) => {
        const usable = toLearntOrigin(origin, local);
        return usable === undefined ? [] : [{ origin: usable, confidence: 1, address: relay }];
      });
    },
    heard: (origin, outcome) => {
      if (outcome === 'failed' && assigned().some((one) => one.origin === origin))
        run({ kind: 'assignment-failed', origin });
    },
  };
};
