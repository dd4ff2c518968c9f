import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Bucket, WireMinute } from '#core/brand.ts';
import { concatBytes, equalBytes } from '#core/bytes/compare.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';

/**
 * A sealed bundle (docs/protocol/bundle.md): who waits in `bucket` may find something in it. It has one of four sizes,
 * so that its size says little. The commitment binds a secret that is inside: whoever opens it can have it removed.
 */
export interface Bundle {
  readonly kind: 'bundle';
  readonly bucket: Bucket;
  readonly created: WireMinute;
  readonly commitment: Uint8Array;
  /** A Noise message. */
  readonly body: Uint8Array;
}

export const BUNDLE_HEADER_BYTES = 13;
/** Total sizes: a bare answer, a receipt, a short request, and everything else. */
export const BUNDLE_CLASSES = [40, 66, 130, 352] as const;
const LARGEST = BUNDLE_CLASSES[3];
/** Noise NK: a 32-byte ephemeral key and a 16-byte tag; a transport message: its number and a tag. */
const OVERHEAD = { handshake: 48, message: 17 } as const;
const COMMITMENT_BYTES = 8;
const LABEL = utf8ToBytes('terminfunk removal');

/** The length that the plaintext is padded to, so that the bundle has one of the sizes; the largest when `uniform`. */
export const paddedInner = (kind: 'handshake' | 'message', content: number, padding: 'uniform' | 'compact'): number => {
  const overhead = BUNDLE_HEADER_BYTES + OVERHEAD[kind];
  const fitting = BUNDLE_CLASSES.find((size) => size - overhead >= content) ?? LARGEST;
  return (padding === 'uniform' ? LARGEST : fitting) - overhead;
};

export const removalCommitment = (
  header: Pick<Bundle, 'bucket' | 'created' | 'body'>,
  secret: Uint8Array,
): Uint8Array => {
  const fields = createWriter().u8(header.bucket).u24(header.created).finish();
  return sha256(concatBytes(LABEL, secret, fields, header.body)).slice(0, COMMITMENT_BYTES);
};

export const encodeBundle = (bundle: Bundle): Uint8Array =>
  createWriter()
    .u8(KIND.bundle)
    .u8(bundle.bucket)
    .u24(bundle.created)
    .bytes(bundle.commitment)
    .bytes(bundle.body)
    .finish();

export const decodeBundle = (bytes: Uint8Array): Result<Bundle> => {
  if (bytes[0] !== KIND.bundle) return refuse('unknown-kind');
  if (!BUNDLE_CLASSES.some((size) => size === bytes.length)) return refuse('malformed');
  const reader = createReader(bytes.subarray(1));
  return ok({
    kind: 'bundle',
    bucket: reader.u8() as Bucket,
    created: reader.u24() as WireMinute,
    commitment: reader.bytes(COMMITMENT_BYTES),
    body: reader.rest(),
  });
};

/** Is this the secret that was sealed inside the bundle? */
export const removalMatches = (bundleBytes: Uint8Array, secret: Uint8Array): boolean => {
  const bundle = decodeBundle(bundleBytes);
  return bundle.ok && equalBytes(removalCommitment(bundle.value, secret), bundle.value.commitment);
};
