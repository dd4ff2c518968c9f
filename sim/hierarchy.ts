import type { EngineConfig } from '#engine/config.ts';
import type { ChannelModel } from '#sim/channel.ts';
import { createNetwork, type Network } from '#sim/network.ts';
import { openPractice } from '#sim/practice.ts';
import { createRegistrar } from '#sim/registrar.ts';
import type { Setting } from '#sim/scenario.ts';
import { createSimNode, type SimNode } from '#sim/sim-node.ts';
import { createWorld, type World } from '#sim/world.ts';

/**
 * A country in small: hubs that are all linked to each other, regional relays with links to two hubs, kiosks with links to two
 * regional relays, and practices with one to a kiosk. Who is whose parent they find out themselves.
 */
export interface Hierarchy {
  readonly world: World;
  readonly network: Network;
  readonly hubs: readonly SimNode[];
  readonly regionals: readonly SimNode[];
  readonly kiosks: readonly SimNode[];
  /** All of the above. */
  readonly stations: readonly SimNode[];
  readonly practices: readonly SimNode[];
}

const HUBS = 4;
const REGIONAL_SHARE = 0.16;
/** Its operator wants it to be chosen. */
const HUB: Partial<EngineConfig> = { priority: 200 };
const KIOSK: Partial<EngineConfig> = { place: { strategy: 'static', level: 'KIOSK', role: 'MEMBER', parents: [] } };

export const buildHierarchy = (setting: Setting, practices: number, model: ChannelModel): Hierarchy => {
  const world = createWorld(setting);
  const network = createNetwork(world);
  const registrar = createRegistrar(world);
  const registrars = [registrar.pinned];
  const regionalCount = Math.max(2, Math.round(setting.nodes * REGIONAL_SHARE));
  const stations = Array.from({ length: setting.nodes }, (_, id) => {
    const config = id < HUBS ? HUB : id < HUBS + regionalCount ? {} : KIOSK;
    return createSimNode(world, id, { role: 'relay', config: { ...config, registrars } });
  });
  const hubs = stations.slice(0, HUBS);
  const regionals = stations.slice(HUBS, HUBS + regionalCount);
  const kiosks = stations.slice(HUBS + regionalCount);
  const join = (from: SimNode, to: SimNode | undefined): void => {
    if (to !== undefined) network.join(from, to, model);
  };
  for (const [index, hub] of hubs.entries()) for (const other of hubs.slice(index + 1)) join(hub, other);
  for (const [index, regional] of regionals.entries()) {
    for (let step = 0; step < 2; step++) join(regional, hubs[(index + step) % hubs.length]);
  }
  for (const [index, kiosk] of kiosks.entries()) {
    for (let step = 0; step < 2; step++) join(kiosk, regionals[(index + step) % regionals.length]);
  }
  const offices = Array.from({ length: practices }, (_, index) => {
    const practice = createSimNode(world, setting.nodes + index, { role: 'leaf', config: { registrars } });
    join(practice, kiosks[index % kiosks.length]);
    openPractice(practice);
    registrar.vouchFor(practice);
    return practice;
  });
  return { world, network, hubs, regionals, kiosks, stations, practices: offices };
};

export const parentOf = (node: SimNode): string | undefined => node.engine()?.views.topology().parent;
