/** Writes big-endian fields. A number that does not fit its width is a bug and throws. */
export interface Writer {
  u8(value: number): Writer;
  u16(value: number): Writer;
  u24(value: number): Writer;
  u32(value: number): Writer;
  u48(value: number): Writer;
  bytes(source: Uint8Array): Writer;
  readonly length: number;
  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer>;
}

/** Most messages are shorter than this, so that their bytes are moved once, at the end. */
const FIRST_CAPACITY = 128;

export const createWriter = (): Writer => {
  let out = new Uint8Array(FIRST_CAPACITY);
  let length = 0;
  /** Makes room for so many bytes more and counts them as written; returns where they begin. */
  const reserve = (count: number): number => {
    const at = length;
    length += count;
    if (length > out.length) {
      const larger = new Uint8Array(Math.max(length, out.length * 2));
      larger.set(out.subarray(0, at));
      out = larger;
    }
    return at;
  };
  const number = (value: number, width: number): Writer => {
    if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (8 * width)) {
      throw new RangeError(`${value} does not fit ${width} bytes`);
    }
    const begin = reserve(width);
    let left = value;
    // Division, because a shift would cut off what is above 32 bits.
    for (let at = begin + width - 1; at >= begin; at--) {
      out[at] = left % 256;
      left = Math.floor(left / 256);
    }
    return writer;
  };
  const writer: Writer = {
    u8: (value) => number(value, 1),
    u16: (value) => number(value, 2),
    u24: (value) => number(value, 3),
    u32: (value) => number(value, 4),
    u48: (value) => number(value, 6),
    bytes: (source) => {
      // Not in one expression: reserving may replace `out`.
      const at = reserve(source.length);
      out.set(source, at);
      return writer;
    },
    get length() {
      return length;
    },
    finish: () => out.slice(0, length),
  };
  return writer;
};
