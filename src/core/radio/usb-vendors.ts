/** Whose numbers on USB radio boards have. */

/** Makers of chips between USB and a serial line: Silicon Labs, QinHeng, FTDI. */
export const BRIDGE_VENDORS: readonly number[] = [0x10c4, 0x1a86, 0x0403];
/** Makers of chips with a USB of their own: Adafruit, Espressif. */
export const NATIVE_VENDORS: readonly number[] = [0x239a, 0x303a];
