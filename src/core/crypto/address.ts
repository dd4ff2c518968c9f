import type { MessageId, NodeAddress } from '#core/brand.ts';
import { shortHash } from '#core/crypto/sha256.ts';

/** The address of an Ed25519 public key (32 bytes): the first 16 bytes of its SHA-256 (docs/protocol/crypto.md). */
export const addressOf = (publicKey: Uint8Array): NodeAddress => shortHash(publicKey) as NodeAddress;

/** The id of a message: the first 16 bytes of SHA-256 of what is signed; of all bytes where nothing is. */
export const messageIdOf = (bytes: Uint8Array): MessageId => shortHash(bytes) as MessageId;
