/** The Rng port over the platform's generator, in browsers and in Node. */
import type { Rng } from '#ports/rng.ts';

/** `getRandomValues` refuses more at once. */
const MAX_REQUEST = 65_536;

export const createSystemRng = (): Rng => ({
  bytes: (count) => {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; at += MAX_REQUEST) crypto.getRandomValues(bytes.subarray(at, at + MAX_REQUEST));
    return bytes;
  },
});
