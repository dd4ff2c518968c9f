/** X25519 by the platform where it can, by noble where not. */
import { x25519 } from '@noble/curves/ed25519.js';
import { isZeroSecret } from '#core/crypto/noise-nk.ts';
import { importPrivate, type Platform, plain } from './platform.ts';

/** A private key: the platform's own, or raw bytes. */
export type DhKey = CryptoKey | Uint8Array;

export interface X25519 {
  /** The private key as the platform works with it fastest. */
  prepare(secret: Uint8Array): Promise<DhKey>;
  /** The other side's public key, made ready to be multiplied with many of ours; undefined when it is refused. */
  peer(publicKey: Uint8Array): Promise<CryptoKey | Uint8Array | undefined>;
  /** The 32-byte secret, or undefined when it is zero. */
  agree(own: DhKey, peer: CryptoKey | Uint8Array): Promise<Uint8Array | undefined>;
}

export const publicX25519 = (secret: Uint8Array): Uint8Array => x25519.getPublicKey(secret);

const agreeInJavaScript = (own: Uint8Array, peer: Uint8Array): Uint8Array | undefined => {
  try {
    const secret = x25519.getSharedSecret(own, peer);
    return isZeroSecret(secret) ? undefined : secret;
  } catch {
    return undefined; // noble throws for a zero secret
  }
};

const javaScriptX25519: X25519 = {
  prepare: async (secret) => secret,
  peer: async (publicKey) => (publicKey.length === 32 ? publicKey : undefined),
  agree: async (own, peer) =>
    own instanceof Uint8Array && peer instanceof Uint8Array ? agreeInJavaScript(own, peer) : undefined,
};

const platformX25519 = (subtle: SubtleCrypto): X25519 => {
  const prepared = new WeakMap<Uint8Array, CryptoKey>();
  return {
    prepare: async (secret) => {
      const known = prepared.get(secret);
      if (known) return known;
      const key = await importPrivate(subtle, 'X25519', secret, 'deriveBits');
      prepared.set(secret, key);
      return key;
    },
    peer: async (publicKey) => {
      try {
        return await subtle.importKey('raw', plain(publicKey), 'X25519', false, []);
      } catch {
        return undefined;
      }
    },
    agree: async (own, peer) => {
      if (own instanceof Uint8Array || peer instanceof Uint8Array) return undefined;
      try {
        const secret = new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: peer }, own, 256));
        return isZeroSecret(secret) ? undefined : secret;
      } catch {
        return undefined; // the platform throws for a zero secret
      }
    },
  };
};

export const createX25519 = (platform: Platform): X25519 =>
  platform.x25519 ? platformX25519(platform.subtle) : javaScriptX25519;
