/** Identity keys, prekeys and the pseudonym secret: by name, from the KeyStore, made ready once. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { createRecent } from '#core/crypto/recent.ts';
import type { KeyEntry, KeyStore } from '#ports/key-store.ts';
import type { Rng } from '#ports/rng.ts';
import { importPrivate, type Platform, plain } from './platform.ts';
import { type DhKey, publicX25519, type X25519 } from './x25519.ts';

/** The keys of one device are few: its identity, the prekeys of three weeks, the pseudonym secret. */
const REMEMBERED_KEYS = 256;
const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const;
const SECRET_BYTES = 32;

export interface NamedKeys {
  importIdentity(name: string, seed: Uint8Array): Promise<Uint8Array>;
  sign(name: string, message: Uint8Array): Promise<Uint8Array>;
  createPrekey(name: string): Promise<Uint8Array>;
  /** The prekey's private and public half, or undefined when there is none by this name. */
  prekey(name: string): Promise<{ readonly own: DhKey; readonly publicKey: Uint8Array } | undefined>;
  /** HMAC-SHA-256 under the secret of this name, which is made on first use. */
  mac(name: string, message: Uint8Array): Promise<Uint8Array>;
  importSecret(name: string, secret: Uint8Array): Promise<void>;
  /** The same under a secret that was imported, or undefined when there is none by this name. */
  derive(name: string, salt: Uint8Array): Promise<Uint8Array | undefined>;
  forget(names: readonly string[]): void;
}

export interface NamedKeysParts {
  readonly platform: Platform;
  readonly x25519: X25519;
  readonly keys: KeyStore;
  readonly random: Rng;
}

/** The KeyStore answers with what some version of this program put there: anything but a CryptoKey is a missing key. */
const platformKey = (entry: KeyEntry): CryptoKey | undefined =>
  entry.kind === 'platform' && entry.key instanceof CryptoKey ? entry.key : undefined;

export const createNamedKeys = ({ platform, x25519, keys, random }: NamedKeysParts): NamedKeys => {
  const { subtle } = platform;
  const prekeys = createRecent<{ readonly own: DhKey; readonly publicKey: Uint8Array }>(REMEMBERED_KEYS);
  const signers = createRecent<CryptoKey | Uint8Array>(REMEMBERED_KEYS);
  const macs = createRecent<CryptoKey | Uint8Array>(REMEMBERED_KEYS);

  const signer = async (name: string): Promise<CryptoKey | Uint8Array> => {
    const known = signers.get(name);
    if (known) return known;
    const entry = await keys.get(name);
    const key =
      entry?.kind === 'secret'
        ? platform.ed25519
          ? await importPrivate(subtle, 'Ed25519', entry.secret, 'sign')
          : entry.secret
        : entry && platformKey(entry);
    if (!key) throw new Error(`crypto: no identity named ${name}`);
    signers.set(name, key);
    return key;
  };

  const importIdentity = async (name: string, seed: Uint8Array): Promise<Uint8Array> => {
    if (seed.length !== SECRET_BYTES) throw new RangeError('crypto: an Ed25519 seed has 32 bytes');
    const publicKey = ed25519.getPublicKey(seed);
    const own = platform.ed25519 ? await importPrivate(subtle, 'Ed25519', seed, 'sign') : seed.slice();
    const entry: KeyEntry =
      keys.keepsPlatformKeys && own instanceof CryptoKey
        ? { kind: 'platform', key: own, publicKey }
        : { kind: 'secret', secret: seed.slice() };
    await keys.put(name, entry);
    signers.set(name, own);
    return publicKey;
  };

  const newPrekey = async (): Promise<KeyEntry> => {
    if (!platform.x25519 || !keys.keepsPlatformKeys) return { kind: 'secret', secret: random.bytes(SECRET_BYTES) };
    const pair = await subtle.generateKey('X25519', false, ['deriveBits']);
    if (!('privateKey' in pair)) throw new Error('crypto: X25519 gave no key pair');
    const publicKey = new Uint8Array(await subtle.exportKey('raw', pair.publicKey));
    return { kind: 'platform', key: pair.privateKey, publicKey };
  };

  const readyPrekey = async (entry: KeyEntry) => {
    const own = entry.kind === 'secret' ? await x25519.prepare(entry.secret) : platformKey(entry);
    return own && { own, publicKey: entry.kind === 'secret' ? publicX25519(entry.secret) : entry.publicKey };
  };

  const prekey: NamedKeys['prekey'] = async (name) => {
    const known = prekeys.get(name);
    if (known) return known;
    const entry = await keys.get(name);
    const ready = entry && (await readyPrekey(entry));
    if (ready) prekeys.set(name, ready);
    return ready;
  };

  const createPrekey = async (name: string): Promise<Uint8Array> => {
    const existing = await prekey(name);
    if (existing) return existing.publicKey;
    const ready = await readyPrekey(await keys.add(name, await newPrekey()));
    if (!ready) throw new Error(`crypto: ${name} names no prekey`);
    prekeys.set(name, ready);
    return ready.publicKey;
  };

  const macEntry = async (secret: Uint8Array): Promise<KeyEntry> => {
    if (!keys.keepsPlatformKeys) return { kind: 'secret', secret };
    const key = await subtle.importKey('raw', plain(secret), HMAC, false, ['sign']);
    return { kind: 'platform', key, publicKey: new Uint8Array(0) };
  };

  const keptMac = async (name: string): Promise<CryptoKey | Uint8Array | undefined> => {
    const known = macs.get(name);
    if (known) return known;
    const entry = await keys.get(name);
    const key = entry?.kind === 'secret' ? entry.secret : entry && platformKey(entry);
    if (key) macs.set(name, key);
    return key;
  };

  const macKey = async (name: string): Promise<CryptoKey | Uint8Array> => {
    const kept = await keptMac(name);
    if (kept) return kept;
    await keys.add(name, await macEntry(random.bytes(SECRET_BYTES)));
    const made = await keptMac(name);
    if (!made) throw new Error(`crypto: ${name} names no secret`);
    return made;
  };

  const macWith = async (key: CryptoKey | Uint8Array, message: Uint8Array): Promise<Uint8Array> => {
    if (key instanceof Uint8Array) return hmac(sha256, key, message);
    return new Uint8Array(await subtle.sign('HMAC', key, plain(message)));
  };

  return {
    importIdentity,
    createPrekey,
    prekey,
    sign: async (name, message) => {
      const key = await signer(name);
      if (key instanceof Uint8Array) return ed25519.sign(message, key);
      return new Uint8Array(await subtle.sign('Ed25519', key, plain(message)));
    },
    mac: async (name, message) => macWith(await macKey(name), message),
    importSecret: async (name, secret) => {
      if (secret.length !== SECRET_BYTES) throw new RangeError('crypto: a secret has 32 bytes');
      await keys.put(name, await macEntry(secret.slice()));
      macs.delete(name);
    },
    derive: async (name, salt) => {
      const key = await keptMac(name);
      return key && macWith(key, salt);
    },
    forget: (names) => {
      for (const name of names) for (const cache of [prekeys, signers, macs]) cache.delete(name);
    },
  };
};
