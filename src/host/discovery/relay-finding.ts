import type { Command } from '#engine/command.ts';
import type { PracticeRecord } from '#engine/fapp/practice-record.ts';
import type { Views } from '#engine/views.ts';
import { createAssignedRelays } from '#host/discovery/assigned-relays.ts';
import { createCachedPeers } from '#host/discovery/cached-peers.ts';
import { createCapableNodes } from '#host/discovery/capable-nodes.ts';
import { createDiscovery, type Discovery } from '#host/discovery/discovery.ts';
import { createOwnRegion } from '#host/discovery/own-region.ts';
import { createStaticList } from '#host/discovery/static-list.ts';
import type { Driver } from '#host/driver.ts';
import { createDialling, type Dialling, type DiallingParts } from '#host/node/dialling.ts';
import type { RelayList } from '#host/node/relay-list.ts';
import type { DiscoveryStrategy } from '#ports/discovery.ts';

/** A leaf's links to relays: those of its list, and those that it finds by its memory, its region and whatever is added. */
export interface RelayFinding {
  readonly dialling: Dialling;
  readonly discovery: Discovery;
}

export interface RelayFindingParts extends DiallingParts {
  readonly driver: Driver;
  readonly views: Views;
  readonly relays: RelayList;
  readonly strategies: readonly DiscoveryStrategy[];
}

/** Where a practice is, which it announces. Anybody else has no region, not even one that only this device knows. */
const regionOf = (practice: PracticeRecord | undefined): number | undefined =>
  practice?.profile === undefined ? undefined : Math.floor(Number(practice.profile.plz) / 1_000);

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
      createOwnRegion(views, () => regionOf(views.practice())),
      createCapableNodes(views, clock, run),
      ...strategies,
    ],
    dialling,
    isRemoved: relays.isRemoved,
    clock,
    random,
  });
  // An assignment came, or neighbours answered.
  driver.subscribe((topic) => {
    if (topic === 'mesh') discovery.refresh();
  });
  discovery.refresh();
  return { dialling, discovery };
};
