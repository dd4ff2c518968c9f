/** What windows and programs may ask of the mesh (host/rpc/mesh-api.ts), answered by an engine. */
import type { MessageId, Millis, NodeAddress } from '#core/brand.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { MESH_LEVELS } from '#core/domain/mesh-place.ts';
import { fromWireSecond } from '#core/domain/wire-time.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { CommandReply } from '#engine/command.ts';
import type { Delivery } from '#engine/mesh/deliveries.ts';
import type { KnownNode } from '#engine/mesh/node-book.ts';
import type { Station } from '#engine/mesh/station.ts';
import type { Views } from '#engine/views.ts';
import type { Driver } from '#host/driver.ts';
import { toRegions, toStanding } from '#host/node/mesh-standing.ts';
import { whenSettled } from '#host/node/practice-views.ts';
import {
  MAX_KEPT_MESSAGES,
  MAX_SHOWN_DELIVERIES,
  MAX_SHOWN_NODES,
  type MeshApi,
  type MeshDelivery,
  type MeshMessage,
  type MeshNodeView,
  type MeshOverview,
  type MeshPath,
  type MeshPlace,
} from '#host/rpc/mesh-api.ts';
import type { Clock } from '#ports/clock.ts';

export interface MeshCalls extends MeshApi {
  /** The same with another patience, in milliseconds: when it is over, the answer says what is known without one. */
  trace(target: NodeAddress, patience?: number): Promise<Result<MeshPath>>;
}

export interface MeshCallsParts {
  readonly driver: Driver;
  readonly views: Pick<Views, 'mesh' | 'identity' | 'topology' | 'regions'>;
  readonly clock: Clock;
  /** A message came. */
  readonly onMessage: (message: MeshMessage) => void;
}

/** A little more than the engine waits for an answer. */
export const TRACE_PATIENCE_MS = 6_000;
const ADDRESS_BYTES = 16;

export const isAddress = (text: unknown): text is NodeAddress =>
  typeof text === 'string' && fromHex(text)?.length === ADDRESS_BYTES;

export const createMeshCalls = ({ driver, views, clock, onMessage }: MeshCallsParts): MeshCalls => {
  const inbox: MeshMessage[] = [];
  driver.onMessage((received) => {
    const message: MeshMessage = { ...received, receivedAt: clock.now() };
    inbox.push(message);
    if (inbox.length > MAX_KEPT_MESSAGES) inbox.shift();
    onMessage(message);
  });

  /** Resolves when the trace has ended or the patience is over. */
  const ended = (trace: string, patience: number): Promise<void> =>
    new Promise((done) => {
      const finish = (): void => {
        cancel();
        unsubscribe();
        done();
      };
      const cancel = clock.wakeAt((clock.now() + patience) as Millis, finish);
      const unsubscribe = driver.subscribe((topic) => {
        if (topic === 'mesh' && views.mesh().trace(trace) !== undefined) finish();
      });
    });

  const trace: MeshCalls['trace'] = async (target, patience = TRACE_PATIENCE_MS) => {
    if (!isAddress(target)) return refuse('malformed');
    const asked = await driver.command({ kind: 'trace', target });
    if (!asked.ok) return asked;
    const announcedHops = hopsTo(views, target);
    const atOnce = views.mesh().trace(asked.value);
    // It ended without a single hop before anybody could answer: there is nobody to ask, or it is us.
    if (atOnce !== undefined && atOnce.hops.length === 0) {
      return ok({ target, end: atOnce.reached ? 'here' : 'no-way', hops: [], announcedHops });
    }
    if (atOnce === undefined) await ended(asked.value, patience);
    const { reached, hops } = views.mesh().trace(asked.value) ?? { reached: false, hops: [] };
    const end = reached ? 'reached' : hops.length > 0 ? 'lost' : 'no-answer';
    return ok({ target, end, hops, announcedHops });
  };

  return {
    send: async (to, body) =>
      isAddress(to) ? toId(await driver.command({ kind: 'send', destination: to, body })) : refuse('malformed'),
    broadcast: async (body) => toId(await driver.command({ kind: 'broadcast', body })),
    trace,
    mesh: () => whenSettled(driver, () => toOverview(views)),
    messages: () => Promise.resolve([...inbox]),
  };
};

const toId = (reply: CommandReply): Result<MessageId> => (reply.ok ? ok(reply.value as MessageId) : reply);

const hopsTo = (views: Pick<Views, 'mesh'>, target: NodeAddress): number | undefined => {
  for (const node of views.mesh().nodes) if (node.address === target) return node.routes[0]?.hops;
  return undefined;
};

export const toDelivery = ({ id, destination, phase, code, times }: Delivery): MeshDelivery => ({
  id,
  to: destination,
  phase,
  code,
  times,
});

const toPlace = (
  address: NodeAddress,
  { level, capabilities, region }: Pick<Station, 'level' | 'capabilities' | 'region'>,
): MeshPlace => ({ address, level: MESH_LEVELS[level] ?? 'LEAF', capabilities, region });

const toNodeView = (views: Pick<Views, 'identity'>, { address, announce, routes }: KnownNode): MeshNodeView => ({
  ...toPlace(address, announce),
  name: views.identity(address)?.record.profile?.name,
  announcedAt: fromWireSecond(announce.issued),
  hops: routes[0]?.hops,
  ways: routes.length,
});

const RELAY_LEVEL = MESH_LEVELS.indexOf('RELAY');
const FAR = Number.POSITIVE_INFINITY;

/** Relays first, the highest in front; then the nearest; then by address, so that the list stays as it is. */
const byPlace = (a: KnownNode, b: KnownNode): number => {
  const rank = ({ announce }: KnownNode): number => (announce.level >= RELAY_LEVEL ? announce.level : 0);
  const distance = ({ routes }: KnownNode): number => routes[0]?.hops ?? FAR;
  if (rank(a) !== rank(b)) return rank(b) - rank(a);
  if (distance(a) !== distance(b)) return distance(a) < distance(b) ? -1 : 1;
  return a.address < b.address ? -1 : 1;
};

const toOverview = (views: MeshCallsParts['views']): MeshOverview => {
  const { self, nodes, deliveries, stats } = views.mesh();
  const { isBridge, ...counts } = stats;
  const shown = [...nodes].sort(byPlace).slice(0, MAX_SHOWN_NODES);
  return {
    self: self === undefined ? undefined : toPlace(self.address, self),
    standing: toStanding(views.topology()),
    regions: toRegions(views.regions()),
    isBridge,
    counts,
    nodes: shown.map((node) => toNodeView(views, node)),
    deliveries: deliveries.slice(-MAX_SHOWN_DELIVERIES).map(toDelivery),
  };
};
