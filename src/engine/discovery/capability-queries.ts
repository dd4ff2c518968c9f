import type { Millis, NodeAddress } from '#core/brand.ts';
import { MAX_HOPS, NODE_TTL } from '#core/domain/limits.ts';
import { fromWireSecond } from '#core/domain/wire-time.ts';
import { ok } from '#core/result.ts';
import {
  bySureness,
  type CapableNode,
  decodeCapabilityAnswer,
  encodeCapabilityAnswer,
} from '#core/wire/capability-answer.ts';
import {
  type CapabilityQuery,
  type CapabilityWish,
  checkWish,
  decodeCapabilityQuery,
  encodeCapabilityQuery,
} from '#core/wire/capability-query.ts';
import type { CommandReply } from '#engine/command.ts';
import type { Context } from '#engine/context.ts';
import { isRouter, type Peer, type PeerTable } from '#engine/links/peer.ts';
import { createFadingMap } from '#engine/mesh/fading-map.ts';
import type { KnownNode, NodeBook } from '#engine/mesh/node-book.ts';
import type { Station } from '#engine/mesh/station.ts';
import { createTokenBucket, type Rate, type TokenBucket, takeTokens } from '#engine/token-bucket.ts';

/**
 * Which nodes can do something, asked of the neighbours that route, who know more of the mesh than a leaf, and answered out of
 * what nodes announced (docs/protocol/capability.md). Nobody passes a question on, and none says who asks.
 */
export interface CapabilityQueries {
  /** Asks the neighbours that route; the reply names the query. */
  ask(wish: CapabilityWish): CommandReply;
  onQuery(peer: Peer, frame: Uint8Array): void;
  onAnswer(peer: Peer, frame: Uint8Array): void;
  /** What is known of a query by now, the surest first; undefined when it is forgotten. */
  result(name: string): readonly CapableNode[] | undefined;
  /** What all answers of the last minutes together say. */
  capable(): readonly CapableNode[];
}

export interface CapabilityQueriesRules {
  readonly peers: PeerTable;
  readonly nodes: NodeBook;
  readonly station: () => Station | undefined;
  /** We pass on for others, so we are asked. */
  readonly routes: () => boolean;
}

/** Of one link: each question is looked up among all nodes that are known. */
const RATE: Rate = { burst: 4, perSecond: 1 / 30 };
const MAX_ASKED = 8;
const MAX_QUERIES = 16;
const MEMORY = 600_000;
const SUREST = 255;
/** One neighbour's word alone is worth no more than half: it may be a liar, or wrong. */
const OF_ONE = 2;

interface Asked {
  /** Whose answer is still to come. */
  readonly open: Set<Peer>;
  /** The chance that everybody who named a node is wrong, 0 to 1. */
  readonly doubts: Map<NodeAddress, number>;
}

const bitsIn = (mask: number): number => {
  let bits = 0;
  for (let left = mask; left > 0; left >>= 1) bits += left & 1;
  return bits;
};

/** How well this announcement answers, 0 to 255; undefined: not at all. */
export const sureness = (
  node: Pick<KnownNode, 'announce' | 'routes'>,
  { required, optional, region }: CapabilityWish,
  now: Millis,
): number | undefined => {
  const { capabilities, issued } = node.announce;
  const [nearest] = node.routes;
  const age = Math.max(0, now - fromWireSecond(issued));
  if ((capabilities & required) !== required || nearest === undefined || age >= NODE_TTL) return undefined;
  if (region !== undefined && node.announce.region !== region) return undefined;
  const fresh = 1 - age / NODE_TTL;
  const near = 1 - Math.min(nearest.hops, MAX_HOPS) / (MAX_HOPS + 1);
  const wanted = optional === 0 ? 1 : bitsIn(capabilities & optional) / bitsIn(optional);
  return Math.round(SUREST * fresh * near * ((1 + wanted) / 2));
};

export const createCapabilityQueries = (context: Context, rules: CapabilityQueriesRules): CapabilityQueries => {
  const { peers, nodes, station, routes } = rules;
  const asked = createFadingMap<number, Asked>(MAX_QUERIES, MEMORY);
  const recent: number[] = [];
  const budgets = new WeakMap<Peer, TokenBucket>();

  const mayAsk = (peer: Peer): boolean => {
    const budget = budgets.get(peer) ?? createTokenBucket(RATE, context.now());
    budgets.set(peer, budget);
    return takeTokens(budget, context.now());
  };

  /** Everybody but who is at the other end of the link: that it knows itself. */
  const lookUp = (peer: Peer, query: CapabilityQuery): CapableNode[] => {
    const found: CapableNode[] = [];
    for (const node of nodes.all()) {
      if (node.address === peer.hello?.address) continue;
      const confidence = sureness(node, query, context.now());
      if (confidence !== undefined) found.push({ address: node.address, confidence });
    }
    return found.sort(bySureness).slice(0, query.count);
  };

  const toNodes = (doubts: ReadonlyMap<NodeAddress, number>): CapableNode[] =>
    [...doubts]
      .map(([address, doubt]): CapableNode => ({ address, confidence: Math.round(SUREST * (1 - doubt)) }))
      .sort(bySureness);

  return {
    ask: (wish) => {
      const checked = checkWish(wish);
      if (!checked.ok) return checked;
      const [a = 0, b = 0, c = 0, d = 0] = context.random.bytes(4);
      const id = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
      const routers = peers.ready().filter((peer) => isRouter(peer) && peer.can.syncs);
      const neighbours = routers.slice(0, MAX_ASKED);
      asked.set(id, { open: new Set(neighbours), doubts: new Map() }, context.now());
      recent.push(id);
      if (recent.length > MAX_QUERIES) recent.shift();
      const frame = encodeCapabilityQuery({ kind: 'capabilityQuery', id, ...wish });
      for (const peer of neighbours) context.send(peer.link, frame, true);
      return ok(String(id));
    },
    onQuery: (peer, frame) => {
      const query = decodeCapabilityQuery(frame);
      if (!query.ok) return context.refused(query.code);
      if (!routes() || station() === undefined) return context.refused('wrong-state');
      if (!mayAsk(peer)) return context.refused('rate-limited');
      const found = lookUp(peer, query.value);
      const answer = encodeCapabilityAnswer({ kind: 'capabilityAnswer', id: query.value.id, nodes: found });
      context.send(peer.link, answer, true);
    },
    onAnswer: (peer, frame) => {
      const answer = decodeCapabilityAnswer(frame);
      if (!answer.ok) return context.refused(answer.code);
      const query = asked.get(answer.value.id, context.now());
      if (!query?.open.delete(peer)) return context.refused('not-found');
      for (const { address, confidence } of answer.value.nodes) {
        const before = query.doubts.get(address) ?? 1;
        query.doubts.set(address, before * (1 - confidence / SUREST / OF_ONE));
      }
      context.notify('mesh');
    },
    result: (name) => {
      const query = asked.get(Number(name), context.now());
      return query === undefined ? undefined : toNodes(query.doubts);
    },
    capable: () => {
      const best = new Map<NodeAddress, number>();
      for (const id of recent) {
        for (const [address, doubt] of asked.get(id, context.now())?.doubts ?? []) {
          best.set(address, Math.min(doubt, best.get(address) ?? 1));
        }
      }
      return toNodes(best);
    },
  };
};
