/** What a host tells RNode firmware, as frames for its serial line. docs/protocol/radio.md */
import { createWriter } from '#core/bytes/writer.ts';
import { encodeKiss } from '#core/radio/kiss.ts';
import { isCodeRate, isSpreadingFactor } from '#core/radio/modulation.ts';
import { BYTE_UNSET, RESET_WORD, RNODE } from '#core/radio/rnode/codes.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/** Each is answered, but for data, reset and leave. To ask for a value, leave it out. */
export type RnodeCommand =
  | { readonly kind: 'detect' | 'firmware' | 'platform' | 'mcu' | 'board' | 'ready' | 'reset' | 'leave' }
  | { readonly kind: 'frequency' | 'bandwidth'; readonly hz?: number }
  | { readonly kind: 'tx-power'; readonly dbm?: number }
  | { readonly kind: 'spreading-factor'; readonly sf?: number }
  | { readonly kind: 'code-rate'; readonly cr?: number }
  /** Airtime in hundredths of a percent, over 15 s or an hour, beyond which the board sends nothing; 10,000 lifts it. */
  | { readonly kind: 'short-lock' | 'long-lock'; readonly hundredths: number }
  | { readonly kind: 'state'; readonly on?: boolean }
  /** 1–254 bytes, which go out as one radio frame. */
  | { readonly kind: 'data'; readonly data: Uint8Array };

/** More becomes several radio frames, of which the second can corrupt the next. */
export const MAX_RNODE_DATA = 254;

const MAX_HZ = 0xffff_ffff;
const MAX_TX_POWER_DBM = 22;
const MAX_LOCK = 10_000;
const DETECT_WORD = 0x73;
/** What questions without a value of their own carry. */
const NOTHING = 0x00;

type Encoded = Result<Uint8Array, 'malformed' | 'too-large'>;

const byteFrame = (command: number, byte: number): Encoded => ok(encodeKiss(command, Uint8Array.of(byte)));

const isWithin = (value: number, min: number, max: number): boolean =>
  Number.isInteger(value) && value >= min && value <= max;

/** A byte that is set, or asked for. */
const settingFrame = (command: number, value: number | undefined, isAllowed: (value: number) => boolean): Encoded => {
  if (value === undefined) return byteFrame(command, BYTE_UNSET);
  return isAllowed(value) ? byteFrame(command, value) : refuse('malformed');
};

const hertzFrame = (command: number, hz: number | undefined): Encoded => {
  if (hz !== undefined && !isWithin(hz, 1, MAX_HZ)) return refuse('malformed');
  const value = createWriter().u32(hz ?? 0);
  return ok(encodeKiss(command, value.finish()));
};

const lockFrame = (command: number, hundredths: number): Encoded =>
  isWithin(hundredths, 1, MAX_LOCK)
    ? ok(encodeKiss(command, createWriter().u16(hundredths).finish()))
    : refuse('malformed');

/** An empty one would wedge the modem until it is reset. */
const dataFrame = (data: Uint8Array): Encoded => {
  if (data.length === 0) return refuse('malformed');
  return data.length <= MAX_RNODE_DATA ? ok(encodeKiss(RNODE.data, data)) : refuse('too-large');
};

/** `malformed` for a value that no radio has and for empty data, `too-large` for data of more than one radio frame. */
export const encodeRnodeCommand = (command: RnodeCommand): Encoded => {
  switch (command.kind) {
    case 'detect':
      return byteFrame(RNODE.detect, DETECT_WORD);
    case 'firmware':
    case 'platform':
    case 'mcu':
    case 'board':
    case 'ready':
      return byteFrame(RNODE[command.kind], NOTHING);
    case 'reset':
      return byteFrame(RNODE.reset, RESET_WORD);
    case 'leave':
      return byteFrame(RNODE.leave, BYTE_UNSET);
    case 'frequency':
    case 'bandwidth':
      return hertzFrame(RNODE[command.kind], command.hz);
    case 'tx-power':
      return settingFrame(RNODE.txPower, command.dbm, (dbm) => isWithin(dbm, 0, MAX_TX_POWER_DBM));
    case 'spreading-factor':
      return settingFrame(RNODE.spreadingFactor, command.sf, isSpreadingFactor);
    case 'code-rate':
      return settingFrame(RNODE.codeRate, command.cr, isCodeRate);
    case 'short-lock':
      return lockFrame(RNODE.shortLock, command.hundredths);
    case 'long-lock':
      return lockFrame(RNODE.longLock, command.hundredths);
    case 'state':
      return byteFrame(RNODE.state, command.on === undefined ? BYTE_UNSET : Number(command.on));
    case 'data':
      return dataFrame(command.data);
  }
};
