/** The four sizes of bundles, and the secret by which one is removed. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Bucket, WireMinute } from '#core/brand.ts';
import {
  BUNDLE_CLASSES,
  BUNDLE_HEADER_BYTES,
  type Bundle,
  encodeBundle,
  paddedInner,
  removalCommitment,
  removalMatches,
} from '#core/wire/bundle.ts';
import { removalSecret } from '#core/wire/removal-secret.ts';
import { reserveContentLength } from '#core/wire/reserve.ts';

const AROUND = { handshake: BUNDLE_HEADER_BYTES + 32 + 16, message: BUNDLE_HEADER_BYTES + 1 + 16 } as const;

describe('sizes', () => {
  test.each([
    ['a receipt', 'handshake', 2, 66],
    ['a receipt at its largest', 'handshake', 5, 66],
    [
      'a request with a name of 8 bytes and a text of 16',
      'handshake',
      reserveContentLength({ name: 'x'.repeat(8), code: '', text: 'x'.repeat(16) }),
      130,
    ],
    ['a request of 64 bytes', 'handshake', 64, 130],
    ['the largest content of that size', 'handshake', 69, 130],
    ['one byte more', 'handshake', 70, 352],
    [
      'the largest request',
      'handshake',
      reserveContentLength({ name: 'x'.repeat(24), code: 'ABCD2345EFGH', text: 'x'.repeat(200) }),
      352,
    ],
    ['a confirmation with a note of 6 bytes', 'message', 8, 40],
    ['a note of 8 bytes', 'message', 10, 40],
    ['a note of 9 bytes', 'message', 11, 66],
    ['the largest note', 'message', 202, 352],
  ] as const)('%s', (_, kind, content, total) => {
    const compact = paddedInner(kind, content, 'compact');
    expect(compact).toBeGreaterThanOrEqual(content);
    expect(compact + AROUND[kind]).toBe(total);
    expect(paddedInner(kind, content, 'uniform') + AROUND[kind]).toBe(352);
  });
});

const secret = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const bundle = (size: number, changes: Partial<Bundle> = {}): Bundle => {
  const head = { bucket: 0xab as Bucket, created: 468_000 as WireMinute, body: new Uint8Array(size - 13).fill(7) };
  const whole = { ...head, ...changes };
  return { kind: 'bundle', commitment: removalCommitment(whole, secret), ...whole };
};

describe('removal', () => {
  test.each(BUNDLE_CLASSES)('the secret inside a bundle of %d bytes removes it', (size) => {
    expect(removalMatches(encodeBundle(bundle(size)), secret)).toBe(true);
  });

  test('the commitment, by hand', () => {
    const hash = createHash('sha256')
      .update('terminfunk removal')
      .update(secret)
      .update(Buffer.from('ab072420', 'hex'));
    expect(bundle(40).commitment).toEqual(Uint8Array.from(hash.update(Buffer.alloc(27, 7)).digest().subarray(0, 8)));
  });

  test('no other secret, and not for a bundle that was changed', () => {
    const { commitment } = bundle(66);
    expect(removalMatches(encodeBundle(bundle(66)), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 9))).toBe(false);
    expect(removalMatches(encodeBundle(bundle(66)), secret.subarray(0, 7))).toBe(false);
    for (const changes of [
      { bucket: 0xac as Bucket },
      { created: 468_001 as WireMinute },
      { body: new Uint8Array(53) },
    ]) {
      expect(removalMatches(encodeBundle(bundle(66, { ...changes, commitment })), secret)).toBe(false);
    }
    expect(removalMatches(encodeBundle(bundle(66)).subarray(1), secret)).toBe(false);
  });

  test('every bundle of a conversation has a secret of its own, derived as documented', () => {
    const seed = new Uint8Array(8).fill(9);
    const hash = createHash('sha256').update('terminfunk removal seed').update(seed).update(Uint8Array.of(1, 3));
    expect(removalSecret(seed, 1, 3)).toEqual(Uint8Array.from(hash.digest().subarray(0, 8)));
    const secrets = [0, 1].flatMap((direction) =>
      [0, 1, 2, 255].map((number) => String(removalSecret(seed, direction === 0 ? 0 : 1, number))),
    );
    expect(new Set(secrets).size).toBe(8);
  });
});
