/** Writes big-endian fields. A number that does not fit its width is a bug and throws. */
export interface Writer {
  u8(value: number): Writer;
  u16(value: number): Writer;
  u24(value: number): Writer;
  u32(value: number): Writer;
  u48(value: number): Writer;
  bytes(source: Uint8Array): Writer;
  readonly length: number;
  /** A copy of what was written. Nothing more can be written then. */
  finish(): Uint8Array<ArrayBuffer>;
}

/** Most messages are shorter than this, so that their bytes are moved once, at the end. */
const FIRST_CAPACITY = 512;

/**
 * Memory for the writer that is at work; it gives it back when it is finished. Small messages by the thousand would otherwise
 * each allocate it. A writer that begins while another one is at work allocates its own.
 */
let spare: Uint8Array<ArrayBuffer> | undefined = new Uint8Array(FIRST_CAPACITY);

/** A class, because one is made for every frame that goes: its functions are made once. */
class ByteWriter implements Writer {
  #out: Uint8Array<ArrayBuffer>;
  #length = 0;
  #isFinished = false;
  constructor() {
    this.#out = spare ?? new Uint8Array(FIRST_CAPACITY);
    spare = undefined;
  }
  /** Makes room for so many bytes more and counts them as written; returns where they begin. */
  #reserve(count: number): number {
    // Its memory may be another writer's by now.
    if (this.#isFinished) throw new Error('a writer is finished once');
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#out.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#out.length * 2));
      larger.set(this.#out.subarray(0, at));
      this.#out = larger;
    }
    return at;
  }
  #number(value: number, width: number): Writer {
    if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (8 * width)) {
      throw new RangeError(`${value} does not fit ${width} bytes`);
    }
    const begin = this.#reserve(width);
    let left = value;
    // Division, because a shift would cut off what is above 32 bits.
    for (let at = begin + width - 1; at >= begin; at--) {
      this.#out[at] = left % 256;
      left = Math.floor(left / 256);
    }
    return this;
  }
  u8(value: number): Writer {
    return this.#number(value, 1);
  }
  u16(value: number): Writer {
    return this.#number(value, 2);
  }
  u24(value: number): Writer {
    return this.#number(value, 3);
  }
  u32(value: number): Writer {
    return this.#number(value, 4);
  }
  u48(value: number): Writer {
    return this.#number(value, 6);
  }
  bytes(source: Uint8Array): Writer {
    // Not in one expression: reserving may replace `#out`.
    const at = this.#reserve(source.length);
    this.#out.set(source, at);
    return this;
  }
  get length(): number {
    return this.#length;
  }
  finish(): Uint8Array<ArrayBuffer> {
    if (this.#isFinished) throw new Error('a writer is finished once');
    this.#isFinished = true;
    const written = this.#out.slice(0, this.#length);
    if (this.#out.length === FIRST_CAPACITY) spare = this.#out;
    return written;
  }
}

export const createWriter = (): Writer => new ByteWriter();
