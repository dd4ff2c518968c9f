import type { Millis } from '#core/brand.ts';
import type {
  InboxEntry,
  MeshPath,
  NodeClient,
  NodeStatus,
  PracticeView,
  RegionFree,
  RequestView,
  SlotDetails,
} from '#host/rpc/api.ts';
import { createFixtureNode } from '../fixture-node.ts';
import { makeSlots } from '../fixture-slots.ts';

/** What the parts show: the fixtures' practices, requests and mesh, asked for once. */
export interface PartsWorld {
  readonly node: NodeClient;
  readonly now: Millis;
  readonly slots: readonly SlotDetails[];
  readonly requests: readonly RequestView[];
  readonly practice: PracticeView | undefined;
  readonly inbox: readonly InboxEntry[];
  readonly regions: readonly RegionFree[];
  readonly paths: readonly MeshPath[];
}

export const createPartsWorld = async (): Promise<PartsWorld> => {
  const node = createFixtureNode('filled');
  const now = Date.now() as Millis;
  const { nodes, regions } = await node.mesh();
  const traced = [nodes[5], nodes[7]].map((one) => (one === undefined ? undefined : node.trace(one.address)));
  const paths = (await Promise.all(traced)).flatMap((path) => (path?.ok ? [path.value] : []));
  const [requests, practice, inbox] = await Promise.all([node.requests(), node.practice(), node.inbox()]);
  return { node, now, slots: makeSlots(now, 20), requests, practice, inbox, regions, paths };
};

/** The same node, and what else is the case with it. */
export const nodeWith = (node: NodeClient, change: Partial<NodeStatus>): NodeClient => ({
  ...node,
  status: async () => ({ ...(await node.status()), ...change }),
});
