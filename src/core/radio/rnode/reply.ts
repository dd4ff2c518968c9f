/** What RNode firmware answers and pushes. docs/protocol/radio.md */
import { createReader, type Reader } from '#core/bytes/reader.ts';
import type { KissFrame } from '#core/radio/kiss.ts';
import { isCodeRate, isSpreadingFactor } from '#core/radio/modulation.ts';
import { BYTE_UNSET, DETECT_REPLY, RESET_WORD, RNODE } from '#core/radio/rnode/codes.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/** A value that is undefined is not set on the board. */
export type RnodeReply =
  | { readonly kind: 'detected' | 'restarted' }
  | { readonly kind: 'firmware'; readonly major: number; readonly minor: number }
  | { readonly kind: 'platform'; readonly platform: 'avr' | 'esp32' | 'nrf52' | 'other' }
  | { readonly kind: 'mcu'; readonly mcu: 'esp32' | 'nrf52' | 'other' }
  | { readonly kind: 'board'; readonly id: number }
  | { readonly kind: 'frequency' | 'bandwidth'; readonly hz: number | undefined }
  | { readonly kind: 'tx-power'; readonly dbm: number | undefined }
  | { readonly kind: 'spreading-factor'; readonly sf: number | undefined }
  | { readonly kind: 'code-rate'; readonly cr: number | undefined }
  | { readonly kind: 'short-lock' | 'long-lock'; readonly hundredths: number }
  | { readonly kind: 'state'; readonly on: boolean }
  | { readonly kind: 'ready'; readonly ready: boolean }
  /** How the frame was received that comes next. */
  | { readonly kind: 'rssi'; readonly dbm: number }
  | { readonly kind: 'snr'; readonly db: number }
  | { readonly kind: 'data'; readonly data: Uint8Array }
  | ChannelReply
  | PhyReply
  | { readonly kind: 'csma'; readonly band: number; readonly min: number; readonly max: number }
  | { readonly kind: 'battery'; readonly state: number; readonly percent: number }
  | { readonly kind: 'temperature'; readonly celsius: number }
  | { readonly kind: 'error'; readonly error: RnodeError };

/** Airtime and load in hundredths of a percent, over 15 s and over an hour. */
export interface ChannelReply {
  readonly kind: 'channel';
  readonly airtimeShort: number;
  readonly airtimeLong: number;
  readonly loadShort: number;
  readonly loadLong: number;
  readonly rssiDbm: number;
  readonly noiseDbm: number;
  readonly interferenceDbm: number | undefined;
}

export interface PhyReply {
  readonly kind: 'phy';
  readonly symbolMicros: number;
  readonly baud: number;
  readonly preambleSymbols: number;
  readonly preambleMs: number;
  readonly slotMs: number;
  readonly difsMs: number;
}

/** `other` is one that a newer firmware knows and we do not. */
export type RnodeError = 'init' | 'send' | 'eeprom-locked' | 'queue-full' | 'memory-low' | 'modem' | 'other';

const ERRORS: readonly (RnodeError | undefined)[] = [
  undefined,
  'init',
  'send',
  'eeprom-locked',
  'queue-full',
  'memory-low',
  'modem',
];
const PLATFORMS = new Map([
  [0x70, 'nrf52' as const],
  [0x80, 'esp32' as const],
  [0x90, 'avr' as const],
]);
const MCUS = new Map([
  [0x71, 'nrf52' as const],
  [0x81, 'esp32' as const],
]);
const RSSI_OFFSET = 157;
const SNR_STEPS = 4;
const TEMPERATURE_OFFSET = 120;

const unless = (value: number, unset: number): number | undefined => (value === unset ? undefined : value);
const signed = (byte: number): number => (byte < 0x80 ? byte : byte - 0x100);

/** A byte of 0 or 1. */
const flag = <T>(byte: number, reply: (on: boolean) => T): T | undefined => (byte > 1 ? undefined : reply(byte === 1));

/** Undefined when a value is none that the reply can have. */
type Read = (reader: Reader) => RnodeReply | undefined;

const readSpreadingFactor: Read = (reader) => {
  const sf = unless(reader.u8(), 0);
  return sf === undefined || isSpreadingFactor(sf) ? { kind: 'spreading-factor', sf } : undefined;
};
const readCodeRate: Read = (reader) => {
  const cr = unless(reader.u8(), 0);
  return cr === undefined || isCodeRate(cr) ? { kind: 'code-rate', cr } : undefined;
};
const readChannel: Read = (reader) => {
  const airtime = { airtimeShort: reader.u16(), airtimeLong: reader.u16() };
  const load = { loadShort: reader.u16(), loadLong: reader.u16() };
  const [rssi, noise, interference] = [reader.u8(), reader.u8(), unless(reader.u8(), 0xff)];
  return {
    kind: 'channel',
    ...airtime,
    ...load,
    rssiDbm: rssi - RSSI_OFFSET,
    noiseDbm: noise - RSSI_OFFSET,
    interferenceDbm: interference === undefined ? undefined : interference - RSSI_OFFSET,
  };
};
const readPhy: Read = (reader) => ({
  kind: 'phy',
  symbolMicros: reader.u16(),
  baud: reader.u16(),
  preambleSymbols: reader.u16(),
  preambleMs: reader.u16(),
  slotMs: reader.u16(),
  difsMs: reader.u16(),
});
const readBattery: Read = (reader) => {
  const [state, percent] = [reader.u8(), reader.u8()];
  return percent <= 100 ? { kind: 'battery', state, percent } : undefined;
};

const READERS = new Map<number, Read>([
  [RNODE.data, (reader) => (reader.left > 0 ? { kind: 'data', data: reader.rest() } : undefined)],
  [RNODE.frequency, (reader) => ({ kind: 'frequency', hz: unless(reader.u32(), 0) })],
  [RNODE.bandwidth, (reader) => ({ kind: 'bandwidth', hz: unless(reader.u32(), 0) })],
  [RNODE.txPower, (reader) => ({ kind: 'tx-power', dbm: unless(reader.u8(), BYTE_UNSET) })],
  [RNODE.spreadingFactor, readSpreadingFactor],
  [RNODE.codeRate, readCodeRate],
  [RNODE.state, (reader) => flag(reader.u8(), (on) => ({ kind: 'state', on }))],
  [RNODE.detect, (reader) => (reader.u8() === DETECT_REPLY ? { kind: 'detected' } : undefined)],
  [RNODE.shortLock, (reader) => ({ kind: 'short-lock', hundredths: reader.u16() })],
  [RNODE.longLock, (reader) => ({ kind: 'long-lock', hundredths: reader.u16() })],
  [RNODE.ready, (reader) => flag(reader.u8(), (ready) => ({ kind: 'ready', ready }))],
  [RNODE.rssi, (reader) => ({ kind: 'rssi', dbm: reader.u8() - RSSI_OFFSET })],
  [RNODE.snr, (reader) => ({ kind: 'snr', db: signed(reader.u8()) / SNR_STEPS })],
  [RNODE.channel, readChannel],
  [RNODE.phy, readPhy],
  [RNODE.battery, readBattery],
  [RNODE.csma, (reader) => ({ kind: 'csma', band: reader.u8(), min: reader.u8(), max: reader.u8() })],
  [RNODE.temperature, (reader) => ({ kind: 'temperature', celsius: reader.u8() - TEMPERATURE_OFFSET })],
  [RNODE.board, (reader) => ({ kind: 'board', id: reader.u8() })],
  [RNODE.platform, (reader) => ({ kind: 'platform', platform: PLATFORMS.get(reader.u8()) ?? 'other' })],
  [RNODE.mcu, (reader) => ({ kind: 'mcu', mcu: MCUS.get(reader.u8()) ?? 'other' })],
  [RNODE.firmware, (reader) => ({ kind: 'firmware', major: reader.u8(), minor: reader.u8() })],
  [RNODE.reset, (reader) => (reader.u8() === RESET_WORD ? { kind: 'restarted' } : undefined)],
  [RNODE.error, (reader) => ({ kind: 'error', error: ERRORS[reader.u8()] ?? 'other' })],
]);

/** `unknown-kind` for a command that is no reply or that we do not know, `malformed` for wrong lengths and values. */
export const decodeRnodeReply = ({ command, data }: KissFrame): Result<RnodeReply, 'unknown-kind' | 'malformed'> => {
  const read = READERS.get(command);
  if (read === undefined) return refuse('unknown-kind');
  const reader = createReader(data);
  const reply = read(reader);
  return reply !== undefined && reader.atEnd() ? ok(reply) : refuse('malformed');
};
