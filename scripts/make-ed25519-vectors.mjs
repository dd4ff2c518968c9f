// Makes test/vectors/crypto/ed25519-edge.json: signatures on which implementations of Ed25519 disagree, with the verdict
// that all of ours must give (docs/decisions/0004-strict-signatures.md). Deterministic: the same file every time.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { ROOT } from './source-hash.mjs';

const { Point } = ed25519;
const L = Point.Fn.ORDER;
const P = Point.Fp.ORDER;
/** @typedef {{ title: string, publicKey: string, message: string, signature: string, valid: boolean }} Case */
/** @type {Case[]} */
const cases = [];

/** @param {bigint} value */
const littleEndian = (value) => {
  const bytes = new Uint8Array(32);
  for (let i = 0, rest = value; i < 32; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
};
/** @param {Uint8Array} bytes */
const toNumber = (bytes) => bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
/** @param {string} title @param {Uint8Array} publicKey @param {Uint8Array} message @param {Uint8Array} signature @param {boolean} valid */
const add = (title, publicKey, message, signature, valid) =>
  cases.push({
    title,
    publicKey: bytesToHex(publicKey),
    message: bytesToHex(message),
    signature: bytesToHex(signature),
    valid,
  });
/** The scalar k of the verification equation. @param {Uint8Array} r @param {Uint8Array} a @param {Uint8Array} message */
const challenge = (r, a, message) => toNumber(sha512(concatBytes(r, a, message))) % L;

for (const [index, text] of ['', 'r', 'Terminfunk'].entries()) {
  const seed = new Uint8Array(32).fill(index + 1);
  const message = utf8ToBytes(text);
  add(`valid ${index + 1}`, ed25519.getPublicKey(seed), message, ed25519.sign(message, seed), true);
}

const secret = 0x1234_5678_9abc_def0_1234_5678_9abc_def0n;
const nonce = 0x0fed_cba9_8765_4321_0fed_cba9_8765_4321n;
const A = Point.BASE.multiply(secret);
const R = Point.BASE.multiply(nonce);
const torsion = ED25519_TORSION_SUBGROUP.map((hex) => Point.fromHex(hex));
const order8 = torsion.find((point) => !point.multiplyUnsafe(4n).equals(Point.ZERO));
if (order8 === undefined) throw new Error('no point of order 8');
/** @param {Uint8Array} r @param {Uint8Array} a @param {Uint8Array} message */
const answer = (r, a, message) => littleEndian((nonce + challenge(r, a, message) * secret) % L);

const plain = utf8ToBytes('plain');
const good = concatBytes(R.toBytes(), answer(R.toBytes(), A.toBytes(), plain));
add('valid, key from a scalar', A.toBytes(), plain, good, true);
for (const [title, at] of /** @type {[string, number][]} */ ([
  ['R', 3],
  ['S', 35],
])) {
  const flipped = good.slice();
  flipped[at] = (flipped[at] ?? 0) ^ 1;
  add(`a flipped bit in ${title}`, A.toBytes(), plain, flipped, false);
}
add('another message', A.toBytes(), utf8ToBytes('other'), good, false);

const s = toNumber(good.slice(32));
add(
  'S + L: the same scalar, another encoding',
  A.toBytes(),
  plain,
  concatBytes(good.slice(0, 32), littleEndian(s + L)),
  false,
);
add('S = L', A.toBytes(), plain, concatBytes(good.slice(0, 32), littleEndian(L)), false);

for (const [index, point] of torsion.entries()) {
  const bytes = point.toBytes();
  add(
    `small-order key ${index}, R the identity, S zero`,
    bytes,
    plain,
    concatBytes(Point.ZERO.toBytes(), new Uint8Array(32)),
    false,
  );
  add(
    `small-order R ${index} under a good key`,
    A.toBytes(),
    plain,
    concatBytes(bytes, littleEndian((challenge(bytes, A.toBytes(), plain) * secret) % L)),
    false,
  );
}

// A key with a torsion part: without the cofactor the equation holds for one message in eight, with it always.
const mixedKey = A.add(order8).toBytes();
for (const wanted of [true, false]) {
  for (let i = 0; ; i++) {
    const message = utf8ToBytes(`mixed ${i}`);
    if ((challenge(R.toBytes(), mixedKey, message) % 8n === 0n) !== wanted) continue;
    const signature = concatBytes(R.toBytes(), answer(R.toBytes(), mixedKey, message));
    add(
      `mixed-order key, ${wanted ? 'cofactorless accepts' : 'only cofactored accepts'}`,
      mixedKey,
      message,
      signature,
      false,
    );
    break;
  }
}
const mixedR = R.add(order8).toBytes();
add(
  'mixed-order R, only cofactored accepts',
  A.toBytes(),
  plain,
  concatBytes(mixedR, answer(mixedR, A.toBytes(), plain)),
  false,
);

for (let y = 0n; y < 19n; y++) {
  for (const sign of [0, 0x80]) {
    const encoded = littleEndian(P + y);
    encoded[31] = (encoded[31] ?? 0) | sign;
    add(
      `non-canonical key, y = p + ${y}, sign ${sign >> 7}`,
      encoded,
      plain,
      concatBytes(Point.ZERO.toBytes(), new Uint8Array(32)),
      false,
    );
    add(
      `non-canonical R, y = p + ${y}, sign ${sign >> 7}`,
      A.toBytes(),
      plain,
      concatBytes(encoded, littleEndian((challenge(encoded, A.toBytes(), plain) * secret) % L)),
      false,
    );
  }
}
const minusZero = Point.ZERO.toBytes();
minusZero[31] = (minusZero[31] ?? 0) | 0x80;
add('the identity with x = -0 as key', minusZero, plain, concatBytes(Point.ZERO.toBytes(), new Uint8Array(32)), false);
add('no point: y = 2', hexToBytes(`02${'00'.repeat(31)}`), plain, good, false);

writeFileSync(join(ROOT, 'test/vectors/crypto/ed25519-edge.json'), `${JSON.stringify({ cases }, null, 1)}\n`);
console.log(`${cases.length} cases, ${cases.filter(({ valid }) => valid).length} of them valid`);
