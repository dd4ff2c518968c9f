/** Bit-packing, most significant bit first: the layout of SlotAnnounce and SlotQuery (docs/protocol/announce.md). */

export interface BitWriter {
  /** Appends the low `width` bits of `value` (0–32 bits, unsigned). */
  write(value: number, width: number): void;
  writeBytes(bytes: Uint8Array): void;
  /** The bytes so far, the last one padded with zero bits. */
  finish(): Uint8Array;
}

export const createBitWriter = (capacity = 128): BitWriter => {
  let bytes = new Uint8Array(capacity);
  let bit = 0;
  const reserve = (bits: number): void => {
    const needed = (bit + bits + 7) >> 3;
    if (needed <= bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, bytes.length * 2));
    larger.set(bytes);
    bytes = larger;
  };
  const write = (value: number, width: number): void => {
    reserve(width);
    for (let i = width - 1; i >= 0; i--) {
      if ((value >>> i) & 1) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
      bit++;
    }
  };
  return {
    write,
    writeBytes: (source) => {
      for (const byte of source) write(byte, 8);
    },
    finish: () => bytes.slice(0, (bit + 7) >> 3),
  };
};

export interface BitReader {
  /** The next `width` bits (0–32) as an unsigned number, or undefined past the end. */
  read(width: number): number | undefined;
  readBytes(count: number): Uint8Array | undefined;
  /** True when less than a byte is left and what is left is zero: the only padding that is canonical. */
  atCanonicalEnd(): boolean;
}

export const createBitReader = (bytes: Uint8Array): BitReader => {
  const end = bytes.length * 8;
  let bit = 0;
  const read = (width: number): number | undefined => {
    if (bit + width > end) return undefined;
    let value = 0;
    let left = width;
    while (left > 0) {
      const offset = bit & 7;
      const take = Math.min(left, 8 - offset);
      const chunk = ((bytes[bit >> 3] ?? 0) >> (8 - offset - take)) & ((1 << take) - 1);
      value = value * 2 ** take + chunk;
      bit += take;
      left -= take;
    }
    return value;
  };
  return {
    read,
    readBytes: (count) => {
      if (bit + count * 8 > end) return undefined;
      const out = new Uint8Array(count);
      for (let i = 0; i < count; i++) out[i] = read(8) ?? 0;
      return out;
    },
    atCanonicalEnd: () => end - bit < 8 && read(end - bit) === 0,
  };
};
