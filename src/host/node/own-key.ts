import type { KeyName } from '#core/brand.ts';
import { addressOf } from '#core/crypto/address.ts';
import type { OwnKey } from '#engine/config.ts';
import type { Crypto } from '#ports/crypto.ts';
import type { KeyStore } from '#ports/key-store.ts';
import type { Rng } from '#ports/rng.ts';

export interface OwnKeyParts {
  readonly keys: KeyStore;
  readonly crypto: Crypto;
  readonly random: Rng;
}

/**
 * The identity of a relay, a kiosk or a program: a seed that is made at the first start and kept from then on under the name
 * `seed`, and the key that it gives under the name `key`. Rejects with StoreError when the key store cannot be read.
 */
export const loadOwnKey = async (
  { keys, crypto, random }: OwnKeyParts,
  { seed, key }: { readonly seed: string; readonly key: KeyName },
): Promise<OwnKey> => {
  const kept = await keys.add(seed, { kind: 'secret', secret: random.bytes(32) });
  if (kept.kind !== 'secret') throw new Error(`${seed} is not a secret`);
  const publicKey = await crypto.importIdentity(key, kept.secret);
  return { key, publicKey, address: addressOf(publicKey) };
};
