import { bytesToUtf8, utf8ToBytes } from '@noble/ciphers/utils.js';
import { concatBytes, equalBytes } from '#core/bytes/compare.ts';

export const toUtf8 = utf8ToBytes;

/** The decoder drops one byte order mark at the start. With this in front it drops ours, and keeps one that was typed. */
const MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/** Text from UTF-8, or undefined unless the bytes are its one well-formed encoding. */
export const fromUtf8 = (bytes: Uint8Array): string | undefined => {
  const text = bytesToUtf8(concatBytes(MARK, bytes));
  return equalBytes(toUtf8(text), bytes) ? text : undefined;
};
