/** Frames of links over the air, byte for byte (docs/protocol/radio.md, "Links over the air"). */
import { describe, expect, test } from 'vitest';
import type { LinkTag, StationId } from '#core/brand.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { decodeAck, encodeAck, MAX_ACK_BYTES } from '#core/radio/air/ack.ts';
import { decodeFragment, encodeFragment, type Fragment, MAX_PIECES, PIECE_BYTES } from '#core/radio/air/fragment.ts';
import { MAX_AIR_MESSAGE } from '#core/radio/air/limits.ts';
import { cutMessage, joinPieces } from '#core/radio/air/pieces.ts';
import { acks, fragments, malformed, messages } from '#test/vectors/radio/air-links.json' with { type: 'json' };

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const fragmentOf = ({ name: _, bytes: __, piece, ...rest }: (typeof fragments)[number]): Fragment => ({
  ...rest,
  to: rest.to as StationId,
  sender: rest.sender as LinkTag,
  receiver: rest.receiver as LinkTag,
  piece: bytes(piece),
});

describe('fragments', () => {
  test.each(fragments)('$name', (vector) => {
    expect(toHex(encodeFragment(fragmentOf(vector)))).toBe(vector.bytes);
    expect(decodeFragment(bytes(vector.bytes))).toEqual({ ok: true, value: fragmentOf(vector) });
  });
  test('one that nobody would send is a bug', () => {
    const [first] = fragments.map(fragmentOf);
    if (first === undefined) throw new Error('there is one');
    expect(() => encodeFragment({ ...first, sender: 0 })).toThrow(RangeError);
    expect(() => encodeFragment({ ...first, index: 1 })).toThrow(RangeError);
  });
});

describe('acknowledgements', () => {
  test.each(acks)('$name', ({ name: _, bytes: hex, ...value }) => {
    const decoded = decodeAck(bytes(hex));
    expect(decoded).toEqual({ ok: true, value });
    if (decoded.ok) expect(toHex(encodeAck(decoded.value))).toBe(hex);
    expect(bytes(hex).length).toBeLessThanOrEqual(MAX_ACK_BYTES);
  });
});

test.each(malformed)('not taken as $kind: $name', ({ kind, bytes: hex }) => {
  const decoded = kind === 'ack' ? decodeAck(bytes(hex)) : decodeFragment(bytes(hex));
  expect(decoded).toEqual({ ok: false, code: 'malformed' });
});

test.each(messages)('a message in $name', ({ message, pieces }) => {
  expect(cutMessage(bytes(message)).map(toHex)).toEqual(pieces);
  expect(joinPieces(pieces.map(bytes))).toEqual({ ok: true, value: bytes(message) });
});

test('how much fits: 130 bytes into one frame, 352 into two, 4,096 into seventeen', () => {
  expect([130, PIECE_BYTES, 352, MAX_AIR_MESSAGE].map((length) => cutMessage(new Uint8Array(length)).length)).toEqual([
    1,
    1,
    2,
    MAX_PIECES,
  ]);
});
