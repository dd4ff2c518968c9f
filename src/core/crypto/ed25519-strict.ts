/**
 * One verdict on every Ed25519 signature, whoever checks it (docs/protocol/crypto.md, "Signatures"). RFC 8032 leaves open
 * whether keys and R may be non-canonical, of small or mixed order, and whether the equation is multiplied by the
 * cofactor; implementations differ. These checks leave only inputs on which they all agree.
 */
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from '#core/bytes/compare.ts';
import { toHex } from '#core/bytes/hex.ts';
import { createRecent } from '#core/crypto/recent.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { ok, type Result, refuse } from '#core/result.ts';

export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

const { Point } = ed25519;
type CurvePoint = InstanceType<typeof Point>;
const { Fn } = Point;

const littleEndian = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(32);
  for (let i = 0, rest = value; i < 32; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
};

const P = Point.Fp.ORDER;
const P_BYTES = littleEndian(P);
const L_BYTES = littleEndian(Fn.ORDER);
/** The y of the eight points whose order divides 8: with either sign bit, none of them is a key or an R. */
const SMALL_ORDER_Y = ED25519_TORSION_SUBGROUP.map((hex) => littleEndian(Point.fromHex(hex).y));

/** Whether 32 bytes from `offset`, little-endian and with `topMask` applied to the last, are below `bound`. */
const isBelow = (bytes: Uint8Array, offset: number, topMask: number, bound: Uint8Array): boolean => {
  for (let i = 31; i >= 0; i--) {
    const byte = (bytes[offset + i] ?? 0) & (i === 31 ? topMask : 0xff);
    const limit = bound[i] ?? 0;
    if (byte !== limit) return byte < limit;
  }
  return false;
};

const hasY = (bytes: Uint8Array, offset: number, y: Uint8Array): boolean => {
  for (let i = 0; i < 31; i++) if (bytes[offset + i] !== y[i]) return false;
  return ((bytes[offset + 31] ?? 0) & 0x7f) === y[31];
};

/** y below p, and not a point of small order: among those are the only two with x = 0, so no sign bit is ambiguous. */
const isPlausiblePoint = (bytes: Uint8Array, offset: number): boolean =>
  isBelow(bytes, offset, 0x7f, P_BYTES) && !SMALL_ORDER_Y.some((y) => hasY(bytes, offset, y));

/** The cheap half of the check of a key, about a microsecond: length, canonical, not of small order. */
export const isPlausiblePublicKey = (publicKey: Uint8Array): boolean =>
  publicKey.length === PUBLIC_KEY_BYTES && isPlausiblePoint(publicKey, 0);

const decodePublicKey = (publicKey: Uint8Array): CurvePoint | undefined => {
  if (!isPlausiblePublicKey(publicKey)) return undefined;
  try {
    const point = Point.fromBytes(publicKey);
    return point.isTorsionFree() ? point : undefined;
  } catch {
    return undefined; // not on the curve
  }
};

/**
 * `bad-key` unless the bytes are the canonical encoding of a point of the prime-order subgroup other than zero. Costs a
 * scalar multiplication, about half a verification: remember the verdict.
 */
export const checkPublicKey = (publicKey: Uint8Array): Result<Uint8Array> =>
  decodePublicKey(publicKey) === undefined ? refuse<RefusalCode>('bad-key') : ok(publicKey);

/**
 * S below L; R canonical and not of small order. That R lies in the prime-order subgroup needs no check of its own: with
 * such a key, R = S·B − k·A only holds for such an R.
 */
export const checkSignatureShape = (signature: Uint8Array): boolean =>
  signature.length === SIGNATURE_BYTES && isBelow(signature, 32, 0xff, L_BYTES) && isPlausiblePoint(signature, 0);

const scalarFrom = (bytes: Uint8Array): bigint => {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
};

const equationHolds = (key: CurvePoint, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
  const r = signature.subarray(0, 32);
  const k = Fn.create(scalarFrom(sha512(concatBytes(r, publicKey, message))));
  const s = scalarFrom(signature.subarray(32));
  // Without the cofactor, and compared as bytes: exactly what OpenSSL and BoringSSL compute. noble's own `verify`
  // multiplies by 8 and would accept an R with a torsion part.
  return equalBytes(Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(k)).toBytes(), r);
};

type Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** The whole verdict in pure JavaScript: for platforms without Ed25519 and for synchronous code. */
export const verifyStrict: Verify = (publicKey, message, signature) => {
  if (!checkSignatureShape(signature)) return false;
  const key = decodePublicKey(publicKey);
  return key !== undefined && equationHolds(key, publicKey, message, signature);
};

/** The same, remembering the last `capacity` keys, good and bad: about half the time for a key that was seen. */
export const createStrictVerify = (capacity: number): Verify => {
  const keys = createRecent<CurvePoint | 'bad'>(capacity);
  return (publicKey, message, signature) => {
    if (!checkSignatureShape(signature) || !isPlausiblePublicKey(publicKey)) return false;
    const name = toHex(publicKey);
    let key = keys.get(name);
    if (key === undefined) {
      key = decodePublicKey(publicKey) ?? 'bad';
      keys.set(name, key);
    }
    return key !== 'bad' && equationHolds(key, publicKey, message, signature);
  };
};
