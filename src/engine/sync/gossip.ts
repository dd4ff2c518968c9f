import type { Millis } from '#core/brand.ts';
import type { Context } from '#engine/context.ts';
import type { Peer, PeerTable } from '#engine/links/peer.ts';
import type { Standing } from '#engine/records/standing.ts';
import { takeTokens } from '#engine/token-bucket.ts';
import type { Lane } from '#ports/transport.ts';

/**
 * The push half of gossip ("rumor mongering", Demers et al., "Epidemic algorithms for replicated database maintenance",
 * 1987): a record that is new here goes to FAN_OUT neighbours at once, and in each round after that to as many that have not
 * sent it themselves meanwhile, until every neighbour has it. What is missed all the same, set sync finds. Browsers
 * that a relay serves are no neighbours of its mesh: they have it at once. What one link brings faster than `newsPerLink` is
 * not pushed, and what strangers signed lets everything else go first: whoever makes up records fills the links next to it and
 * no others.
 */
export interface Gossip {
  /** `key` names what it says. `from` has it; undefined: it is ours. `standing`: of whoever signed it. */
  spread(key: string, frame: Uint8Array, from: Peer | undefined, standing?: Standing): void;
  /** A peer sent these bytes: it needs no telling. */
  heard(key: string, from: Peer): void;
  close(peer: Peer): void;
}

export interface GossipRules {
  readonly peers: PeerTable;
  /** True for a relay. */
  readonly serves: boolean;
  /** Between two rounds. */
  readonly interval: Millis;
}

/** Neighbours that are told in one round: of small records; of large ones, which are not worth sending twice. */
export const FAN_OUT = 3;
export const LARGE_FAN_OUT = 1;
/** Bytes; a broadcast may be larger than this, a record hardly ever is. */
const LARGE_FROM = 4_096;
/** Everybody is told within so many rounds, however many neighbours there are. */
const MAX_ROUNDS = 16;
/** Rumours under way; beyond that a new one goes to everybody at once. */
const MAX_RUMOURS = 1_024;
const TIMER = 'gossip';

interface Rumour {
  readonly frame: Uint8Array;
  readonly lane: Lane;
  /** So many a round. */
  readonly fanOut: number;
  /** Neighbours to tell, in the order of telling. */
  readonly left: Set<Peer>;
}

const fanOutOf = (bytes: number, neighbours: number): number =>
  Math.max(bytes < LARGE_FROM ? FAN_OUT : LARGE_FAN_OUT, Math.ceil(neighbours / MAX_ROUNDS));

export const createGossip = (context: Context, { peers, serves, interval }: GossipRules): Gossip => {
  const rumours = new Map<string, Rumour>();
  context.tables.add('rumours', MAX_RUMOURS, () => rumours.size);

  /** Everybody else who wants records, in random order: otherwise all nodes would tell the same ones first. */
  const shuffled = (neighbours: Peer[]): Peer[] => {
    for (let i = neighbours.length - 1; i > 0; i--) {
      const j = context.random.integer(i + 1);
      const [a, b] = [neighbours[i], neighbours[j]];
      if (a !== undefined && b !== undefined) [neighbours[i], neighbours[j]] = [b, a];
    }
    return neighbours;
  };

  const tell = (key: string, rumour: Rumour, count: number): void => {
    let told = 0;
    for (const peer of rumour.left) {
      if (told++ === count) break;
      rumour.left.delete(peer);
      context.send(peer.link, rumour.frame, true, rumour.lane);
    }
    if (rumour.left.size === 0) rumours.delete(key);
    else rumours.set(key, rumour);
  };

  const round = (): void => {
    for (const [key, rumour] of [...rumours]) tell(key, rumour, rumour.fanOut);
    schedule();
  };
  const schedule = (): void => {
    if (rumours.size > 0) context.timers.atLatest(TIMER, (context.now() + interval) as Millis, round);
  };

  return {
    spread: (key, frame, from, standing = 'known') => {
      if (from !== undefined && !takeTokens(from.news[standing], context.now())) {
        return context.count('news left to synchronisation', standing);
      }
      const lane = standing === 'stranger' ? 'bulk' : 'prompt';
      const neighbours: Peer[] = [];
      for (const peer of peers.ready()) {
        if (peer === from || !peer.hello?.wantsSync) continue;
        if (serves && !peer.hello.relay) context.send(peer.link, frame, true, lane);
        else neighbours.push(peer);
      }
      const everybody = rumours.size >= MAX_RUMOURS;
      if (neighbours.length === 0) return;
      const left = new Set(everybody ? neighbours : shuffled(neighbours));
      const fanOut = everybody ? neighbours.length : fanOutOf(frame.length, neighbours.length);
      tell(key, { frame, lane, fanOut, left }, fanOut);
      schedule();
    },
    heard: (key, from) => {
      const rumour = rumours.get(key);
      if (rumour === undefined || !rumour.left.delete(from)) return;
      if (rumour.left.size === 0) rumours.delete(key);
    },
    close: (peer) => {
      for (const [key, rumour] of rumours) {
        rumour.left.delete(peer);
        if (rumour.left.size === 0) rumours.delete(key);
      }
    },
  };
};
