/**
 * Frames in a byte stream: each begins with its length as a QUIC variable-length integer (RFC 9000, section 16) in its
 * shortest form. Length 0 is a heartbeat; the values above the largest frame say goodbye and why.
 * docs/protocol/links.md
 */
import { MAX_FRAME_BYTES } from '#core/domain/limits.ts';
import type { LinkEnd } from '#ports/transport.ts';

/** A heartbeat: a frame without content. */
export const HEARTBEAT = Uint8Array.of(0);

/** What `lost` means to the side that noticed it is told as well: it may still hear it. */
const GOODBYES: readonly LinkEnd[] = ['closed', 'lost', 'refused', 'protocol-violation', 'overloaded', 'shutting-down'];
const FIRST_GOODBYE = MAX_FRAME_BYTES + 1;
const LAST_GOODBYE = MAX_FRAME_BYTES + GOODBYES.length;

/** The number that stands for a reason on the wire: in a goodbye, and as the session's close code. */
export const goodbyeCode = (reason: LinkEnd): number => GOODBYES.indexOf(reason);

/** The reason behind a session's close code. A code that a newer peer knows and we do not is a plain end. */
export const goodbyeReason = (code: number): LinkEnd => GOODBYES[code] ?? 'closed';

/** The four bytes that end a stream. */
export const encodeGoodbye = (reason: LinkEnd): Uint8Array => {
  const bytes = new Uint8Array(4);
  writeLength(bytes, 0, FIRST_GOODBYE + goodbyeCode(reason));
  return bytes;
};

/** Bytes of the prefix of a length below 2^30. */
export const lengthSize = (length: number): 1 | 2 | 4 => (length < 0x40 ? 1 : length < 0x4000 ? 2 : 4);

/** Writes a length below 2^30 and returns where it ends. */
export const writeLength = (target: Uint8Array, at: number, length: number): number => {
  const size = lengthSize(length);
  const marked = size === 1 ? length : size === 2 ? length | 0x4000 : length | 0x8000_0000;
  for (let index = 0; index < size; index += 1) target[at + index] = marked >>> (8 * (size - 1 - index));
  return at + size;
};

export interface Decoded {
  /** Whole frames, copied out of the stream; heartbeats are not among them. */
  readonly frames: readonly Uint8Array[];
  /** Set when the stream is over: what the goodbye said, or `garbage` for bytes that are no frames. */
  readonly end: LinkEnd | 'garbage' | undefined;
}

export interface FrameDecoder {
  /** Takes the next bytes, cut anywhere. After an end nothing more is decoded. */
  push(chunk: Uint8Array): Decoded;
  /** Whether the stream may stop here: no frame is half received. */
  isBetweenFrames(): boolean;
}

/** Holds at most one frame that is not yet complete. */
export const createFrameDecoder = (): FrameDecoder => {
  const prefix = new Uint8Array(4);
  let prefixFilled = 0;
  let frame: Uint8Array | undefined;
  let frameFilled = 0;
  let end: LinkEnd | 'garbage' | undefined;

  /** Reads prefix bytes from `at`; returns where it stopped. Sets `frame` or `end` when the prefix is complete. */
  const takePrefix = (chunk: Uint8Array, at: number): number => {
    let next = at;
    const size = prefixSize(prefixFilled > 0 ? (prefix[0] ?? 0) : (chunk[next] ?? 0));
    if (size === undefined) {
      end = 'garbage';
      return next;
    }
    while (prefixFilled < size && next < chunk.length) {
      prefix[prefixFilled] = chunk[next] ?? 0;
      prefixFilled += 1;
      next += 1;
    }
    if (prefixFilled === size) {
      prefixFilled = 0;
      openFrame(readLength(prefix, size), size);
    }
    return next;
  };
  const openFrame = (length: number, size: number): void => {
    if (lengthSize(length) !== size || length > LAST_GOODBYE) end = 'garbage';
    else if (length >= FIRST_GOODBYE) end = goodbyeReason(length - FIRST_GOODBYE);
    else if (length > 0) {
      frame = new Uint8Array(length);
      frameFilled = 0;
    }
  };
  const push = (chunk: Uint8Array): Decoded => {
    const frames: Uint8Array[] = [];
    for (let at = 0; at < chunk.length && end === undefined; ) {
      if (frame === undefined) {
        at = takePrefix(chunk, at);
        continue;
      }
      const part = chunk.subarray(at, at + frame.length - frameFilled);
      frame.set(part, frameFilled);
      frameFilled += part.length;
      at += part.length;
      if (frameFilled === frame.length) {
        frames.push(frame);
        frame = undefined;
      }
    }
    return { frames, end };
  };
  return { push, isBetweenFrames: () => prefixFilled === 0 && frame === undefined };
};

/** Bytes of the prefix that begins with this byte; undefined for the eight-byte form, which no length needs. */
const prefixSize = (first: number): 1 | 2 | 4 | undefined => {
  switch (first >>> 6) {
    case 0:
      return 1;
    case 1:
      return 2;
    case 2:
      return 4;
    default:
      return undefined;
  }
};

const readLength = (bytes: Uint8Array, size: 1 | 2 | 4): number => {
  let value = (bytes[0] ?? 0) & 0x3f;
  for (let index = 1; index < size; index += 1) value = value * 256 + (bytes[index] ?? 0);
  return value;
};
