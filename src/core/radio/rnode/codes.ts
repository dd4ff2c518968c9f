/** The first byte of a frame between host and RNode firmware, both ways. docs/protocol/radio.md */
export const RNODE = {
  data: 0x00,
  frequency: 0x01,
  bandwidth: 0x02,
  txPower: 0x03,
  spreadingFactor: 0x04,
  codeRate: 0x05,
  state: 0x06,
  detect: 0x08,
  leave: 0x0a,
  shortLock: 0x0b,
  longLock: 0x0c,
  ready: 0x0f,
  rssi: 0x23,
  snr: 0x24,
  channel: 0x25,
  phy: 0x26,
  battery: 0x27,
  csma: 0x28,
  temperature: 0x29,
  board: 0x47,
  platform: 0x48,
  mcu: 0x49,
  firmware: 0x50,
  reset: 0x55,
  error: 0x90,
} as const;

/** Answers DETECT, and nothing else does. */
export const DETECT_REPLY = 0x46;
/** What RESET is told with, and answers. */
export const RESET_WORD = 0xf8;
/** Asks for a byte instead of setting it, and stands for one that is not set. */
export const BYTE_UNSET = 0xff;
