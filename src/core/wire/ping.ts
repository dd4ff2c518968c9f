import { concatBytes } from '#core/bytes/compare.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';

/** A round trip between two engines: the nonce comes back in the pong. */
export interface Ping {
  readonly kind: 'ping' | 'pong';
  /** 8 bytes. */
  readonly nonce: Uint8Array;
}

export const encodePing = (ping: Ping): Uint8Array => concatBytes(Uint8Array.of(KIND[ping.kind]), ping.nonce);

export const decodePing = (bytes: Uint8Array): Result<Ping> => {
  const kind = bytes[0] === KIND.ping ? 'ping' : bytes[0] === KIND.pong ? 'pong' : undefined;
  if (kind === undefined) return refuse('unknown-kind');
  return bytes.length === 9 ? ok({ kind, nonce: bytes.slice(1) }) : refuse('malformed');
};
