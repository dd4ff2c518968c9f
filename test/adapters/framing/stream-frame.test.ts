import { describe, expect, test } from 'vitest';
import {
  createFrameDecoder,
  encodeGoodbye,
  goodbyeCode,
  goodbyeReason,
  HEARTBEAT,
  lengthSize,
  writeLength,
} from '#adapters/framing/stream-frame.ts';
import type { LinkEnd } from '#ports/transport.ts';

const REASONS: readonly LinkEnd[] = ['closed', 'lost', 'refused', 'protocol-violation', 'overloaded', 'shutting-down'];

const prefixOf = (length: number): number[] => {
  const bytes = new Uint8Array(lengthSize(length));
  writeLength(bytes, 0, length);
  return [...bytes];
};
const hexOf = (bytes: Iterable<number>): string => Buffer.from([...bytes]).toString('hex');
describe('lengths', () => {
  test.each([
    [0, '00'],
    [1, '01'],
    [63, '3f'],
    [64, '4040'],
    [16_383, '7fff'],
    [16_384, '80004000'],
    [65_536, '80010000'],
  ])('%i is written as %s', (length, hex) => {
    expect(hexOf(prefixOf(length))).toBe(hex);
  });

  test('a heartbeat is one byte and no frame', () => {
    expect(createFrameDecoder().push(HEARTBEAT)).toEqual({ frames: [], end: undefined });
  });

  test.each(REASONS)('a goodbye says %s, and its code does', (reason) => {
    expect(createFrameDecoder().push(encodeGoodbye(reason))).toEqual({ frames: [], end: reason });
    expect(goodbyeReason(goodbyeCode(reason))).toBe(reason);
  });

  test('goodbyes are fixed on the wire', () => {
    expect(REASONS.map((reason) => hexOf(encodeGoodbye(reason)))).toEqual([
      '80010001',
      '80010002',
      '80010003',
      '80010004',
      '80010005',
      '80010006',
    ]);
  });

  test('a code that we do not know is a plain end', () => {
    expect(goodbyeReason(999)).toBe('closed');
    expect(goodbyeReason(-1)).toBe('closed');
  });
});

describe('decoding', () => {
  test.each([
    ['eight-byte form', [0xc0]],
    ['two bytes where one would do', [0x40, 0x3f]],
    ['four bytes where two would do', [0x80, 0x00, 0x3f, 0xff]],
    ['one past the last goodbye', [0x80, 0x01, 0x00, 0x07]],
  ])('refuses %s', (_what, bytes) => {
    const decoder = createFrameDecoder();
    expect(decoder.push(Uint8Array.from([1, 5, ...bytes]))).toEqual({ frames: [Uint8Array.of(5)], end: 'garbage' });
    expect(decoder.push(Uint8Array.of(1, 6)).frames).toEqual([]);
  });

  test('nothing counts after a goodbye', () => {
    const bytes = Uint8Array.from([...encodeGoodbye('overloaded'), 1, 6]);
    expect(createFrameDecoder().push(bytes)).toEqual({ frames: [], end: 'overloaded' });
  });

  test('knows whether a frame is half there', () => {
    const decoder = createFrameDecoder();
    const states = [[], [0], [0x40], [0x40], [1], [...new Uint8Array(63)], [0]].map((bytes) => {
      decoder.push(Uint8Array.from(bytes));
      return decoder.isBetweenFrames();
    });
    expect(states).toEqual([true, true, false, false, false, true, true]);
  });

  test('frames are copies of what was received', () => {
    const chunk = Uint8Array.of(2, 7, 8);
    const { frames } = createFrameDecoder().push(chunk);
    chunk.fill(0);
    expect(frames).toEqual([Uint8Array.of(7, 8)]);
    expect(frames[0]?.buffer.byteLength).toBe(2);
  });
});
