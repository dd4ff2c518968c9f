import { webcrypto } from 'node:crypto';
import { createWebCrypto } from '#adapters/webcrypto/web-crypto.ts';
import type { KeyName } from '#core/brand.ts';
import type { CryptoOp, CryptoOutcome } from '#engine/crypto-op.ts';
import { runCrypto } from '#host/run-crypto.ts';
import type { Crypto } from '#ports/crypto.ts';
import type { KeyEntry, KeyStore } from '#ports/key-store.ts';
import type { Dice } from '#sim/dice.ts';
import type { Signer } from '#sim/signer.ts';

/** A node's crypto: signatures at once (sim/signer.ts), everything else by the product's own adapter. */
export interface SimCrypto {
  addIdentity(key: KeyName, seed: Uint8Array): Uint8Array;
  perform(op: CryptoOp): CryptoOutcome | Promise<CryptoOutcome>;
}

/**
 * Keys that survive a crash, as a key store's do. Bytes and not the platform's keys: what a platform generates, no seed
 * decides.
 */
const createKeys = (): KeyStore => {
  const entries = new Map<string, KeyEntry>();
  return {
    keepsPlatformKeys: false,
    get: async (name) => entries.get(name),
    put: async (name, entry) => void entries.set(name, entry),
    add: async (name, entry) => {
      const kept = entries.get(name) ?? entry;
      entries.set(name, kept);
      return kept;
    },
    delete: async (names) => {
      for (const name of names) entries.delete(name);
    },
    list: async (prefix) => [...entries.keys()].filter((name) => name.startsWith(prefix)),
    clear: async () => entries.clear(),
  };
};

export const createSimCrypto = (signer: Signer, dice: Dice): SimCrypto => {
  const publicKeys = new Map<KeyName, Uint8Array>();
  let adapter: Crypto | undefined;
  /** Made when it is first needed: most nodes only sign and check. */
  const whole = (): Crypto => {
    adapter ??= createWebCrypto({
      subtle: webcrypto.subtle as SubtleCrypto,
      keys: createKeys(),
      random: { bytes: (count) => dice.bytes(count) },
      verify: async (publicKey, message, signature) => signer.verify(publicKey, message, signature),
    });
    return adapter;
  };
  const sign = (key: KeyName, message: Uint8Array): CryptoOutcome => {
    const publicKey = publicKeys.get(key);
    return publicKey === undefined ? { op: 'failed' } : { op: 'sign', value: signer.sign(publicKey, message) };
  };
  return {
    addIdentity: (key, seed) => {
      const publicKey = signer.addKey(seed);
      publicKeys.set(key, publicKey);
      return publicKey;
    },
    perform: (op) => {
      if (op.op === 'verify') {
        return { op: 'verify', value: signer.verify(op.publicKey, op.message, op.signature) };
      }
      return op.op === 'sign' ? sign(op.key, op.message) : runCrypto(whole(), op);
    },
  };
};
