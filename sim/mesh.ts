import type { OfferId, Plz } from '#core/brand.ts';
import type { ChannelModel } from '#sim/channel.ts';
import { createNetwork, type Network } from '#sim/network.ts';
import { openPractice } from '#sim/practice.ts';
import { createRegistrar } from '#sim/registrar.ts';
import type { Setting } from '#sim/scenario.ts';
import { createSimNode, type SimNode } from '#sim/sim-node.ts';
import { randomMesh } from '#sim/topology.ts';
import { createWorld, type World } from '#sim/world.ts';

/** A mesh with practices at its edge: what most scenarios begin with. */
export interface Mesh {
  readonly world: World;
  readonly network: Network;
  readonly nodes: readonly SimNode[];
  /** Each linked to one node of the mesh, a relay, and vouched for. */
  readonly practices: readonly SimNode[];
}

export interface MeshPlan {
  readonly degree: number;
  /** So many of the nodes are relays, the others leaves; practices are linked to relays. */
  readonly relays: number;
  readonly practices: number;
  readonly model: ChannelModel;
  /** The links come to be one after another within so many milliseconds, as people open the app; otherwise all at once. */
  readonly joinsWithin?: number;
  /** Of the practice of this number; all in one region otherwise. */
  readonly plzOf?: (practice: number) => Plz;
}

export const buildMesh = (setting: Setting, plan: MeshPlan): Mesh => {
  const world = createWorld(setting);
  const network = createNetwork(world);
  const registrar = createRegistrar(world);
  const config = { registrars: [registrar.pinned] };
  const every = Math.max(1, Math.floor(setting.nodes / plan.relays));
  const nodes = Array.from({ length: setting.nodes }, (_, id) =>
    createSimNode(world, id, { role: id % every === 0 ? 'relay' : 'leaf', config }),
  );
  const relays = nodes.filter(({ role }) => role === 'relay');
  const [first] = relays;
  if (first === undefined) throw new RangeError('a mesh has relays');
  const starts = world.dice.named('starts');
  for (const [from, to] of randomMesh(setting.nodes, plan.degree, world.dice.named('mesh'))) {
    const join = (): undefined => void network.join(nodes[from] ?? first, nodes[to] ?? first, plan.model);
    if (plan.joinsWithin === undefined) join();
    else world.at(starts.fraction() * plan.joinsWithin, join);
  }
  const practices = Array.from({ length: plan.practices }, (_, index) => {
    const practice = createSimNode(world, setting.nodes + index, { role: 'leaf', config });
    network.join(practice, relays[Math.floor((index * relays.length) / plan.practices)] ?? first, plan.model);
    openPractice(practice, plan.plzOf?.(index));
    registrar.vouchFor(practice);
    return practice;
  });
  return { world, network, nodes, practices };
};

/** How many slots of a practice's first offer a node knows; undefined when it does not know the offer. */
export const slotsKnown = (node: SimNode, practice: SimNode): number | undefined => {
  const { address } = practice;
  const offer = address === undefined ? undefined : node.engine()?.views.offer(address, 0 as OfferId);
  return offer?.announce.starts.length;
};

/**
 * Plays until every node knows so many slots of the practice, at most `limit` milliseconds; returns when each came to
 * know them, looked at every `step`.
 */
export const watchSpread = async (
  world: World,
  nodes: readonly SimNode[],
  practice: SimNode,
  wanted: { readonly slots: number; readonly limit: number; readonly step: number },
): Promise<ReadonlyMap<number, number>> => {
  const arrivals = new Map<number, number>();
  const begun = world.now();
  for (;;) {
    for (const node of nodes) {
      if (!arrivals.has(node.id) && slotsKnown(node, practice) === wanted.slots) arrivals.set(node.id, world.now());
    }
    if (arrivals.size === nodes.length || world.now() - begun >= wanted.limit) return arrivals;
    await world.run(wanted.step);
  }
};
