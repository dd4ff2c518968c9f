/** A message in pieces for one frame each, and back. What is put together is what was cut, or nothing. */
import { concatBytes, equalBytes } from '#core/bytes/compare.ts';
import { sha256 } from '#core/crypto/sha256.ts';
import { PIECE_BYTES } from '#core/radio/air/fragment.ts';
import { CHECK_BYTES } from '#core/radio/air/limits.ts';
import { ok, type Result, refuse } from '#core/result.ts';

const checkOf = (message: Uint8Array): Uint8Array => sha256(message).subarray(0, CHECK_BYTES);

/** 0–4,096 bytes in 1–17 pieces. */
export const cutMessage = (message: Uint8Array): readonly Uint8Array[] => {
  if (message.length <= PIECE_BYTES) return [message];
  const whole = concatBytes(message, checkOf(message));
  const count = Math.ceil(whole.length / PIECE_BYTES);
  return Array.from({ length: count }, (_, at) => whole.slice(at * PIECE_BYTES, (at + 1) * PIECE_BYTES));
};

/** `malformed` when the pieces are not of one message. */
export const joinPieces = (pieces: readonly Uint8Array[]): Result<Uint8Array, 'malformed'> => {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return ok(first);
  const whole = concatBytes(...pieces);
  const message = whole.slice(0, -CHECK_BYTES);
  return equalBytes(checkOf(message), whole.subarray(-CHECK_BYTES)) ? ok(message) : refuse('malformed');
};
