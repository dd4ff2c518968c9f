import type { NodeAddress } from '#core/brand.ts';
import type { Command } from '#engine/command.ts';
import type { HeldAssignment } from '#engine/discovery/assignments.ts';
import type { Views } from '#engine/views.ts';
import { isLoopbackOrigin, toLearntOrigin } from '#host/discovery/learnt-origin.ts';
import type { DiscoveryStrategy, RelayCandidate } from '#ports/discovery.ts';

type AssignmentViews = Pick<Views, 'mesh' | 'relays'>;

const holds = ({ state }: HeldAssignment): boolean => state !== 'failed';

const toCandidates = (views: AssignmentViews, assigned: readonly HeldAssignment[]): RelayCandidate[] => {
  const local = views.relays().some(isLoopbackOrigin);
  return assigned.flatMap(({ origin, relay }) => {
    const usable = toLearntOrigin(origin, local);
    return usable === undefined ? [] : [{ origin: usable, confidence: 1, address: relay }];
  });
};

/** Relays to which a relay of this node's own choice assigned it, until they expire or fail. */
export const createAssignedRelays = (views: AssignmentViews, run: (command: Command) => void): DiscoveryStrategy => {
  const assigned = () => views.mesh().assignments.filter(holds);
  return {
    source: 'directed',
    candidates: () => toCandidates(views, assigned()),
    heard: (origin, outcome) => {
      if (outcome === 'failed' && assigned().some((one) => one.origin === origin))
        run({ kind: 'assignment-failed', origin });
    },
  };
};

/**
 * Of these the ones that an operator ordered whom this node's configuration names: dialled like the relays that it names, for
 * as long as they hold. What becomes of them the strategy above tells.
 */
export const createOrderedRelays = (views: AssignmentViews, operators: readonly NodeAddress[]): DiscoveryStrategy => ({
  source: 'static',
  candidates: () =>
    toCandidates(
      views,
      views.mesh().assignments.filter((one) => holds(one) && operators.includes(one.from)),
    ),
  heard: () => undefined,
});
