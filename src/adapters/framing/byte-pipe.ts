import type { LinkEnd } from '#ports/transport.ts';

/**
 * One bidirectional byte stream inside a session, whatever carries it. The framing in this folder is the same over all of
 * them. Node and browsers each bring their own.
 */
export interface BytePipe {
  /** The next bytes, at least one; undefined after the peer's orderly end. Rejects when the stream or session broke. */
  read(): Promise<Uint8Array | undefined>;
  /** Resolves when the transport took the bytes. They are not changed after the call. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends our direction, after everything written. */
  finish(): Promise<void>;
  /** Ends the session at once and frees what it holds; tells the peer the reason where it still can. Idempotent. */
  close(reason: LinkEnd): void;
  /** Resolves with what the peer gave as the reason when the session is over, `lost` where it gave none. Never rejects. */
  readonly closed: Promise<LinkEnd>;
}
