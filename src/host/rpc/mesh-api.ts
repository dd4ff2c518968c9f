import type { MessageId, Millis, NodeAddress, Region } from '#core/brand.ts';
import type { MeshLevel, MeshRole } from '#core/domain/mesh-place.ts';
import type { RefusalCode } from '#core/refusal.ts';
import type { Result } from '#core/result.ts';

/**
 * What a window or a program may ask of the mesh (docs/mesh-api.md): messages to one node or to all, and what this node knows
 * of the others. Messages are signed and not secret. All types are structured-clonable.
 */
export interface MeshApi {
  /**
   * Hands a message of at most 16,384 bytes to another node; resolves with its id once it is committed here (`queued`), and
   * `mesh().deliveries` says how far it came. The same bytes to the same node are the same message: sent again, it is handed
   * to nobody twice. `no-identity`: whoever says nothing about itself sends nothing.
   */
  send(to: NodeAddress, body: Uint8Array): Promise<Result<MessageId>>;
  /** Says at most 1,024 bytes to everybody who is there now; at most eight at once and six a minute. */
  broadcast(body: Uint8Array): Promise<Result<MessageId>>;
  /** The way to a node, hop by hop; answers after at most six seconds. */
  trace(target: NodeAddress): Promise<Result<MeshPath>>;
  mesh(): Promise<MeshOverview>;
  /** The newest that others sent to this node or to all, the newest last; gone when the node stops. */
  messages(): Promise<readonly MeshMessage[]>;
}

/** How many nodes, deliveries and messages an answer holds at most. */
export const MAX_SHOWN_NODES = 500;
export const MAX_SHOWN_DELIVERIES = 64;
export const MAX_KEPT_MESSAGES = 64;

export interface MeshPath {
  readonly target: NodeAddress;
  /**
   * `here`: it is this very node. `no-way`: nobody whom this node could ask. `lost`: the last of the hops knows no way on.
   * `no-answer`: the question or its answer was lost on the way.
   */
  readonly end: 'reached' | 'here' | 'no-way' | 'lost' | 'no-answer';
  /** The nearest first. */
  readonly hops: readonly MeshHop[];
  /** In how many links the target said that it is to be reached, also when nobody answered; undefined: not heard of. */
  readonly announcedHops: number | undefined;
}

export interface MeshHop {
  /** Undefined: a node that does not say who it is. */
  readonly address: NodeAddress | undefined;
  /** There and back, from here. */
  readonly roundTrip: Millis;
}

export interface MeshOverview {
  /** What this node says about itself to everybody; undefined: nothing. */
  readonly self: MeshPlace | undefined;
  readonly standing: MeshStanding;
  /** Free slots as this node knows them, ascending; regions in which nothing is free are left out. */
  readonly regions: readonly RegionFree[];
  /** It passes on for others, because it joins what would be apart without it. */
  readonly isBridge: boolean;
  readonly counts: MeshCounts;
  /** Relays first, then the nearest; at most MAX_SHOWN_NODES of `counts.nodes`. */
  readonly nodes: readonly MeshNodeView[];
  /** How far the newest own messages came, the newest last. */
  readonly deliveries: readonly MeshDelivery[];
}

/** Whom a node follows (docs/protocol/topology.md). It has a level and a role also where it tells nobody of them. */
export interface MeshStanding {
  readonly level: MeshLevel;
  readonly role: MeshRole;
  readonly parent: NodeAddress | undefined;
  /** Takes the parent's place at once. */
  readonly standby: NodeAddress | undefined;
  readonly children: number;
  /**
   * Linked to others, and none of them knows a way to the upper levels now, where there was one. Without links, and where
   * nobody ever stood above, a node is on no island.
   */
  readonly isIsland: boolean;
}

/** Free slots of one region, of practices that somebody vouches for (docs/protocol/summary.md). */
export interface RegionFree {
  readonly region: Region;
  /** For each of VERFAHREN; 65,535 means so many or more. */
  readonly free: readonly number[];
  /** When the newest announcement that is counted was issued. */
  readonly newestAt: Millis;
}

export interface MeshCounts {
  readonly nodes: number;
  /** Of them, those that a path leads to. */
  readonly reachable: number;
  /** Messages on their way to the next hop. */
  readonly inFlight: number;
  /** Messages that this node answers for: own ones, and ones kept for others. */
  readonly kept: number;
}

export interface MeshPlace {
  readonly address: NodeAddress;
  readonly level: MeshLevel;
  /** CAPABILITY bits. */
  readonly capabilities: number;
  /** The first two digits of a postal code. */
  readonly region: number | undefined;
}

export interface MeshNodeView extends MeshPlace {
  /** What a practice calls itself. */
  readonly name: string | undefined;
  readonly announcedAt: Millis;
  /** Links from here to it; undefined: no path leads to it now. */
  readonly hops: number | undefined;
  /** By how many neighbours it can be reached. */
  readonly ways: number;
}

/**
 * `queued`: committed on this device. `custody`: a relay committed it and signed so. `delivered`: its destination signed a
 * receipt. `refused`: no way there takes it now, and `code` says why; it is tried again. `expired`: nobody received it within 24 hours.
 */
export type MeshDeliveryPhase = 'queued' | 'refused' | 'custody' | 'delivered' | 'expired';

export interface MeshDelivery {
  readonly id: MessageId;
  readonly to: NodeAddress | undefined;
  readonly phase: MeshDeliveryPhase;
  /** Why it is refused. */
  readonly code: RefusalCode | undefined;
  /** When each phase became true; only those that did. */
  readonly times: Readonly<Partial<Record<MeshDeliveryPhase, Millis>>>;
}

export interface MeshMessage {
  readonly id: MessageId;
  readonly from: NodeAddress;
  /** A broadcast. */
  readonly toAll: boolean;
  readonly body: Uint8Array;
  readonly receivedAt: Millis;
}
