import type { RelayList } from '#host/node/relay-list.ts';
import type { DiscoveryStrategy } from '#ports/discovery.ts';

/** The relays that the operator or the person named. They are dialled whatever the other strategies say, and for ever. */
export const createStaticList = (relays: Pick<RelayList, 'all'>): DiscoveryStrategy => ({
  source: 'static',
  candidates: () => relays.all().map((origin) => ({ origin, confidence: 1 })),
  // Whoever named it wants it tried again, however often it failed.
  heard: () => undefined,
});
