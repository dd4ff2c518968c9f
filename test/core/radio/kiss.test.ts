/** Frames of a serial line, and what else comes over it (docs/protocol/radio.md). */
import { describe, expect, test } from 'vitest';
import { toHex } from '#core/bytes/hex.ts';
import { createKissDecoder, encodeKiss, type KissFrame, MAX_KISS_DATA } from '#core/radio/kiss.ts';
import { bytesOf } from '#test/core/wire/vector-files.ts';
import { frames, streams } from '#test/vectors/radio/kiss.json' with { type: 'json' };

const told = (decoded: readonly KissFrame[]) => decoded.map(({ command, data }) => [command, toHex(data)]);

test.each(frames)('$name: both ways', ({ command, data, bytes }) => {
  expect(toHex(encodeKiss(command, bytesOf(data)))).toBe(bytes);
  expect(told(createKissDecoder().push(bytesOf(bytes)))).toEqual([[command, data]]);
});

describe.each(streams)('$name', ({ bytes, frames: expected, losses }) => {
  test.each([1, 2, 3, 64, 5_000])('in chunks of %i', (size) => {
    const stream = bytesOf(bytes);
    const decoder = createKissDecoder();
    const decoded: KissFrame[] = [];
    for (let at = 0; at < stream.length; at += size) decoded.push(...decoder.push(stream.subarray(at, at + size)));
    expect(told(decoded)).toEqual(expected);
    expect(decoder.losses).toEqual(losses);
  });
});

test('a line that never ends a frame is kept as far as the longest frame goes, and counted once', () => {
  const decoder = createKissDecoder();
  const chunk = new Uint8Array(65_536).fill(0x41);
  decoder.push(Uint8Array.of(0xc0));
  for (let count = 0; count < 16; count++) expect(decoder.push(chunk)).toEqual([]);
  expect(decoder.losses).toEqual({ tooLong: 1, badEscape: 0, noise: 0 });
  expect(told(decoder.push(encodeKiss(8, Uint8Array.of(0x46))))).toEqual([[8, '46']]);
});

test('the data of a frame stays as it was when more comes', () => {
  const decoder = createKissDecoder();
  const [first] = decoder.push(encodeKiss(0, Uint8Array.of(1, 2, 3)));
  decoder.push(encodeKiss(0, Uint8Array.of(9, 9, 9)));
  expect(first?.data).toEqual(Uint8Array.of(1, 2, 3));
});

test.each([0xc0, 0xdb, 256, -1, 0.5])('command %d fits no frame', (command) => {
  expect(() => encodeKiss(command, new Uint8Array(0))).toThrow(RangeError);
});

test('more data than any frame has is a bug', () => {
  expect(() => encodeKiss(0, new Uint8Array(MAX_KISS_DATA + 1))).toThrow(RangeError);
});
