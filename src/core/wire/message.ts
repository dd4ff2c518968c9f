import { concatBytes } from '#core/bytes/compare.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';

/** What a program hands to another node, or to all, as the payload of an envelope: signed, not secret (docs/protocol/routing.md). */
export interface Message {
  readonly kind: 'message';
  readonly body: Uint8Array;
}

/** To one node, and to everybody: what everybody must carry is small. */
export const MAX_MESSAGE_BYTES = 16_384;
export const MAX_BROADCAST_BYTES = 1_024;

export const encodeMessage = ({ body }: Message): Uint8Array => concatBytes(Uint8Array.of(KIND.message), body);

export const decodeMessage = (bytes: Uint8Array): Result<Message> => {
  if (bytes[0] !== KIND.message) return refuse('unknown-kind');
  if (bytes.length - 1 > MAX_MESSAGE_BYTES) return refuse('too-large');
  return ok({ kind: 'message', body: bytes.slice(1) });
};
