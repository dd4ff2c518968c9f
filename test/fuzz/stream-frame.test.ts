/** The decoder of a link's stream against any bytes, cut anywhere (docs/protocol/links.md). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameDecoder, type Decoded, lengthSize, writeLength } from '#adapters/framing/stream-frame.ts';
import { MAX_FRAME_BYTES } from '#core/domain/limits.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 300);

const prefixOf = (length: number): number[] => {
  const bytes = new Uint8Array(lengthSize(length));
  writeLength(bytes, 0, length);
  return [...bytes];
};
const streamOf = (frames: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(frames.flatMap((frame) => [...prefixOf(frame.length), ...frame]));
/** Pushes the stream in pieces that end at these places. */
const decodeCut = (stream: Uint8Array, cuts: readonly number[]): Decoded => {
  const decoder = createFrameDecoder();
  const places = [...new Set(cuts.map((cut) => cut % (stream.length + 1)))].sort((one, other) => one - other);
  const frames: Uint8Array[] = [];
  let end: Decoded['end'];
  for (const [index, place] of [...places, stream.length].entries()) {
    const decoded = decoder.push(stream.subarray(index === 0 ? 0 : places[index - 1], place));
    frames.push(...decoded.frames);
    end = decoded.end;
  }
  return { frames, end };
};

test('gives every frame back, however the stream is cut', () => {
  const frames = fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 20 });
  const property = fc.property(frames, fc.array(fc.nat(5_000), { maxLength: 30 }), (sent, cuts) => {
    expect(decodeCut(streamOf(sent), cuts)).toEqual({ frames: sent, end: undefined });
  });
  fc.assert(property, { numRuns: RUNS });
});

test('takes any bytes without throwing, delivers only legal frames, and is done after an end', () => {
  const property = fc.property(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(fc.nat(300), { maxLength: 10 }),
    (bytes, cuts) => {
      const whole = decodeCut(bytes, []);
      expect(decodeCut(bytes, cuts)).toEqual(whole);
      for (const frame of whole.frames) expect(frame.length).toBeGreaterThan(0);
      for (const frame of whole.frames) expect(frame.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
    },
  );
  fc.assert(property, { numRuns: RUNS });
});
