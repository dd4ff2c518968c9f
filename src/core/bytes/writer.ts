/** Writes big-endian fields. A number that does not fit its width is a bug and throws. */
export interface Writer {
  u8(value: number): Writer;
  u16(value: number): Writer;
  u24(value: number): Writer;
  u32(value: number): Writer;
  u48(value: number): Writer;
  bytes(source: Uint8Array): Writer;
  readonly length: number;
  finish(): Uint8Array;
}

export const createWriter = (): Writer => {
  const out: number[] = [];
  const number = (value: number, width: number): Writer => {
    if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (8 * width)) {
      throw new RangeError(`${value} does not fit ${width} bytes`);
    }
    for (let i = width - 1; i >= 0; i--) out.push(Math.floor(value / 2 ** (8 * i)) % 256);
    return writer;
  };
  const writer: Writer = {
    u8: (value) => number(value, 1),
    u16: (value) => number(value, 2),
    u24: (value) => number(value, 3),
    u32: (value) => number(value, 4),
    u48: (value) => number(value, 6),
    bytes: (source) => {
      for (const byte of source) out.push(byte);
      return writer;
    },
    get length() {
      return out.length;
    },
    finish: () => Uint8Array.from(out),
  };
  return writer;
};
