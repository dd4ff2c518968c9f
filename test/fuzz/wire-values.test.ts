/** Every message that may be sent is what arrives, and nothing that came before changes that. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SIGNATURE_BYTES } from '#core/wire/signed.ts';
import { CODECS } from '#test/core/wire/codecs.ts';
import { VALUES } from '#test/fuzz/wire-values.ts';

const RUNS = { numRuns: Number(process.env.FUZZ_RUNS ?? 50) };
const SIGNED = ['announce', 'withdraw', 'identity', 'credential', 'revocations'];

test('there are values for every codec', () => {
  expect(Object.keys(VALUES)).toEqual(CODECS.map(({ name }) => name));
});

describe.each(CODECS)('$name', ({ name, decode, encode }) => {
  const values = VALUES[name];
  if (values === undefined) return;
  const signature = SIGNED.includes(name) ? new Uint8Array(SIGNATURE_BYTES).fill(0x5a) : undefined;

  test('arrives as it was sent', () => {
    const roundTrip = fc.property(values, ({ message, length }) => {
      const sent = encode({ message, signature }, length);
      if (length !== undefined) expect(sent).toHaveLength(length);
      expect(decode(sent)).toEqual({ ok: true, value: { message, signature } });
    });
    fc.assert(roundTrip, RUNS);
  });

  test('arrives as it was sent after something that was refused', () => {
    const garbage = fc.tuple(fc.uint8Array({ maxLength: 80 }), fc.nat());
    const property = fc.property(values, garbage, ({ message, length }, [extra, at]) => {
      const sent = encode({ message, signature }, length);
      const middle = at % (sent.length + 1);
      decode(Uint8Array.from([...sent.subarray(0, middle), ...extra, ...sent.subarray(middle)]));
      decode(Uint8Array.from([sent[0] ?? 0, ...extra, ...new Uint8Array(SIGNATURE_BYTES)]));
      expect(decode(sent)).toEqual({ ok: true, value: { message, signature } });
    });
    fc.assert(property, RUNS);
  });

  test('keeps what it decoded when the bytes that came are changed later', () => {
    if (signature !== undefined) return;
    const property = fc.property(values, ({ message, length }) => {
      const sent = encode({ message, signature }, length);
      const decoded = decode(sent);
      sent.fill(0xff);
      expect(decoded).toEqual({ ok: true, value: { message, signature } });
    });
    fc.assert(property, { numRuns: 20 });
  });
});
