import { bytesToUtf8, utf8ToBytes } from '@noble/ciphers/utils.js';
import { equalBytes } from '#core/bytes/compare.ts';

export const toUtf8 = utf8ToBytes;

/** Text from UTF-8, or undefined unless the bytes are its one well-formed encoding. */
export const fromUtf8 = (bytes: Uint8Array): string | undefined => {
  const text = bytesToUtf8(bytes);
  return equalBytes(toUtf8(text), bytes) ? text : undefined;
};
