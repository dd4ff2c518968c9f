export interface Rng {
  /** Cryptographically secure random bytes. */
  bytes(count: number): Uint8Array;
}
