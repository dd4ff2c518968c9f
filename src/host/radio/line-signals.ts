/**
 * How the two lines must be held that do harm. Behind a bridge, a chip between USB and a serial line, asserted lines reset or
 * hang the board. A board with a USB of its own sends only while DTR is asserted. Of a vendor that nobody knows both are tried.
 */
import type { SerialSignals } from '#ports/serial.ts';

/** Silicon Labs, QinHeng, FTDI. */
const BRIDGES: readonly number[] = [0x10c4, 0x1a86, 0x0403];
/** Adafruit, Espressif. */
const NATIVE: readonly number[] = [0x239a, 0x303a];

export const signalsFor = (usbVendor: number | undefined, attempt: number): SerialSignals => {
  const isKnown = usbVendor !== undefined && (BRIDGES.includes(usbVendor) || NATIVE.includes(usbVendor));
  const dtr = isKnown ? NATIVE.includes(usbVendor) : attempt % 2 === 1;
  return { dtr, rts: false };
};
