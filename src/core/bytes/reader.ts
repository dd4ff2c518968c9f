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

/** A class, because one is made for every frame that comes: its functions are made once. */
class ByteReader implements Reader {
  readonly #source: Uint8Array;
  #at = 0;
  #broken = false;
  constructor(source: Uint8Array) {
    this.#source = source;
  }
  #number(width: number): number {
    const source = this.#source;
    if (this.#at + width > source.length) {
      this.#broken = true;
      return 0;
    }
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + (source[this.#at++] ?? 0);
    return value;
  }
  u8(): number {
    return this.#number(1);
  }
  u16(): number {
    return this.#number(2);
  }
  u24(): number {
    return this.#number(3);
  }
  u32(): number {
    return this.#number(4);
  }
  u48(): number {
    return this.#number(6);
  }
  bytes(count: number): Uint8Array {
    if (this.#at + count > this.#source.length) {
      this.#broken = true;
      return new Uint8Array(count);
    }
    this.#at += count;
    return this.#source.slice(this.#at - count, this.#at);
  }
  rest(): Uint8Array {
    return this.bytes(this.left);
  }
  get left(): number {
    return this.#source.length - this.#at;
  }
  get broken(): boolean {
    return this.#broken;
  }
  atEnd(): boolean {
    return !this.#broken && this.#at === this.#source.length;
  }
}

export const createReader = (source: Uint8Array): Reader => new ByteReader(source);
