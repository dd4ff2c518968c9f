import type { Millis } from '#core/brand.ts';
import type { Command } from '#engine/command.ts';
import type { Views } from '#engine/views.ts';
import { createAssignedRelays } from '#host/discovery/assigned-relays.ts';
import { createCachedPeers } from '#host/discovery/cached-peers.ts';
import { createCapableNodes } from '#host/discovery/capable-nodes.ts';
import { createDiscovery } from '#host/discovery/discovery.ts';
import { createOwnRegion } from '#host/discovery/own-region.ts';
import { createStaticList } from '#host/discovery/static-list.ts';
import type { Driver } from '#host/driver.ts';
import { createDialling, type Dialling, type DiallingParts } from '#host/node/dialling.ts';
import type { RelayList } from '#host/node/relay-list.ts';
import type { DiscoveryStrategy } from '#ports/discovery.ts';

/** A node's links to relays: those of its list, and those that it finds by its memory, its region and whatever is added. */
export interface RelayFinding {
  readonly dialling: Dialling;
  isFound(origin: string): boolean;
  stop(): void;
}

export interface RelayFindingParts extends DiallingParts {
  readonly driver: Driver;
  readonly views: Views;
  readonly relays: Pick<RelayList, 'all' | 'isRemoved'>;
  readonly strategies: readonly DiscoveryStrategy[];
  /** As in DiscoveryParts. */
  readonly most?: number;
}

/** Much that is told of the mesh changes nothing here: it is looked at once for all that came in this time. */
const REFRESH_AFTER = 250;

export const startRelayFinding = (parts: RelayFindingParts): RelayFinding => {
  const { driver, views, relays, strategies, clock, random } = parts;
  const run = (command: Command): void => void driver.command(command);
  const dialling = createDialling({
    ...parts,
    onChange: () => {
      discovery.refresh();
      parts.onChange();
    },
  });
  const discovery = createDiscovery({
    strategies: [
      createStaticList(relays),
      createAssignedRelays(views, run),
      createCachedPeers(views),
      // Where a practice or a relay is, which it announces. Anybody else has no region, not even one that only this device knows.
      createOwnRegion(views, () => views.mesh().self?.region),
      createCapableNodes(views, clock, run),
      ...strategies,
    ],
    dialling,
    isRemoved: relays.isRemoved,
    clock,
    random,
    ...(parts.most === undefined ? {} : { most: parts.most }),
  });
  let cancelRefresh: (() => void) | undefined;
  // An assignment came or ended, or neighbours answered.
  const unsubscribe = driver.subscribe((topic) => {
    if (topic !== 'mesh') return;
    cancelRefresh ??= clock.wakeAt((clock.now() + REFRESH_AFTER) as Millis, () => {
      cancelRefresh = undefined;
      discovery.refresh();
    });
  });
  discovery.refresh();
  return {
    dialling,
    isFound: discovery.isFound,
    stop: () => {
      cancelRefresh?.();
      unsubscribe();
      discovery.stop();
      dialling.stop();
    },
  };
};
