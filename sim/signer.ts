import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { equalBytes } from '#core/bytes/compare.ts';
import { toHex } from '#core/bytes/hex.ts';
import { checkPublicKey, checkSignatureShape, isPlausiblePublicKey } from '#core/crypto/ed25519-strict.ts';

/**
 * Ed25519 for all nodes of a world, at once instead of on a thread pool: OpenSSL signs and checks, with the product's own
 * strict rules (docs/protocol/crypto.md). What is true of a key or a signature is true for every node, so verdicts may be
 * remembered: above a thousand nodes, where the checks themselves are not what is looked at.
 */
export interface Signer {
  /** From a 32-byte seed. */
  addKey(seed: Uint8Array): Uint8Array;
  sign(publicKey: Uint8Array, message: Uint8Array): Uint8Array;
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  readonly checked: number;
}

interface Verdict {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly holds: boolean;
}

/** RFC 8410: a PKCS #8 private key and a SubjectPublicKeyInfo of Ed25519 are these bytes and 32 of the key. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

export const createSigner = (remembers: boolean): Signer => {
  const privateKeys = new Map<string, KeyObject>();
  const publicKeys = new Map<string, KeyObject | 'bad'>();
  /** By signature; of each, every key and message that it was checked with. */
  const verdicts = new Map<string, Verdict[]>();
  let checked = 0;

  const publicKeyOf = (publicKey: Uint8Array): KeyObject | 'bad' => {
    const name = toHex(publicKey);
    let key = publicKeys.get(name);
    if (key === undefined) {
      const good = isPlausiblePublicKey(publicKey) && checkPublicKey(publicKey).ok;
      key = good ? createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' }) : 'bad';
      publicKeys.set(name, key);
    }
    return key;
  };
  const check = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
    if (!checkSignatureShape(signature)) return false;
    const key = publicKeyOf(publicKey);
    checked++;
    return key !== 'bad' && verify(null, message, key, signature);
  };

  return {
    addKey: (seed) => {
      const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
      const publicKey = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32));
      privateKeys.set(toHex(publicKey), key);
      return publicKey;
    },
    sign: (publicKey, message) => {
      const key = privateKeys.get(toHex(publicKey));
      if (key === undefined) throw new Error('this world has no such key');
      return new Uint8Array(sign(null, message, key));
    },
    verify: (publicKey, message, signature) => {
      if (!remembers) return check(publicKey, message, signature);
      const name = toHex(signature);
      const known = verdicts.get(name) ?? [];
      for (const verdict of known) {
        if (equalBytes(verdict.publicKey, publicKey) && equalBytes(verdict.message, message)) return verdict.holds;
      }
      const holds = check(publicKey, message, signature);
      // Copies: what came may be a view of something larger.
      verdicts.set(name, [...known, { publicKey: publicKey.slice(), message: message.slice(), holds }]);
      return holds;
    },
    get checked() {
      return checked;
    },
  };
};
