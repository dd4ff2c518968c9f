import type { Bucket, KeyName, NodeAddress, SessionName } from '#core/brand.ts';
import type { Handshake } from '#core/crypto/noise-nk.ts';
import type { Result } from '#core/result.ts';

/** The key name of the patient's secret behind every pseudonym: made on first use, forgotten like any other key. */
export const PSEUDONYM_SECRET = 'pseudonym' as KeyName;

/**
 * What needs a secret or costs time. Callers name keys, they never hold one: the adapter keeps identity keys, prekeys and
 * session secrets, durably, before it answers. Every adapter passes test/contracts/crypto.ts.
 */
export interface Crypto {
  /**
   * Strict Ed25519 (RFC 8032, with the checks of core/crypto/ed25519-strict.ts): canonical, torsion-free key and R,
   * S below L. `false` for everything else, alike in every implementation. Key 32 bytes, signature 64.
   */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
  /** The 64-byte Ed25519 signature. */
  sign(key: KeyName, message: Uint8Array): Promise<Uint8Array>;
  /** Imports a 32-byte Ed25519 seed under a name, non-extractable where the platform can; returns the public key. */
  importIdentity(key: KeyName, seed: Uint8Array): Promise<Uint8Array>;
  /** Makes an X25519 key pair under a name; returns the 32-byte public key. Existing names answer with their public key. */
  createPrekey(key: KeyName): Promise<Uint8Array>;
  /** Keeps a 32-byte secret under a name, non-extractable where the platform can. Replaces what the name held. */
  importSecret(key: KeyName, secret: Uint8Array): Promise<void>;
  /** HMAC-SHA-256 of the salt under a secret that was imported: 32 bytes; undefined where none is kept by this name. */
  derive(key: KeyName, salt: Uint8Array): Promise<Uint8Array | undefined>;
  /** 8 bytes fixed per (this device's patient secret, practice): HMAC-SHA-256, cut. See PSEUDONYM_SECRET. */
  pseudonym(practice: NodeAddress): Promise<Uint8Array>;
  /** Forgets keys and sessions. Unknown names are ignored. */
  forget(names: readonly (KeyName | SessionName)[]): Promise<void>;

  /** Noise NK, initiator: starts a session and returns message 1 (32 + payload + 16 bytes). `bad-key` for a prekey that X25519 refuses. */
  sealRequest(input: SealRequest): Promise<Result<Uint8Array>>;
  /**
   * Noise NK, initiator: puts back the session of a request that was sealed elsewhere, as `sealRequest` left it there. A
   * session of that name that exists stays as it is.
   */
  resumeRequest(session: SessionName, request: ResumedRequest): Promise<void>;
  /** Noise NK, responder: message 2 (32 + payload + 16 bytes) of a session that `open` accepted. Once per session:
   * the same payload again gives the same bytes until the session is used further, another payload throws. */
  sealReceipt(session: SessionName, payload: Uint8Array): Promise<Uint8Array>;
  /** A transport message of a finished session: 1-byte message number (1–255), then payload + 16 bytes.
   * The same number and payload give the same bytes again; a number that sealed another payload throws. */
  sealMessage(session: SessionName, number: number, payload: Uint8Array): Promise<Uint8Array>;
  /** Tries a sealed body against everything given; `cannot-open` when it is for somebody else. */
  open(input: OpenBundle): Promise<Result<Opened>>;
}

export interface SealRequest {
  readonly session: SessionName;
  readonly practice: NodeAddress;
  readonly prekey: Uint8Array;
  readonly payload: Uint8Array;
}

/** What lets message 2 be read: the handshake after message 1, and the ephemeral private key. 32 bytes each. */
export interface ResumedRequest {
  readonly ephemeral: Uint8Array;
  readonly handshake: Handshake;
}

export interface OpenBundle {
  readonly body: Uint8Array;
  readonly bucket: Bucket;
  /** Prekeys of ours that may have been used: message 1 is tried against each. */
  readonly prekeys: readonly { readonly key: KeyName; readonly practice: NodeAddress }[];
  /** Sessions we started that still wait for message 2. */
  readonly waiting: readonly SessionName[];
  /** Finished sessions, for transport messages. */
  readonly finished: readonly SessionName[];
  /** The name under which a session that message 1 opens is kept. */
  readonly newSession: SessionName;
}

export type Opened =
  | { readonly kind: 'request'; readonly session: SessionName; readonly prekey: KeyName; readonly payload: Uint8Array }
  | { readonly kind: 'receipt'; readonly session: SessionName; readonly payload: Uint8Array }
  | {
      readonly kind: 'message';
      readonly session: SessionName;
      readonly number: number;
      readonly payload: Uint8Array;
    };
