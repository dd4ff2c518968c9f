/**
 * The Crypto port on SubtleCrypto, in browsers and in Node alike; pure JavaScript (noble) for what a platform lacks. Keys
 * are non-extractable where the KeyStore can keep such keys. Spec: docs/protocol/crypto.md.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { NodeAddress } from '#core/brand.ts';
import { concatBytes, equalBytes } from '#core/bytes/compare.ts';
import { fromHex } from '#core/bytes/hex.ts';
import {
  DH_BYTES,
  MAX_NOISE_BYTES,
  noisePrologue,
  sealTransport,
  startHandshake,
  writeMessage1,
  writeMessage2,
} from '#core/crypto/noise-nk.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { type Crypto, PSEUDONYM_SECRET, type SealRequest } from '#ports/crypto.ts';
import type { KeyStore } from '#ports/key-store.ts';
import type { Rng } from '#ports/rng.ts';
import { createNamedKeys } from './named-keys.ts';
import { type OpeningParts, openBundle } from './opening.ts';
import { detectPlatform } from './platform.ts';
import type { Answering, Finished, Session } from './session-record.ts';
import { createSessions, type Step } from './sessions.ts';
import { createVerify } from './strict-verify.ts';
import { createX25519, publicX25519, type X25519 } from './x25519.ts';

export interface WebCryptoParts {
  readonly subtle: SubtleCrypto;
  readonly keys: KeyStore;
  readonly random: Rng;
  /** Replaces strict verification, where the platform has a faster one than its SubtleCrypto. */
  readonly verify?: Crypto['verify'];
}

const PSEUDONYM_BYTES = 8;
const DIGEST_BYTES = 16;

const addressBytes = (address: NodeAddress): Uint8Array => {
  const bytes = fromHex(address);
  if (bytes?.length !== 16) throw new RangeError('crypto: not an address');
  return bytes;
};

const agreeWith = async (x25519: X25519, secret: Uint8Array, publicKey: Uint8Array) => {
  const peer = await x25519.peer(publicKey);
  return peer && (await x25519.agree(await x25519.prepare(secret), peer));
};

interface Parts extends OpeningParts {
  readonly random: Rng;
}

const sealRequest = async (parts: Parts, input: SealRequest): Promise<Result<Uint8Array>> => {
  const { session, prekey, payload } = input;
  const practice = addressBytes(input.practice);
  const ephemeral = parts.random.bytes(DH_BYTES);
  const es = prekey.length === DH_BYTES ? await agreeWith(parts.x25519, ephemeral, prekey) : undefined;
  if (!es) return refuse('bad-key');
  const start = startHandshake(noisePrologue(practice, prekey), prekey);
  const written = writeMessage1(start, publicX25519(ephemeral), es, payload);
  if (!written.ok) return written;
  const next: Session = { kind: 'waiting', handshake: written.value.handshake, ephemeral };
  await parts.sessions.change(session, async () => ({ next, result: undefined }));
  return ok(written.value.message);
};

const answer = async (parts: Parts, session: Answering, payload: Uint8Array): Promise<Step<Uint8Array>> => {
  const ephemeral = parts.random.bytes(DH_BYTES);
  const ee = await agreeWith(parts.x25519, ephemeral, session.peer);
  const written = ee && writeMessage2(session.handshake, publicX25519(ephemeral), ee, payload);
  if (!written?.ok) throw new Error('crypto: the request had no usable key');
  const { message, keys } = written.value;
  const next: Finished = {
    kind: 'finished',
    sending: keys.fromResponder,
    receiving: keys.fromInitiator,
    request: session.handshake.hash,
    retained: { kind: 'receipt', digest: sha256(payload), message },
    sealed: [],
  };
  return { next, result: message };
};

const sealReceipt = async (parts: Parts, session: Session | undefined, payload: Uint8Array) => {
  if (session?.kind === 'answering') return answer(parts, session, payload);
  const retained = session?.kind === 'finished' ? session.retained : undefined;
  if (retained?.kind === 'receipt' && equalBytes(retained.digest, sha256(payload)))
    return { next: session, result: retained.message };
  throw new Error('crypto: this session has no receipt to give');
};

const sealMessage = (session: Session | undefined, number: number, payload: Uint8Array): Step<Uint8Array> => {
  if (session?.kind !== 'finished') throw new Error('crypto: this session is not finished');
  const digest = sha256(payload).slice(0, DIGEST_BYTES);
  const used = session.sealed.find((one) => one.number === number);
  if (used && !equalBytes(used.digest, digest)) throw new Error(`crypto: message number ${number} is used`);
  const sealed = used ? session.sealed : [...session.sealed, { number, digest }];
  const next = used && !session.retained ? session : { ...session, retained: undefined, sealed };
  return { next, result: concatBytes(Uint8Array.of(number), sealTransport(session.sending, number, payload)) };
};

const assertFits = (payload: Uint8Array): void => {
  if (payload.length > MAX_NOISE_BYTES - 64) throw new RangeError('crypto: the payload is too long');
};

const createParts = async ({ subtle, keys, random, verify }: WebCryptoParts) => {
  const platform = await detectPlatform(subtle);
  const x25519 = createX25519(platform);
  const named = createNamedKeys({ platform, x25519, keys, random });
  return { x25519, named, sessions: createSessions(keys), random, verify: verify ?? createVerify(platform) };
};

export const createWebCrypto = (input: WebCryptoParts): Crypto => {
  const ready = createParts(input);
  return {
    verify: async (publicKey, message, signature) => (await ready).verify(publicKey, message, signature),
    sign: async (key, message) => (await ready).named.sign(key, message),
    importIdentity: async (key, seed) => (await ready).named.importIdentity(key, seed),
    createPrekey: async (key) => (await ready).named.createPrekey(key),
    importSecret: async (key, secret) => (await ready).named.importSecret(key, secret),
    derive: async (key, salt) => (await ready).named.derive(key, salt),
    pseudonym: async (practice) => {
      const mac = await (await ready).named.mac(PSEUDONYM_SECRET, addressBytes(practice));
      return mac.slice(0, PSEUDONYM_BYTES);
    },
    forget: async (names) => {
      const { sessions, named } = await ready;
      named.forget(names);
      await sessions.forget(names, names);
      named.forget(names);
    },
    sealRequest: async (request) => {
      assertFits(request.payload);
      return sealRequest(await ready, request);
    },
    resumeRequest: async (session, { ephemeral, handshake }) => {
      const resumed: Session = { kind: 'waiting', handshake, ephemeral };
      await (await ready).sessions.change(session, async (current) => ({
        next: current ?? resumed,
        result: undefined,
      }));
    },
    sealReceipt: async (session, payload) => {
      assertFits(payload);
      const parts = await ready;
      return parts.sessions.change(session, (current) => sealReceipt(parts, current, payload));
    },
    sealMessage: async (session, number, payload) => {
      assertFits(payload);
      if (!Number.isInteger(number) || number < 1 || number > 255) throw new RangeError('crypto: a number is 1 to 255');
      return (await ready).sessions.change(session, async (current) => sealMessage(current, number, payload));
    },
    open: async (bundle) => openBundle(await ready, bundle),
  };
};
