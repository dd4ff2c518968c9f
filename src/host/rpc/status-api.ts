import type { MessageId, Millis } from '#core/brand.ts';

/** How the node is: what every screen may say, and what a person may look at among the connections. */
export interface NodeStatus {
  /** This tab runs the node, follows another, or there is none yet. */
  readonly role: 'leading' | 'following' | 'starting';
  readonly relays: readonly RelayStatus[];
  /** Linked to others, but not to the rest of the mesh now. What is done meanwhile is kept, and told when the way is back. */
  readonly isIsland: boolean;
  readonly syncedAt: Millis | undefined;
  /** Offers of practices that are here, each with up to 31 free slots. */
  readonly slots: number;
  readonly queued: number;
  /** The device's clock minus the relay's; undefined while unknown. */
  readonly clockSkew: Millis | undefined;
  /** How far the device's clock is behind what vouched practices signed, at least. The node reckons with theirs. */
  readonly clockBehind: Millis;
  /** How old something is can be told: the clock was compared, and nothing says that it is behind. */
  readonly isDated: boolean;
  readonly storage: 'ok' | 'full' | 'unavailable';
  readonly demo: boolean;
  /** Whose credentials count here. */
  readonly registrars: readonly { readonly name: string; readonly demo: boolean }[];
}

export interface RelayStatus {
  readonly origin: string;
  readonly state: 'connected' | 'connecting' | 'waiting' | 'unreachable';
  readonly transport: 'webtransport' | 'websocket' | undefined;
  readonly since: Millis | undefined;
  /** Nobody named it: this device found it by itself. */
  readonly found?: boolean;
}

export interface Diagnostics {
  readonly build: string;
  readonly counters: Readonly<Record<string, number>>;
  readonly outbox: readonly {
    readonly id: MessageId;
    readonly kind: string;
    readonly phase: string;
    readonly bytes: number;
  }[];
}
