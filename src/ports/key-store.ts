/**
 * Where the Crypto port's adapter keeps keys and session secrets, by name. Apart from Store, because a browser can keep
 * keys that nobody can read out, and because secrets are never among the bytes that a snapshot or a backup takes along.
 */
export type KeyEntry =
  /** A key that the platform holds (a non-extractable CryptoKey) and its public half, empty where there is none. */
  | { readonly kind: 'platform'; readonly key: object; readonly publicKey: Uint8Array }
  /** Raw secret bytes; encrypted at rest where the adapter can. */
  | { readonly kind: 'secret'; readonly secret: Uint8Array };

export interface KeyStore {
  /** Whether `platform` entries can be kept. Where not, keys are put as `secret`. */
  readonly keepsPlatformKeys: boolean;
  get(name: string): Promise<KeyEntry | undefined>;
  /** Replaces what the name held. Durable when it resolves. Rejects with StoreError, like everything here. */
  put(name: string, entry: KeyEntry): Promise<void>;
  /** Keeps the entry unless the name is taken, atomically also between tabs; returns what the name then holds. Durable. */
  add(name: string, entry: KeyEntry): Promise<KeyEntry>;
  /** Unknown names are ignored. Durable. */
  delete(names: readonly string[]): Promise<void>;
  /** Every name that begins with the prefix, in no particular order. */
  list(prefix: string): Promise<string[]>;
  /** Deletes everything, the key that encrypts secrets included. */
  clear(): Promise<void>;
}
