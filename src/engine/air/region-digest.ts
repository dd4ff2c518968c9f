/**
 * 4 bytes for all announcements of a region: the beginning of SHA-256 over their ids, of each the first 8 bytes, in ascending
 * order. Whoever has other ones has another digest; that somebody could make up announcements for a certain digest, only to
 * hide them, gains nothing.
 */
import { fromHex } from '#core/bytes/hex.ts';
import { sha256 } from '#core/crypto/sha256.ts';
import { DIGEST_BYTES } from '#core/radio/air/beacon.ts';

/** `ids`: 16 hex digits each, in any order. */
export const digestOf = (ids: Iterable<string>): Uint8Array =>
  sha256(fromHex([...ids].toSorted().join('')) ?? new Uint8Array()).slice(0, DIGEST_BYTES);
