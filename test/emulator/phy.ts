import { isLowDataRate, rnodePreambleSymbols, symbolTime } from '#core/radio/airtime.ts';
import type { Modulation } from '#core/radio/modulation.ts';

/** What a host sets, and what the firmware makes of it. */
export interface RadioSettings extends Modulation {
  /** Hertz; 0 while unset. */
  frequency: number;
  bandwidthHz: number;
  /** dBm; UNSET_POWER while unset. */
  power: number;
  /** 0 while unset. */
  sf: number;
  /** 5–8. */
  cr: number;
}

export const UNSET_POWER = 0xff;

export const createSettings = (): RadioSettings => ({
  frequency: 0,
  bandwidthHz: 0,
  power: UNSET_POWER,
  sf: 0,
  cr: 5,
});

export const areComplete = ({ frequency, bandwidthHz, power, sf }: RadioSettings): boolean =>
  frequency !== 0 && bandwidthHz !== 0 && power !== UNSET_POWER && sf !== 0;

export interface Phy {
  readonly symbolMs: number;
  readonly baud: number;
  readonly bitsPerSecond: number;
  readonly preamble: number;
  readonly preambleMs: number;
  /** Of listening before sending. */
  readonly slotMs: number;
  readonly difsMs: number;
  /** So fast that packets are sent one by one, with listening between; below, all that wait go out at once. */
  readonly isGuarded: boolean;
}

const SLOT_SYMBOLS = 12;
const MIN_SLOT_MS = 24;
const MAX_SLOT_MS = 100;
const GUARDED_ABOVE_BPS = 14_000;

export const phyOf = (settings: RadioSettings): Phy => {
  const { bandwidthHz, sf, cr } = settings;
  const symbol = symbolTime(settings);
  const preamble = rnodePreambleSymbols(settings);
  const slotMs = Math.trunc(Math.max(MIN_SLOT_MS, Math.min(MAX_SLOT_MS, SLOT_SYMBOLS * symbol)));
  const baud = bandwidthHz / 2 ** sf;
  const bitsPerSecond = Math.trunc((sf * baud * 4) / cr);
  return {
    symbolMs: symbol,
    baud,
    bitsPerSecond,
    preamble,
    preambleMs: Math.ceil(preamble * symbol),
    slotMs,
    difsMs: 2 * slotMs,
    isGuarded: bitsPerSecond > GUARDED_ABOVE_BPS,
  };
};

/** What the firmware thinks that a radio frame costs: about four symbols of the preamble are missing, and nothing is rounded up. */
export const countedAirtimeMs = (settings: RadioSettings, preamble: number, bytes: number): number => {
  const { sf, cr } = settings;
  const bits = 8 * bytes + 16 - 4 * sf + 8 + 20;
  const bitsPerSymbol = isLowDataRate(settings) ? sf - 2 : sf;
  const symbols = (bits / (4 * bitsPerSymbol)) * cr + preamble + 0.25 + 8;
  return symbols * symbolTime(settings);
};

/** Bandwidths that the chips have; a request gets the next wider one. */
const BANDWIDTHS = [7_800, 10_400, 15_600, 20_800, 31_250, 41_700, 62_500, 125_000, 250_000];
const WIDEST = 500_000;

export const snapBandwidth = (bandwidth: number): number => BANDWIDTHS.find((one) => bandwidth <= one) ?? WIDEST;

/** The synthesiser's steps: `step` hertz, rounded down. */
export const snapFrequency = (frequency: number, step: number): number =>
  Math.floor(Math.floor(frequency / step) * step);
