/** Bytes of the RNode's serial protocol as its firmware knows them (docs of RNode firmware 1.86). */
export const FEND = 0xc0;
export const FESC = 0xdb;
export const TFEND = 0xdc;
export const TFESC = 0xdd;

export const COMMAND = {
  data: 0x00,
  frequency: 0x01,
  bandwidth: 0x02,
  power: 0x03,
  spreadingFactor: 0x04,
  codingRate: 0x05,
  state: 0x06,
  detect: 0x08,
  leave: 0x0a,
  shortLock: 0x0b,
  longLock: 0x0c,
  ready: 0x0f,
  rssi: 0x23,
  snr: 0x24,
  channelTime: 0x25,
  phy: 0x26,
  battery: 0x27,
  csma: 0x28,
  temperature: 0x29,
  board: 0x47,
  platform: 0x48,
  mcu: 0x49,
  firmware: 0x50,
  romWrite: 0x52,
  reset: 0x55,
  error: 0x90,
  /** No frame's command has been read yet. */
  unknown: 0xfe,
} as const;

export const DETECT_REQUEST = 0x73;
export const DETECT_ANSWER = 0x46;
export const RESET_BYTE = 0xf8;
/** In one-byte settings and in STATE: what is it? */
export const ASK = 0xff;

export const ERROR = { init: 1, send: 2, romLocked: 3, queueFull: 4, memoryLow: 5, modemTimeout: 6 } as const;

/** Added to dBm, and to degrees, in one byte. */
export const RSSI_OFFSET = 157;
export const TEMPERATURE_OFFSET = 120;
