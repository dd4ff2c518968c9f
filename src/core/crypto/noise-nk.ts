/**
 * Noise_NK_25519_ChaChaPoly_SHA256 (Noise revision 34, docs/protocol/crypto.md, "Sessions") as pure functions. The results
 * of X25519 are passed in, so that whoever holds a private key, be it a key that cannot be exported, multiplies elsewhere.
 *
 *     <- s                the prekey of the week, known from the identity record
 *     -> e, es, payload   message 1, the request
 *     <- e, ee, payload   message 2, the receipt
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '#core/bytes/compare.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { ok, type Result, refuse } from '#core/result.ts';

export const DH_BYTES = 32;
export const TAG_BYTES = 16;
/** Bytes around the payload of messages 1 and 2: an ephemeral key and a tag. */
export const HANDSHAKE_OVERHEAD = DH_BYTES + TAG_BYTES;
/** Bytes around the payload of a transport message: its number and a tag. */
export const TRANSPORT_OVERHEAD = 1 + TAG_BYTES;
/** The longest message that Noise allows. */
export const MAX_NOISE_BYTES = 65_535;

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Exactly one hash long, so it is the first hash itself. */
const PROTOCOL_NAME = ascii('Noise_NK_25519_ChaChaPoly_SHA256');
const PROLOGUE_NAME = ascii('terminfunk FAPP 1');
const EMPTY = new Uint8Array(0);

/** The chaining key and hash between two messages. Both are 32 bytes; the chaining key is secret. */
export interface Handshake {
  readonly chainingKey: Uint8Array;
  readonly hash: Uint8Array;
}

/** What a finished handshake leaves: one key for each direction. */
export interface TransportKeys {
  readonly fromInitiator: Uint8Array;
  readonly fromResponder: Uint8Array;
}

export interface WrittenMessage1 {
  readonly message: Uint8Array;
  readonly handshake: Handshake;
}
export interface ReadMessage1 {
  readonly payload: Uint8Array;
  readonly handshake: Handshake;
}
export interface WrittenMessage2 {
  readonly message: Uint8Array;
  readonly keys: TransportKeys;
  readonly hash: Uint8Array;
}
export interface ReadMessage2 {
  readonly payload: Uint8Array;
  readonly keys: TransportKeys;
  readonly hash: Uint8Array;
}

/** Binds a session to this protocol, the practice (its 16-byte address) and the prekey that was announced under it. */
export const noisePrologue = (practice: Uint8Array, prekey: Uint8Array): Uint8Array =>
  concatBytes(PROLOGUE_NAME, practice, prekey);

/** The ephemeral key of message 1 or 2, or undefined for what is too short or too long to be either. */
export const ephemeralOf = (message: Uint8Array): Uint8Array | undefined =>
  message.length < HANDSHAKE_OVERHEAD || message.length > MAX_NOISE_BYTES ? undefined : message.slice(0, DH_BYTES);

/** X25519 with a point of small order gives zero: such a secret is no secret. Looks at every byte, whatever it finds. */
export const isZeroSecret = (secret: Uint8Array): boolean => {
  let bits = 0;
  for (const byte of secret) bits |= byte;
  return bits === 0;
};

const mixHash = (hash: Uint8Array, data: Uint8Array): Uint8Array => sha256(concatBytes(hash, data));

/** HKDF with two outputs: the next chaining key and a cipher key. */
const mixKey = (chainingKey: Uint8Array, secret: Uint8Array): readonly [Uint8Array, Uint8Array] => {
  const both = hkdf(sha256, secret, chainingKey, EMPTY, 64);
  return [both.subarray(0, 32), both.subarray(32)];
};

const nonce = (number: number): Uint8Array => {
  const bytes = new Uint8Array(12);
  new DataView(bytes.buffer).setUint32(4, number, true);
  return bytes;
};

const decrypt = (key: Uint8Array, number: number, sealed: Uint8Array, ad: Uint8Array): Uint8Array | undefined => {
  try {
    return chacha20poly1305(key, nonce(number), ad).decrypt(sealed);
  } catch {
    return undefined; // the tag does not fit
  }
};

/** The state before message 1, alike on both sides. */
export const startHandshake = (prologue: Uint8Array, responderStatic: Uint8Array): Handshake => ({
  chainingKey: PROTOCOL_NAME,
  hash: mixHash(mixHash(PROTOCOL_NAME, prologue), responderStatic),
});

/** What messages 1 and 2 have in common: `e`, one DH, and the payload under the new key. */
const writeHandshake = (state: Handshake, ephemeral: Uint8Array, secret: Uint8Array, payload: Uint8Array) => {
  const hash = mixHash(state.hash, ephemeral);
  const [chainingKey, key] = mixKey(state.chainingKey, secret);
  const sealed = chacha20poly1305(key, nonce(0), hash).encrypt(payload);
  return { message: concatBytes(ephemeral, sealed), handshake: { chainingKey, hash: mixHash(hash, sealed) } };
};

const readHandshake = (state: Handshake, message: Uint8Array, secret: Uint8Array) => {
  const ephemeral = ephemeralOf(message);
  if (ephemeral === undefined || isZeroSecret(secret)) return undefined;
  const sealed = message.subarray(DH_BYTES);
  const hash = mixHash(state.hash, ephemeral);
  const [chainingKey, key] = mixKey(state.chainingKey, secret);
  const payload = decrypt(key, 0, sealed, hash);
  return payload && { payload, handshake: { chainingKey, hash: mixHash(hash, sealed) } };
};

const split = (chainingKey: Uint8Array): TransportKeys => {
  const [fromInitiator, fromResponder] = mixKey(chainingKey, EMPTY);
  return { fromInitiator, fromResponder };
};

/** Initiator. `es` is X25519(own ephemeral, prekey); `bad-key` when it is zero. */
export const writeMessage1 = (
  state: Handshake,
  ephemeral: Uint8Array,
  es: Uint8Array,
  payload: Uint8Array,
): Result<WrittenMessage1> =>
  isZeroSecret(es) ? refuse<RefusalCode>('bad-key') : ok(writeHandshake(state, ephemeral, es, payload));

/** Responder. `es` is X25519(prekey, the ephemeral in the message); `cannot-open` for whatever is not for this prekey. */
export const readMessage1 = (state: Handshake, message: Uint8Array, es: Uint8Array): Result<ReadMessage1> => {
  const read = readHandshake(state, message, es);
  return read ? ok(read) : refuse<RefusalCode>('cannot-open');
};

/** Responder. `ee` is X25519(own ephemeral, the initiator's); `bad-key` when it is zero. */
export const writeMessage2 = (
  state: Handshake,
  ephemeral: Uint8Array,
  ee: Uint8Array,
  payload: Uint8Array,
): Result<WrittenMessage2> => {
  if (isZeroSecret(ee)) return refuse<RefusalCode>('bad-key');
  const { message, handshake } = writeHandshake(state, ephemeral, ee, payload);
  return ok({ message, keys: split(handshake.chainingKey), hash: handshake.hash });
};

/** Initiator. `ee` is X25519(own ephemeral, the one in the message); `cannot-open` for whatever is not this answer. */
export const readMessage2 = (state: Handshake, message: Uint8Array, ee: Uint8Array): Result<ReadMessage2> => {
  const read = readHandshake(state, message, ee);
  if (!read) return refuse<RefusalCode>('cannot-open');
  return ok({ payload: read.payload, keys: split(read.handshake.chainingKey), hash: read.handshake.hash });
};

/** A transport message's ciphertext under its number as the nonce: a number is never used for two payloads. */
export const sealTransport = (key: Uint8Array, number: number, payload: Uint8Array): Uint8Array =>
  chacha20poly1305(key, nonce(number)).encrypt(payload);

export const openTransport = (key: Uint8Array, number: number, sealed: Uint8Array): Uint8Array | undefined =>
  sealed.length < TAG_BYTES ? undefined : decrypt(key, number, sealed, EMPTY);
