/** The commands and replies of RNode firmware, both ways, and what is refused (docs/protocol/radio.md). */
import { describe, expect, test } from 'vitest';
import { toHex } from '#core/bytes/hex.ts';
import { createKissDecoder, type KissFrame } from '#core/radio/kiss.ts';
import { encodeRnodeCommand, type RnodeCommand } from '#core/radio/rnode/command.ts';
import { decodeRnodeReply, type RnodeReply } from '#core/radio/rnode/reply.ts';
import { replyFrame } from '#test/core/radio/rnode-replies.ts';
import { bytesOf, fromJson, type Json, toJson } from '#test/core/wire/vector-files.ts';
import commands from '#test/vectors/radio/rnode-commands.json' with { type: 'json' };
import replies from '#test/vectors/radio/rnode-replies.json' with { type: 'json' };

const frameOf = (hex: string): KissFrame => {
  const [frame] = createKissDecoder().push(bytesOf(hex));
  if (frame === undefined) throw new Error(`no frame in ${hex}`);
  return frame;
};
const commandOf = (value: unknown): RnodeCommand => fromJson(value as Json) as RnodeCommand;

describe('commands', () => {
  test.each(commands.valid)('$name', ({ value, bytes }) => {
    const encoded = encodeRnodeCommand(commandOf(value));
    expect(encoded.ok && toHex(encoded.value)).toBe(bytes);
  });

  test.each(commands.refused)('$name: $code', ({ value, code }) => {
    expect(encodeRnodeCommand(commandOf(value))).toEqual({ ok: false, code });
  });

  const settings = commands.valid.filter(({ value }) => Object.keys(value).length > 1);
  test.each(settings)('$name: comes back as what was set', ({ value, bytes }) => {
    const reply = decodeRnodeReply(frameOf(bytes));
    expect(reply.ok && toJson(reply.value)).toEqual(value);
  });
});

describe('replies', () => {
  test.each(replies.valid)('$name', ({ value, bytes }) => {
    const decoded = decodeRnodeReply(frameOf(bytes));
    expect(decoded.ok && toJson(decoded.value)).toEqual(value);
  });

  test.each(replies.valid.filter(({ value }) => !JSON.stringify(value).includes('"other"')))(
    '$name: is what a board sends',
    ({ value, bytes }) => {
      expect(replyFrame(fromJson(value as Json) as RnodeReply)).toEqual(frameOf(bytes));
    },
  );

  test.each(replies.refused)('$name: $code', ({ bytes, code }) => {
    expect(decodeRnodeReply(frameOf(bytes))).toEqual({ ok: false, code });
  });
});
