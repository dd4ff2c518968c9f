/**
 * Public keys that came without an identity record, as radio carries them: enough to verify what a practice signed, and no more.
 * Nobody vouches for such a practice yet. Bounded; the oldest goes first.
 */
import type { NodeAddress } from '#core/brand.ts';
import { addressOf } from '#core/crypto/address.ts';

export interface KeyBook {
  get(address: NodeAddress): Uint8Array | undefined;
  /** The address that it is the key of. */
  learn(publicKey: Uint8Array): NodeAddress;
  readonly size: number;
}

export const createKeyBook = (capacity: number): KeyBook => {
  const keys = new Map<NodeAddress, Uint8Array>();
  return {
    get: (address) => keys.get(address),
    learn: (publicKey) => {
      const address = addressOf(publicKey);
      keys.delete(address);
      keys.set(address, publicKey);
      const [oldest] = keys.keys();
      if (keys.size > capacity && oldest !== undefined) keys.delete(oldest);
      return address;
    },
    get size() {
      return keys.size;
    },
  };
};
