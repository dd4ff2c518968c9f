/** However it is gathered: the hash is that of everything, in order. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTraceHash } from '#sim/trace-hash.ts';

test('is the hash of all lines and bytes, of whatever length', () => {
  const part = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.uint8Array({ maxLength: 50 }),
    fc.constantFrom(30_000, 65_535, 65_536, 70_000).map((length) => new Uint8Array(length).fill(length)),
    fc.constantFrom(10_000, 21_846, 70_000).map((length) => 'ß'.repeat(length)),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const whole = createHash('sha256');
      const gathered = createTraceHash();
      for (const one of parts) {
        whole.update(one);
        if (typeof one === 'string') gathered.line(one);
        else gathered.bytes(one);
        expect(gathered.digest()).toBe(whole.copy().digest('hex').slice(0, 32));
      }
    }),
    { numRuns: 50 },
  );
});
