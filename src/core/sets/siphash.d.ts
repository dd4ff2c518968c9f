declare module 'siphash' {
  /** SipHash-2-4 (Aumasson & Bernstein, 2012) under a key of four 32-bit words; the high and the low word of the result. */
  const siphash: {
    hash(key: readonly number[], message: Uint8Array): { readonly h: number; readonly l: number };
  };
  export default siphash;
}
