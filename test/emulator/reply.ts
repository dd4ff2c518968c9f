import { FEND, FESC, TFEND, TFESC } from '#test/emulator/codes.ts';

/** What the firmware writes: a frame of its own from C0 to C0, escaped. */
export const writeFrame = (command: number, values: Iterable<number>): number[] => {
  const bytes = [FEND, command];
  for (const value of values) {
    if (value === FEND) bytes.push(FESC, TFEND);
    else if (value === FESC) bytes.push(FESC, TFESC);
    else bytes.push(value & 0xff);
  }
  bytes.push(FEND);
  return bytes;
};

export const twoBytes = (value: number): readonly number[] => [(value >> 8) & 0xff, value & 0xff];
export const fourBytes = (value: number): readonly number[] => [
  (value >>> 24) & 0xff,
  (value >>> 16) & 0xff,
  (value >>> 8) & 0xff,
  value & 0xff,
];
