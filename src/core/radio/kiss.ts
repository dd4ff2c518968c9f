/**
 * KISS frames on a serial line: `C0 command data C0`, in which data has `DB DC` for C0 and `DB DD` for DB. The line also
 * carries boot text and noise, and loses bytes. docs/protocol/radio.md
 */
export interface KissFrame {
  readonly command: number;
  readonly data: Uint8Array;
}

/** The most data of any frame that a board sends or takes: two radio frames in one DATA. */
export const MAX_KISS_DATA = 508;

const END = 0xc0;
const ESCAPE = 0xdb;
const ESCAPED_END = 0xdc;
const ESCAPED_ESCAPE = 0xdd;

/** A command is never C0 or DB, so it needs no escape: anything else is a bug and throws. */
export const encodeKiss = (command: number, data: Uint8Array): Uint8Array => {
  if (command === END || command === ESCAPE || (command & 0xff) !== command || data.length > MAX_KISS_DATA) {
    throw new RangeError(`no frame for command ${command} with ${data.length} bytes`);
  }
  let length = data.length + 3;
  for (const byte of data) if (byte === END || byte === ESCAPE) length++;
  const out = new Uint8Array(length);
  out[0] = END;
  out[1] = command;
  let at = 2;
  for (const byte of data) {
    if (byte === END || byte === ESCAPE) {
      out[at++] = ESCAPE;
      out[at++] = byte === END ? ESCAPED_END : ESCAPED_ESCAPE;
    } else out[at++] = byte;
  }
  out[at] = END;
  return out;
};

/** What did not become a frame since the decoder was made. */
export interface KissLosses {
  /** Frames longer than the longest that exists. */
  readonly tooLong: number;
  /** Frames with a DB that neither DC nor DD follows. */
  readonly badEscape: number;
  /** Bytes before the first C0. */
  readonly noise: number;
}

export interface KissDecoder {
  /** Takes the next bytes, cut anywhere; the frames that end in them, with data of their own. */
  push(chunk: Uint8Array): readonly KissFrame[];
  readonly losses: KissLosses;
}

const NONE: readonly KissFrame[] = [];

/** The frame's bytes so far: `noise` until the first C0; `lost` and `noise` keep nothing until the next one. */
type State = 'noise' | 'open' | 'escaped' | 'lost';

/**
 * Every C0 ends what came before it and begins what follows, also after DATA: whether it ends a frame or begins the next
 * one behind a frame that lost its end cannot be told from it, and taking it for both loses neither. So whatever came
 * before, a frame that comes whole is delivered.
 */
export const createKissDecoder = (): KissDecoder => {
  /** Command and data. */
  const buffer = new Uint8Array(1 + MAX_KISS_DATA);
  let filled = 0;
  let state: State = 'noise';
  let tooLong = 0;
  let badEscape = 0;
  let noise = 0;

  /** Puts the bytes from here to the next C0 or DB into the buffer; returns where it stopped. */
  const takePlain = (chunk: Uint8Array, from: number): number => {
    const end = chunk.length;
    let at = from;
    let to = filled;
    for (; at < end; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === END || byte === ESCAPE) break;
      if (to === buffer.length) {
        tooLong++;
        state = 'lost';
        break;
      }
      buffer[to++] = byte;
    }
    filled = to;
    return at;
  };
  const takeEscaped = (byte: number): void => {
    if (byte !== ESCAPED_END && byte !== ESCAPED_ESCAPE) {
      badEscape++;
      state = 'lost';
    } else if (filled === buffer.length) {
      tooLong++;
      state = 'lost';
    } else {
      buffer[filled++] = byte === ESCAPED_END ? END : ESCAPE;
      state = 'open';
    }
  };
  const push = (chunk: Uint8Array): readonly KissFrame[] => {
    let frames: KissFrame[] | undefined;
    for (let at = 0; at < chunk.length; ) {
      if (state === 'open') at = takePlain(chunk, at);
      else if (state !== 'escaped') {
        const end = chunk.indexOf(END, at);
        const next = end < 0 ? chunk.length : end;
        if (state === 'noise') noise += next - at;
        at = next;
      }
      if (at === chunk.length) break;
      const byte = chunk[at] ?? 0;
      if (byte === END) {
        if (state === 'escaped') badEscape++;
        else if (state === 'open' && filled > 0) {
          frames ??= [];
          frames.push({ command: buffer[0] ?? 0, data: buffer.slice(1, filled) });
        }
        state = 'open';
        filled = 0;
        at++;
      } else if (state === 'escaped') {
        takeEscaped(byte);
        at++;
      } else if (state === 'open') {
        state = 'escaped';
        at++;
      }
    }
    return frames ?? NONE;
  };
  return {
    push,
    get losses() {
      return { tooLong, badEscape, noise };
    },
  };
};
