import { decodeBase45, encodeBase45 } from '#core/bytes/base45.ts';
import { concatBytes, equalBytes } from '#core/bytes/compare.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { sha256 } from '#core/crypto/sha256.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { decodeBundle } from '#core/wire/bundle.ts';
import { KIND } from '#core/wire/kinds.ts';

/**
 * A sealed bundle that one device shows to another's camera (docs/protocol/bundle.md, "By QR code"). Nothing of who shows it.
 */
export interface HandOver {
  readonly kind: 'handOver';
  /** Whole, as it would go over a link. */
  readonly bundle: Uint8Array;
}

/** The largest bundle fits with it into a code of 65 modules a side; with one byte more it would not. */
const CHECK_BYTES = 3;

const checkOf = (bytes: Uint8Array): Uint8Array => sha256(bytes).subarray(0, CHECK_BYTES);

export const encodeHandOver = ({ bundle }: HandOver): Uint8Array => {
  const body = createWriter().u8(KIND.handOver).bytes(bundle).finish();
  return concatBytes(body, checkOf(body));
};

/** Judges the shape of the bundle also, and that the check is its own. */
export const decodeHandOver = (bytes: Uint8Array): Result<HandOver> => {
  if (bytes[0] !== KIND.handOver) return refuse('unknown-kind');
  const body = bytes.subarray(0, -CHECK_BYTES);
  if (!equalBytes(checkOf(body), bytes.subarray(body.length))) return refuse('malformed');
  const bundle = body.slice(1);
  const judged = decodeBundle(bundle);
  return judged.ok ? ok({ kind: 'handOver', bundle }) : refuse('malformed');
};

/** What stands in the code. */
export const handOverText = (bundle: Uint8Array): string => encodeBase45(encodeHandOver({ kind: 'handOver', bundle }));

/** `unknown-kind` for what is no code of ours, or one of another version. */
export const readHandOverText = (text: string): Result<HandOver> => {
  const bytes = decodeBase45(text);
  return bytes === undefined ? refuse('unknown-kind') : decodeHandOver(bytes);
};
