/** The contents of what an RNode pushes about itself. */
import type { Reception } from '#sim/ether/ether.ts';
import type { AirShares } from '#test/emulator/air-ledger.ts';
import { RSSI_OFFSET } from '#test/emulator/codes.ts';
import type { Phy } from '#test/emulator/phy.ts';
import { twoBytes } from '#test/emulator/reply.ts';

export interface Battery {
  /** 0 unknown, 1 discharging, 2 charging, 3 charged. */
  readonly state: number;
  readonly percent: number;
}

const NO_INTERFERENCE = 0xff;

/** Whole dBm in one byte; it wraps, as the firmware's does for what it does not know yet. */
export const rssiByte = (dbm: number): number => (Math.round(dbm) + RSSI_OFFSET) & 0xff;
/** Quarters of a decibel, signed. */
export const snrByte = ({ snr }: Reception): number => Math.round(snr * 4) & 0xff;

export const channelTime = (
  { short, long, loadShort, loadLong }: AirShares,
  strength: number,
  noise: number,
  isInterfered: boolean,
): readonly number[] => [
  ...[short, long, loadShort, loadLong].flatMap((share) => twoBytes(Math.trunc(share * 10_000))),
  rssiByte(strength),
  rssiByte(noise),
  isInterfered ? rssiByte(strength) : NO_INTERFERENCE,
];

export const phyParameters = (phy: Phy): readonly number[] =>
  [phy.symbolMs * 1_000, phy.baud, phy.preamble, phy.preambleMs, phy.slotMs, phy.difsMs].flatMap((value) =>
    twoBytes(Math.trunc(value)),
  );
