/** One state for all hashes: none may leave anything behind in the next. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '#core/bytes/hex.ts';
import { sha256, shortHash } from '#core/crypto/sha256.ts';

test('hashes one message after another as the platform does', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (messages) => {
      const digests = messages.map(sha256);
      for (const [index, message] of messages.entries()) {
        const expected = createHash('sha256').update(message).digest('hex');
        expect(toHex(digests[index] ?? message)).toBe(expected);
        expect(shortHash(message)).toBe(expected.slice(0, 32));
      }
    }),
  );
});
