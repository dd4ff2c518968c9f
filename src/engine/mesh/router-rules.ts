import type { MessageId, NodeAddress } from '#core/brand.ts';
import type { RefusalCode } from '#core/refusal.ts';
import type { Envelope } from '#core/wire/envelope.ts';
import type { Peer, PeerTable } from '#engine/links/peer.ts';
import type { NodeBook } from '#engine/mesh/node-book.ts';

/** What a router is told, and asks of who keeps and opens messages. */
export interface RouterRules {
  readonly peers: PeerTable;
  readonly nodes: NodeBook;
  readonly self: () => NodeAddress | undefined;
  /** We pass on for others. */
  readonly routes: () => boolean;
  /** Our parent. */
  readonly up: () => Peer | undefined;
  /** It reached its destination, which we are. The verdict goes back as the last hop's answer. */
  readonly arrive: (envelope: Envelope, id: MessageId, done: Verdict) => void;
  /** Commits what nobody can take now, once its signature was checked. `over-capacity` where this node keeps nothing. */
  readonly keep: (envelope: Envelope, id: MessageId, from: Peer, done: Verdict) => void;
  /** A relay: what it sends itself it has on disk, and asks nobody else to keep. */
  readonly isKeeper: boolean;
  /** An envelope of ours leaves by this neighbour. */
  readonly onDeparture: (id: MessageId, next: Peer) => void;
  /** The next hop took what we sent, or had kept. */
  readonly onTaken: (id: MessageId) => void;
  /** No way takes what we sent, or had kept, as it is too long. */
  readonly onTooLarge: (id: MessageId) => void;
  /** Something passes through: a receipt may concern what is kept here. */
  readonly observe: (envelope: Envelope) => void;
  /** Somebody floods for us: says where we are. */
  readonly wanted: () => void;
  readonly capacity: number;
}

/** Undefined: nothing is wrong. */
export type Verdict = (wrong: RefusalCode | undefined) => void;
