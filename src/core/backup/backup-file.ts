/**
 * The file into which a practice saves what its words do not bring back (docs/protocol/backup.md): a header that says whose
 * it is, and the content, sealed under a key that follows from the words.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { concatBytes, equalBytes } from '#core/bytes/compare.ts';
import { ok, type Result, refuse } from '#core/result.ts';

export const BACKUP_VERSION = 1;
export const BACKUP_SALT_BYTES = 16;
/** Content that is as large as a practice can have stays below it. */
export const MAX_BACKUP_BYTES = 4 * 1024 * 1024;

const INFO = utf8ToBytes('terminfunk backup 1');
const MAGIC = utf8ToBytes('TFBACKUP');
const ADDRESS_BYTES = 16;
const VERSION_AT = MAGIC.length;
const ADDRESS_AT = VERSION_AT + 1;
const SALT_AT = ADDRESS_AT + ADDRESS_BYTES;
const HEADER_BYTES = SALT_AT + BACKUP_SALT_BYTES;
const TAG_BYTES = 16;
/** Each file has a key of its own, by its salt. */
const NONCE = new Uint8Array(12);

/** What every file's key is made with, from the 32 bytes behind the words. It tells nothing of the identity's seed. */
export const backupSecret = (entropy: Uint8Array): Uint8Array => hkdf(sha256, entropy, undefined, INFO, 32);

/** A file before it is opened: who may have written it is not known yet. */
export interface SealedBackup {
  /** 16 bytes: the practice that it says it is of. */
  readonly address: Uint8Array;
  readonly salt: Uint8Array;
  readonly header: Uint8Array;
  readonly sealed: Uint8Array;
}

/** `malformed` for what is no such file or is cut short, `unknown-kind` for one from a newer version, `too-large`. */
export const decodeBackupFile = (bytes: Uint8Array): Result<SealedBackup> => {
  if (bytes.length > MAX_BACKUP_BYTES) return refuse('too-large');
  if (bytes.length <= VERSION_AT || !equalBytes(bytes.subarray(0, VERSION_AT), MAGIC)) return refuse('malformed');
  const version = bytes[VERSION_AT] ?? 0;
  if (version > BACKUP_VERSION) return refuse('unknown-kind');
  if (version === 0 || bytes.length <= HEADER_BYTES + TAG_BYTES) return refuse('malformed');
  return ok({
    address: bytes.slice(ADDRESS_AT, SALT_AT),
    salt: bytes.slice(SALT_AT, HEADER_BYTES),
    header: bytes.slice(0, HEADER_BYTES),
    sealed: bytes.slice(HEADER_BYTES),
  });
};

/** `key`: 32 bytes that follow from the secret and this salt, used for nothing else. */
export const sealBackup = (
  { address, salt, key }: { readonly address: Uint8Array; readonly salt: Uint8Array; readonly key: Uint8Array },
  content: Uint8Array,
): Result<Uint8Array> => {
  if (address.length !== ADDRESS_BYTES || salt.length !== BACKUP_SALT_BYTES)
    throw new RangeError('backup: wrong length');
  if (HEADER_BYTES + content.length + TAG_BYTES > MAX_BACKUP_BYTES) return refuse('too-large');
  const header = concatBytes(MAGIC, Uint8Array.of(BACKUP_VERSION), address, salt);
  return ok(concatBytes(header, chacha20poly1305(key, NONCE, header).encrypt(content)));
};

/** `cannot-open` when a byte of it is not as it was written, or the key is another one. */
export const openBackup = ({ header, sealed }: SealedBackup, key: Uint8Array): Result<Uint8Array> => {
  try {
    return ok(chacha20poly1305(key, NONCE, header).decrypt(sealed));
  } catch {
    return refuse('cannot-open'); // the tag does not fit
  }
};
