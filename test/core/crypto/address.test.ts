/** Addresses and message ids against Node's own SHA-256. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOf, messageIdOf } from '#core/crypto/address.ts';

const firstSixteen = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest().subarray(0, 16).toString('hex');

test('an address is the first half of the hash of the key', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
      expect(addressOf(key)).toBe(firstSixteen(key));
    }),
  );
});

test('a message id is the first half of the hash of what is signed', () => {
  // FIPS 180-4, "abc".
  expect(messageIdOf(Buffer.from('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223');
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => messageIdOf(bytes) === firstSixteen(bytes)));
});
