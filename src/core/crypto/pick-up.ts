/**
 * The keys behind a pick-up code (docs/protocol/pick-up.md). `root` is what scrypt makes of the code
 * (core/domain/pick-up-code.ts); everything else follows from it here, so that whoever has the code can begin where the
 * kiosk forgot.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Bucket } from '#core/brand.ts';
import { concatBytes } from '#core/bytes/compare.ts';
import { toHex } from '#core/bytes/hex.ts';
import {
  isZeroSecret,
  noisePrologue,
  startHandshake,
  type WrittenMessage1,
  writeMessage1,
} from '#core/crypto/noise-nk.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { type Result, refuse } from '#core/result.ts';

export const ROOT_BYTES = 32;
export const SALT_BYTES = 16;
const TAG_BYTES = 16;
/** Around the content of a ticket: its salt and a tag. */
export const TICKET_OVERHEAD = SALT_BYTES + TAG_BYTES;

const NAMES = utf8ToBytes('terminfunk pick-up 1 names');
const SECRETS = utf8ToBytes('terminfunk pick-up 1 secrets');
/** The key is used once: each salt has its own. */
const NONCE = new Uint8Array(12);

/** What the request is called, and where its parts lie. None of it is secret from the practice, except the ticket's. */
export interface PickUpNames {
  /** 16 hex digits. */
  readonly requestId: string;
  /** 8 bytes: a pseudonym for this one request, that of nobody else and no other request. */
  readonly pseudonymId: Uint8Array;
  readonly removalSeed: Uint8Array;
  readonly replyBucket: Bucket;
  readonly ticketBucket: Bucket;
  /** 8 bytes: removes the ticket. */
  readonly ticketSecret: Uint8Array;
}

export const pickUpNames = (root: Uint8Array): PickUpNames => {
  const bytes = hkdf(sha256, root, undefined, NAMES, 34);
  return {
    requestId: toHex(bytes.slice(0, 8)),
    pseudonymId: bytes.slice(8, 16),
    removalSeed: bytes.slice(16, 24),
    ticketSecret: bytes.slice(24, 32),
    replyBucket: (bytes[32] ?? 0) as Bucket,
    ticketBucket: (bytes[33] ?? 0) as Bucket,
  };
};

/** The ephemeral key of message 1, and the ticket's key. A salt of its own for each sealing: no key seals two contents. */
const secrets = (root: Uint8Array, salt: Uint8Array): { readonly ephemeral: Uint8Array; readonly key: Uint8Array } => {
  const bytes = hkdf(sha256, root, salt, SECRETS, 64);
  return { ephemeral: bytes.slice(0, 32), key: bytes.slice(32) };
};

export interface PickUpRequest {
  /** 16 random bytes, used once. */
  readonly salt: Uint8Array;
  /** The practice's address, 16 bytes, and its prekey. */
  readonly practice: Uint8Array;
  readonly prekey: Uint8Array;
  readonly payload: Uint8Array;
}

/** Noise message 1 under the code's ephemeral key; `bad-key` for a prekey that X25519 refuses. */
export const sealPickUpRequest = (
  root: Uint8Array,
  { salt, practice, prekey, payload }: PickUpRequest,
): Result<WrittenMessage1> => {
  const { ephemeral } = secrets(root, salt);
  const shared = agree(ephemeral, prekey);
  if (shared === undefined) return refuse<RefusalCode>('bad-key');
  const start = startHandshake(noisePrologue(practice, prekey), prekey);
  return writeMessage1(start, x25519.getPublicKey(ephemeral), shared, payload);
};

const agree = (own: Uint8Array, peer: Uint8Array): Uint8Array | undefined => {
  if (peer.length !== 32) return undefined;
  try {
    const secret = x25519.getSharedSecret(own, peer);
    return isZeroSecret(secret) ? undefined : secret;
  } catch {
    return undefined; // noble throws for a zero secret
  }
};

/** A bundle's body: the salt, then the content under its key. Looks like Noise message 1 to whoever cannot open it. */
export const sealTicket = (root: Uint8Array, salt: Uint8Array, content: Uint8Array): Uint8Array =>
  concatBytes(salt, chacha20poly1305(secrets(root, salt).key, NONCE).encrypt(content));

export interface OpenedTicket {
  readonly content: Uint8Array;
  /** Of message 1, which went out with it. */
  readonly ephemeral: Uint8Array;
}

/** Undefined for whatever was not sealed under this code. */
export const openTicket = (root: Uint8Array, body: Uint8Array): OpenedTicket | undefined => {
  if (body.length <= TICKET_OVERHEAD) return undefined;
  const { ephemeral, key } = secrets(root, body.slice(0, SALT_BYTES));
  try {
    return { content: chacha20poly1305(key, NONCE).decrypt(body.subarray(SALT_BYTES)), ephemeral };
  } catch {
    return undefined; // the tag does not fit
  }
};
