/** What else may sit on a serial port that somebody chose by mistake, or that a board turns into. */
import type { Dice } from '#sim/dice.ts';
import type { Firmware } from '#test/emulator/firmware.ts';

export type OtherDevice = 'gps' | 'garbage' | 'bootloader';

const PERIOD_MS: Readonly<Record<OtherDevice, number>> = {
  gps: 1_000,
  garbage: 50,
  bootloader: Number.POSITIVE_INFINITY,
};
const MAX_GARBAGE_BYTES = 64;

/** NMEA 0183: the sum of all characters between $ and *. */
const sentence = (content: string): string => {
  const sum = [...content].reduce((total, character) => total ^ character.charCodeAt(0), 0);
  return `$${content}*${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`;
};

const speech = (device: OtherDevice, now: number, dice: Dice): Uint8Array => {
  if (device === 'garbage') return dice.bytes(1 + dice.integer(MAX_GARBAGE_BYTES));
  const time = new Date(now).toISOString().slice(11, 19).replaceAll(':', '');
  const position = sentence(`GPGGA,${time}.00,5231.000,N,01324.000,E,1,08,0.9,34.0,M,44.0,M,,`);
  const velocity = sentence(`GPRMC,${time}.00,A,5231.000,N,01324.000,E,0.0,0.0,230326,,,A`);
  return new TextEncoder().encode(position + velocity);
};

/** Speaks as it does, whatever it is told; a bootloader says nothing. */
export const createOtherDevice = (device: OtherDevice, dice: Dice): Firmware => {
  let next = Number.POSITIVE_INFINITY;
  let out: number[] = [];
  return {
    write: () => undefined,
    hear: () => undefined,
    advance: (now) => {
      for (; next <= now; next += PERIOD_MS[device]) out.push(...speech(device, next, dice));
    },
    take: () => {
      const taken = Uint8Array.from(out);
      out = [];
      return taken;
    },
    restart: (now) => {
      next = now + PERIOD_MS[device];
    },
    stop: () => {
      next = Number.POSITIVE_INFINITY;
    },
    get next() {
      return next;
    },
  };
};
