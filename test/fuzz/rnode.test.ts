/** Commands and replies of RNode firmware with any values and any bytes (docs/protocol/radio.md). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKissDecoder } from '#core/radio/kiss.ts';
import { encodeRnodeCommand, MAX_RNODE_DATA, type RnodeCommand } from '#core/radio/rnode/command.ts';
import { decodeRnodeReply, type RnodeReply } from '#core/radio/rnode/reply.ts';
import { replyFrame } from '#test/core/radio/rnode-replies.ts';
import { kind, number, orNothing } from '#test/fuzz/arbitraries.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 1_000);
const u8 = number(0xff);
const u16 = number(0xffff);
const dbm = number(255 - 157, -157);
const sf = orNothing(number(12, 5));
const cr = orNothing(number(8, 5));
const hz = orNothing(number(0xffff_ffff, 1));

const reply: fc.Arbitrary<RnodeReply> = fc.oneof(
  fc.record({ kind: fc.constantFrom('detected' as const, 'restarted' as const) }),
  fc.record({ kind: kind('firmware'), major: u8, minor: u8 }),
  fc.record({ kind: kind('platform'), platform: fc.constantFrom('avr', 'esp32', 'nrf52', 'other') }),
  fc.record({ kind: kind('mcu'), mcu: fc.constantFrom('esp32', 'nrf52', 'other') }),
  fc.record({ kind: kind('board'), id: u8 }),
  fc.record({ kind: fc.constantFrom('frequency' as const, 'bandwidth' as const), hz }),
  fc.record({ kind: kind('tx-power'), dbm: orNothing(number(0xfe)) }),
  fc.record({ kind: kind('spreading-factor'), sf }),
  fc.record({ kind: kind('code-rate'), cr }),
  fc.record({ kind: fc.constantFrom('short-lock' as const, 'long-lock' as const), hundredths: u16 }),
  fc.record({ kind: kind('state'), on: fc.boolean() }),
  fc.record({ kind: kind('ready'), ready: fc.boolean() }),
  fc.record({ kind: kind('rssi'), dbm }),
  fc.record({ kind: kind('snr'), db: number(127, -128).map((steps) => steps / 4) }),
  fc.record({ kind: kind('data'), data: fc.uint8Array({ minLength: 1, maxLength: 508, size: 'max' }) }),
  fc
    .record({ airtimeShort: u16, airtimeLong: u16, loadShort: u16, loadLong: u16, rssiDbm: dbm, noiseDbm: dbm })
    .chain((most) => orNothing(number(254 - 157, -157)).map((interferenceDbm) => ({ ...most, interferenceDbm })))
    .map((fields) => ({ kind: 'channel' as const, ...fields })),
  fc
    .record({ symbolMicros: u16, baud: u16, preambleSymbols: u16, preambleMs: u16, slotMs: u16, difsMs: u16 })
    .map((fields) => ({ kind: 'phy' as const, ...fields })),
  fc.record({ kind: kind('csma'), band: u8, min: u8, max: u8 }),
  fc.record({ kind: kind('battery'), state: u8, percent: number(100) }),
  fc.record({ kind: kind('temperature'), celsius: number(135, -120) }),
  fc.record({
    kind: kind('error'),
    error: fc.constantFrom('init', 'send', 'eeprom-locked', 'queue-full', 'memory-low', 'modem', 'other'),
  }),
);

test('every reply comes back as it was', () => {
  fc.assert(
    fc.property(reply, (sent) => {
      expect(decodeRnodeReply(replyFrame(sent))).toEqual({ ok: true, value: sent });
    }),
    { numRuns: RUNS },
  );
});

test('any frame is a reply with one encoding, or refused, and never an exception', () => {
  const replies = [0, 1, 2, 3, 4, 5, 6, 8, 11, 12, 15, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x47, 0x50, 0x55];
  const command = fc.oneof(u8, fc.constantFrom(...replies));
  fc.assert(
    fc.property(command, fc.uint8Array({ maxLength: 16 }), (code, data) => {
      const decoded = decodeRnodeReply({ command: code, data });
      if (!decoded.ok) expect(['unknown-kind', 'malformed']).toContain(decoded.code);
      else if (!JSON.stringify(decoded.value).includes('"other"')) {
        expect(replyFrame(decoded.value)).toEqual({ command: code, data });
      }
    }),
    { numRuns: 10 * RUNS },
  );
});

const value = fc.oneof(
  number(300, -10),
  number(0xffff_ffff + 2),
  fc.double().map((some) => some + 0),
);
const command: fc.Arbitrary<RnodeCommand> = fc.oneof(
  fc.record({ kind: fc.constantFrom('frequency' as const, 'bandwidth' as const), hz: value }),
  fc.record({ kind: kind('tx-power'), dbm: value }),
  fc.record({ kind: kind('spreading-factor'), sf: value }),
  fc.record({ kind: kind('code-rate'), cr: value }),
  fc.record({ kind: fc.constantFrom('short-lock' as const, 'long-lock' as const), hundredths: value }),
  fc.record({ kind: kind('state'), on: fc.boolean() }),
  fc.record({ kind: kind('data'), data: fc.uint8Array({ maxLength: 300, size: 'max' }) }),
);

test('a command is one frame that a board echoes as it was meant, or refused', () => {
  fc.assert(
    fc.property(command, (meant) => {
      const encoded = encodeRnodeCommand(meant);
      if (!encoded.ok) return;
      const frames = createKissDecoder().push(encoded.value);
      expect(frames.map(decodeRnodeReply)).toEqual([{ ok: true, value: meant }]);
      expect(frames[0]?.data.length).toBeGreaterThan(0);
      expect(frames[0]?.data.length).toBeLessThanOrEqual(MAX_RNODE_DATA);
    }),
    { numRuns: 10 * RUNS },
  );
});
