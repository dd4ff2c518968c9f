/**
 * Objects that do not fit into one frame, broadcast in pieces that nobody acknowledges: whoever listens collects them in any
 * order, from whenever it began to. docs/protocol/radio.md, "Objects in pieces"
 */
import type { Millis } from '#core/brand.ts';
import { concatBytes, equalBytes } from '#core/bytes/compare.ts';
import { toHex } from '#core/bytes/hex.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { sha256 } from '#core/crypto/sha256.ts';
import { MAX_AIR_BODY } from '#core/radio/air/frame.ts';
import { MAX_SYMBOLS, recoverSource, repairSymbol } from '#core/radio/erasure.ts';
import { ok, type Result, refuse } from '#core/result.ts';

const ID_BYTES = 4;
/** Id, length, index. */
const HEADER_BYTES = ID_BYTES + 2 + 1;
/** Of the object, in each piece but the last. */
export const PIECE_BYTES = MAX_AIR_BODY - HEADER_BYTES;
/** As long as an identity record may be: 17 pieces. */
export const MAX_OBJECT_BYTES = 4_096;
/** With more pieces than this an object has repair pieces, too. */
const MAX_PLAIN_PIECES = 10;
/** Objects given of which the collector still knows. */
const MAX_GIVEN = 1_024;

const idOf = (object: Uint8Array): Uint8Array => sha256(object).subarray(0, ID_BYTES);
const sourcePiecesOf = (length: number): number => Math.ceil(length / PIECE_BYTES);

/** How many pieces there are of an object of so many bytes, repair pieces included: their indices are below. */
const piecesOf = (length: number): number => {
  const source = sourcePiecesOf(length);
  return source > MAX_PLAIN_PIECES ? MAX_SYMBOLS : source;
};

/** How many bytes that piece has on air: the last source piece is as short as what is left. */
const bytesOfPiece = (length: number, index: number): number =>
  index === sourcePiecesOf(length) - 1 ? length - index * PIECE_BYTES : PIECE_BYTES;

/** Zeros behind it, to a whole piece. */
const pad = (data: Uint8Array): Uint8Array => {
  if (data.length === PIECE_BYTES) return data;
  const padded = new Uint8Array(PIECE_BYTES);
  padded.set(data);
  return padded;
};

interface Piece {
  /** The first bytes of SHA-256 of the object. */
  readonly id: Uint8Array;
  /** Of the object. */
  readonly length: number;
  readonly index: number;
  readonly data: Uint8Array;
}

const encodePiece = ({ id, length, index, data }: Piece): Uint8Array =>
  createWriter().bytes(id).u16(length).u8(index).bytes(data).finish();

const decodePiece = (body: Uint8Array): Result<Piece, 'malformed' | 'too-large'> => {
  const reader = createReader(body);
  const id = reader.bytes(ID_BYTES);
  const [length, index] = [reader.u16(), reader.u8()];
  if (reader.broken || length === 0) return refuse('malformed');
  if (length > MAX_OBJECT_BYTES) return refuse('too-large');
  if (index >= piecesOf(length) || reader.left !== bytesOfPiece(length, index)) return refuse('malformed');
  return ok({ id, length, index, data: reader.rest() });
};

export interface ObjectSource {
  /** The body with that piece, of at most 250 bytes. An index that the object has not is a bug and throws. */
  piece(index: number): Uint8Array;
  /** Whether these are the bytes of one of its pieces. */
  has(body: Uint8Array): boolean;
  readonly sourcePieces: number;
  /**
   * The index of the piece that is sent as the n-th (from 0): the source pieces in turn; above ten pieces the source pieces
   * and then the repair pieces up to 255, and from the beginning again.
   */
  cycle(n: number): number;
}

/** Of 1–4,096 bytes, which must not change; anything else is a bug and throws. */
export const createObjectSource = (object: Uint8Array): ObjectSource => {
  const { length } = object;
  if (length === 0 || length > MAX_OBJECT_BYTES) throw new RangeError(`no object of ${length} bytes goes on air`);
  const id = idOf(object);
  const sourcePieces = sourcePiecesOf(length);
  const pieces = piecesOf(length);
  const sourcePiece = (index: number): Uint8Array => object.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES);
  const padded = Array.from({ length: pieces > sourcePieces ? sourcePieces : 0 }, (_, index) =>
    pad(sourcePiece(index)),
  );
  const piece = (index: number): Uint8Array => {
    if (!Number.isInteger(index) || index < 0 || index >= pieces) throw new RangeError(`no piece ${index}`);
    const data = index < sourcePieces ? sourcePiece(index) : repairSymbol(padded, index);
    return encodePiece({ id, length, index, data });
  };
  return {
    piece,
    has: (body) => {
      const decoded = decodePiece(body);
      return decoded.ok && decoded.value.index < pieces && equalBytes(piece(decoded.value.index), body);
    },
    sourcePieces,
    cycle: (n) => n % pieces,
  };
};

export interface CollectorBounds {
  /** Of which pieces are kept at the same time, at least one. */
  readonly objects: number;
  /** Of pieces kept, in all, enough for several objects: one whose pieces would be more is refused. */
  readonly bytes: number;
  /**
   * How long an object stays without a new piece, which must be longer than its pieces are apart; and how long the pieces of one
   * that was given are not collected again.
   */
  readonly patience: Millis;
}

export type Collected =
  | { readonly kind: 'whole'; readonly object: Uint8Array }
  /** A piece that was not here, and how many more the object needs. */
  | { readonly kind: 'piece'; readonly missing: number }
  /** A piece that was here, or of an object that was given. */
  | { readonly kind: 'known' };

/**
 * Why a body is refused: `malformed`; `too-large` for the protocol or the bounds; `not-canonical` where this piece came with other
 * bytes before, so that one of the two is false; `bad-signature` where it completes an object whose hash does not fit.
 */
export type PieceRefusal = 'malformed' | 'too-large' | 'not-canonical' | 'bad-signature';

export interface ObjectCollector {
  /** The body of a frame, and the time of a clock that only goes forward. */
  take(body: Uint8Array, now: Millis): Result<Collected, PieceRefusal>;
  /** An object that was given is not what it says, its signature for one: its pieces are collected anew. */
  disown(object: Uint8Array): void;
  /** Of pieces kept at the moment. */
  readonly objects: number;
  readonly bytes: number;
}

interface OpenObject {
  readonly key: string;
  /** By index. */
  readonly pieces: Map<number, Uint8Array>;
  bytes: number;
  /** When a piece came that was not here. */
  touched: Millis;
}

/** Objects of another length are others: who lies about the length does not get at the true one. */
const keyOf = (id: Uint8Array, length: number): string => `${toHex(id)}:${length}`;

/** The object of so many bytes from as many pieces as it needs, the right ones or not. */
const assemble = (pieces: ReadonlyMap<number, Uint8Array>, length: number): Uint8Array => {
  const symbols = new Map([...pieces].map(([index, data]) => [index, pad(data)]));
  return concatBytes(...recoverSource(sourcePiecesOf(length), symbols)).slice(0, length);
};

/** What gives way first: what has the fewest pieces, so that single made-up ones do not drive out what is nearly whole. */
const weakerOf = (one: OpenObject, other: OpenObject): OpenObject => {
  const difference = one.pieces.size - other.pieces.size || one.touched - other.touched;
  return difference <= 0 ? one : other;
};

/**
 * Whoever sends may lie. A false piece costs the object the pieces that were here when it was complete: its hash does not fit
 * then, and it begins anew.
 */
export const createObjectCollector = (bounds: CollectorBounds): ObjectCollector => {
  const open = new Map<string, OpenObject>();
  /** When an object was given, the oldest first. */
  const given = new Map<string, Millis>();
  let bytes = 0;

  const drop = (object: OpenObject): void => {
    open.delete(object.key);
    bytes -= object.bytes;
  };
  const forget = (now: Millis): void => {
    for (const object of open.values()) if (now - object.touched > bounds.patience) drop(object);
    for (const [key, since] of given) {
      if (now - since <= bounds.patience && given.size < MAX_GIVEN) break;
      given.delete(key);
    }
  };
  const makeRoom = (objects: number, size: number, kept?: OpenObject): void => {
    while (open.size + objects > bounds.objects || bytes + size > bounds.bytes) {
      const others = [...open.values()].filter((object) => object !== kept);
      if (others.length === 0) return;
      drop(others.reduce(weakerOf));
    }
  };
  /** The object with one piece more. */
  const add = (key: string, { index, data }: Piece, now: Millis): OpenObject => {
    const known = open.get(key);
    makeRoom(known === undefined ? 1 : 0, data.length, known);
    const object = known ?? { key, pieces: new Map<number, Uint8Array>(), bytes: 0, touched: now };
    open.set(key, object);
    object.pieces.set(index, data);
    object.bytes += data.length;
    object.touched = now;
    bytes += data.length;
    return object;
  };
  const finish = (object: OpenObject, { id, length }: Piece, now: Millis): Result<Collected, PieceRefusal> => {
    const whole = assemble(object.pieces, length);
    drop(object);
    if (!equalBytes(idOf(whole), id)) return refuse('bad-signature');
    given.set(object.key, now);
    return ok({ kind: 'whole', object: whole });
  };
  return {
    take: (body, now) => {
      forget(now);
      const decoded = decodePiece(body);
      if (!decoded.ok) return decoded;
      const piece = decoded.value;
      const needed = sourcePiecesOf(piece.length);
      if (needed * PIECE_BYTES > bounds.bytes) return refuse('too-large');
      const key = keyOf(piece.id, piece.length);
      if (given.has(key)) return ok({ kind: 'known' });
      const before = open.get(key)?.pieces.get(piece.index);
      if (before !== undefined) return equalBytes(before, piece.data) ? ok({ kind: 'known' }) : refuse('not-canonical');
      const object = add(key, piece, now);
      const missing = needed - object.pieces.size;
      return missing > 0 ? ok({ kind: 'piece', missing }) : finish(object, piece, now);
    },
    disown: (object) => {
      given.delete(keyOf(idOf(object), object.length));
    },
    get objects() {
      return open.size;
    },
    get bytes() {
      return bytes;
    },
  };
};
