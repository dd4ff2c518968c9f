import { ok, refuse } from '#core/result.ts';
import type { NodeClient } from '#host/rpc/api.ts';

/** As long as the text of the largest bundle. */
const SEALED = '6F7/RLNP4100KB0*M0DY07005Z1'.repeat(20).slice(0, 534);

/** Requests that go from a phone's screen to a kiosk's camera. */
export const handOverCalls = (): Pick<NodeClient, 'showSealed' | 'takeBrought'> => {
  const brought = new Set<string>();
  return {
    showSealed: () => Promise.resolve(ok(SEALED)),
    takeBrought: (name) => {
      if (brought.has(name)) return Promise.resolve(ok('known'));
      if (brought.size >= 6) return Promise.resolve(refuse('rate-limited'));
      brought.add(name);
      return Promise.resolve(ok('taken'));
    },
  };
};
