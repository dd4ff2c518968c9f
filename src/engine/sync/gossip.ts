import type { Millis } from '#core/brand.ts';
import type { Context } from '#engine/context.ts';
import type { Peer, PeerTable } from '#engine/links/peer.ts';

/**
 * The push half of gossip ("rumor mongering", Demers et al., "Epidemic algorithms for replicated database maintenance",
 * 1987): a record that is new here goes to FAN_OUT neighbours at once, and in each round after that to as many that have not
 * sent it themselves meanwhile, until every neighbour has it. What is missed all the same, set sync finds. Browsers
 * that a relay serves are no neighbours of its mesh: they have it at once. What one link brings faster than `newsPerLink` is
 * not pushed: whoever makes up records fills the links next to it and no others.
 */
export interface Gossip {
  /** `key` names what it says. `from` has it; undefined: it is ours. */
  spread(key: string, frame: Uint8Array, from: Peer | undefined): void;
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

export const FAN_OUT = 3;
/** Rumours under way; beyond that a new one goes to everybody at once. */
const MAX_RUMOURS = 1_024;
const TIMER = 'gossip';

interface Rumour {
  readonly frame: Uint8Array;
  /** Neighbours to tell, in the order of telling. */
  readonly left: Set<Peer>;
}

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
      context.send(peer.link, rumour.frame, true);
    }
    if (rumour.left.size === 0) rumours.delete(key);
    else rumours.set(key, rumour);
  };

  const round = (): void => {
    for (const [key, rumour] of [...rumours]) tell(key, rumour, FAN_OUT);
    schedule();
  };
  const schedule = (): void => {
    if (rumours.size > 0) context.timers.atLatest(TIMER, (context.now() + interval) as Millis, round);
  };

  return {
    spread: (key, frame, from) => {
      if (from !== undefined && !from.news.take(context.now())) return context.count('news left to synchronisation');
      const neighbours: Peer[] = [];
      for (const peer of peers.ready()) {
        if (peer === from || !peer.hello?.wantsSync) continue;
        if (serves && !peer.hello.relay) context.send(peer.link, frame, true);
        else neighbours.push(peer);
      }
      const everybody = rumours.size >= MAX_RUMOURS;
      if (neighbours.length === 0) return;
      const left = new Set(everybody ? neighbours : shuffled(neighbours));
      tell(key, { frame, left }, everybody ? neighbours.length : FAN_OUT);
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
