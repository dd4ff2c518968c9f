import type { Result } from '#core/result.ts';

/**
 * A transport joins this node to another and carries frames: whole, in order, at most 64 KiB each, or not at all; a radio
 * carries and holds less (core/radio/air/limits.ts).
 * Everything behind it (streams, length prefixes, coalescing, heartbeats) is the adapter's business. Every adapter passes
 * test/contracts/transport.ts in the runtime that it is made for.
 */
export type TransportKind = 'webtransport' | 'websocket' | 'radio' | 'memory';

/** Why a link ended. `lost`: the other side fell silent or the network broke; the dialler may try again. */
export type LinkEnd = 'closed' | 'lost' | 'refused' | 'protocol-violation' | 'overloaded' | 'shutting-down';

/**
 * Which of two frames that wait on one link leaves first. `prompt`: what somebody waits for. `bulk`: what fills sets up, which
 * may wait (the lower effort of RFC 8622, on one link). Each lane keeps its order; prompt frames overtake bulk ones.
 */
export type Lane = 'prompt' | 'bulk';

export interface Link {
  readonly transport: TransportKind;
  /**
   * What limits per connecting address are counted under: the remote IP of an accepted link (an IPv6 one cut to its /64),
   * the relay's origin of a dialled one, the station at the other end of a radio's.
   */
  readonly remote: string;
  /**
   * Hands a frame over; the adapter copies or coalesces before returning, so the caller may not change the bytes after.
   * False when the link is closed or more than MAX_BUFFERED bytes wait, for a bulk frame more than MAX_BULK_BUFFERED: the frame
   * was dropped, and the caller decides.
   */
  send(frame: Uint8Array, lane?: Lane): boolean;
  /** Ends the link; what was handed over before is still delivered where the transport can. Idempotent. */
  close(reason: LinkEnd): void;
}

export interface LinkHandlers {
  /** One whole frame. The bytes are the receiver's to keep and are never changed again. */
  onFrame(frame: Uint8Array): void;
  /** Called exactly once, after the last frame. */
  onEnd(reason: LinkEnd): void;
}

/** Bytes that may wait in one link before `send` answers false. */
export const MAX_BUFFERED = 4 * 1024 * 1024;
/** Bytes that may wait in one link before it takes no more bulk: a synchronisation never locks out what somebody waits for. */
export const MAX_BULK_BUFFERED = 3 * 1024 * 1024;

export type DialFailure = 'unreachable' | 'refused' | 'unsupported' | 'timeout' | 'aborted';

export interface Dialer {
  readonly transport: TransportKind;
  /** Opens a link to a relay. Handlers may be called before the promise resolves, never before this call. */
  dial(endpoint: RelayEndpoint, handlers: LinkHandlers, signal?: AbortSignalLike): Promise<Result<Link, DialFailure>>;
}

export interface Listener {
  readonly transport: TransportKind;
  /** Calls `accept` for every link; the handlers that it returns hear that link. */
  listen(accept: (link: Link) => LinkHandlers): Promise<void>;
  /** Closes every link with `shutting-down`, waits for what is buffered (bounded), frees the port. */
  close(): Promise<void>;
}

/** Where a relay can be reached, as its discovery document says (docs/protocol/discovery.md). */
export interface RelayEndpoint {
  /** `https://host:port`: where the discovery document and connection tokens come from. */
  readonly origin: string;
}

/** The part of AbortSignal that a dialler needs; ports see neither the DOM nor Node. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
