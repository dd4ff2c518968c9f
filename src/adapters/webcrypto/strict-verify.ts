/** Strict Ed25519 on top of the platform's verification (docs/protocol/crypto.md, "Signatures"). */
import { toHex } from '#core/bytes/hex.ts';
import {
  checkPublicKey,
  checkSignatureShape,
  createStrictVerify,
  isPlausiblePublicKey,
} from '#core/crypto/ed25519-strict.ts';
import { createRecent } from '#core/crypto/recent.ts';
import type { Crypto } from '#ports/crypto.ts';
import { type Platform, plain } from './platform.ts';

/** Remembered keys: every practice of the country and as many again. A key costs about 200 bytes here. */
const REMEMBERED_KEYS = 8_192;

const nativeVerify = (subtle: SubtleCrypto): Crypto['verify'] => {
  const keys = createRecent<CryptoKey | 'bad'>(REMEMBERED_KEYS);
  return async (publicKey, message, signature) => {
    if (!checkSignatureShape(signature) || !isPlausiblePublicKey(publicKey)) return false;
    const name = toHex(publicKey);
    const known = keys.get(name);
    if (known === 'bad') return false;
    try {
      const key = known ?? (await subtle.importKey('raw', plain(publicKey), 'Ed25519', false, ['verify']));
      if (!(await subtle.verify('Ed25519', key, plain(signature), plain(message)))) return false;
      if (known !== undefined) return true;
      // The costly check of an unknown key comes last and is remembered: a forger who invents keys does not reach it.
      const good = checkPublicKey(publicKey).ok;
      keys.set(name, good ? key : 'bad');
      return good;
    } catch {
      return false; // the platform refuses the key or the signature outright
    }
  };
};

export const createVerify = (platform: Platform): Crypto['verify'] => {
  if (platform.ed25519) return nativeVerify(platform.subtle);
  const verify = createStrictVerify(REMEMBERED_KEYS);
  return async (publicKey, message, signature) => verify(publicKey, message, signature);
};
