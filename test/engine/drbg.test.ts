import { describe, expect, test } from 'vitest';
import { toHex } from '#core/bytes/hex.ts';
import { createDrbg } from '#engine/drbg.ts';

const seed = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

describe('seeded randomness', () => {
  test('is the same for a seed however it is drawn, and another for another seed', () => {
    const whole = createDrbg(seed(1)).bytes(1_000);
    const drbg = createDrbg(seed(1));
    const pieces = [1, 31, 32, 33, 0, 100, 803].map((count) => toHex(drbg.bytes(count))).join('');
    expect(pieces).toBe(toHex(whole));
    expect(toHex(createDrbg(seed(2)).bytes(1_000))).not.toBe(toHex(whole));
  });

  test('does not repeat itself', () => {
    const drbg = createDrbg(seed(3));
    const blocks = Array.from({ length: 2_000 }, () => toHex(drbg.bytes(16)));
    expect(new Set(blocks).size).toBe(2_000);
  });

  test('gives fractions below one and integers below their bound, all of them', () => {
    const drbg = createDrbg(seed(4));
    const seen = new Map<number, number>();
    for (let index = 0; index < 20_000; index++) {
      const value = drbg.integer(10);
      seen.set(value, (seen.get(value) ?? 0) + 1);
      const fraction = drbg.fraction();
      expect(fraction >= 0 && fraction < 1).toBe(true);
    }
    expect([...seen.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const times of seen.values()) expect(Math.abs(times - 2_000)).toBeLessThan(300);
  });

  test('what was drawn is the caller’s: changing it changes nothing', () => {
    const [one, other] = [createDrbg(seed(5)), createDrbg(seed(5))];
    one.bytes(8).fill(0);
    other.bytes(8);
    expect(one.bytes(64)).toEqual(other.bytes(64));
  });

  test.each([0, 31, 33])('a seed of %i bytes is a bug', (length) => {
    expect(() => createDrbg(new Uint8Array(length))).toThrow();
  });
});
