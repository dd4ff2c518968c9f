/** Reads big-endian fields from bytes. Past the end it answers zero and `broken` becomes true: one check at the end. */
export interface Reader {
  u8(): number;
  u16(): number;
  u24(): number;
  u32(): number;
  /** 48 bits, a safe integer. */
  u48(): number;
  /** A copy. */
  bytes(count: number): Uint8Array;
  rest(): Uint8Array;
  readonly left: number;
  readonly broken: boolean;
  /** Everything was read and nothing was missing. */
  atEnd(): boolean;
}

export const createReader = (source: Uint8Array): Reader => {
  let at = 0;
  let broken = false;
  const number = (width: number): number => {
    if (at + width > source.length) {
      broken = true;
      return 0;
    }
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + (source[at++] ?? 0);
    return value;
  };
  const bytes = (count: number): Uint8Array => {
    if (at + count > source.length) {
      broken = true;
      return new Uint8Array(count);
    }
    at += count;
    return source.slice(at - count, at);
  };
  return {
    u8: () => number(1),
    u16: () => number(2),
    u24: () => number(3),
    u32: () => number(4),
    u48: () => number(6),
    bytes,
    rest: () => bytes(source.length - at),
    get left() {
      return source.length - at;
    },
    get broken() {
      return broken;
    },
    atEnd: () => !broken && at === source.length,
  };
};
