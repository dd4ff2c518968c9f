/**
 * How the two lines must be held that do harm. Behind a bridge, a chip between USB and a serial line, asserted lines reset or
 * hang the board. A board with a USB of its own sends only while DTR is asserted. Of a vendor that nobody knows both are tried.
 */
import { BRIDGE_VENDORS, NATIVE_VENDORS } from '#core/radio/usb-vendors.ts';
import type { SerialSignals } from '#ports/serial.ts';

export const signalsFor = (usbVendor: number | undefined, attempt: number): SerialSignals => {
  const isKnown = usbVendor !== undefined && (BRIDGE_VENDORS.includes(usbVendor) || NATIVE_VENDORS.includes(usbVendor));
  const dtr = isKnown ? NATIVE_VENDORS.includes(usbVendor) : attempt % 2 === 1;
  return { dtr, rts: false };
};
