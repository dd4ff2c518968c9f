/** A Noise session between two messages, and its bytes in the KeyStore. Private to this adapter: no wire format. */
import { concatBytes } from '#core/bytes/compare.ts';
import type { Handshake } from '#core/crypto/noise-nk.ts';

/** We sent message 1 and wait for message 2. */
export interface Waiting {
  readonly kind: 'waiting';
  readonly handshake: Handshake;
  /** Our ephemeral private key. */
  readonly ephemeral: Uint8Array;
}
/** We read message 1 and have not answered. */
export interface Answering {
  readonly kind: 'answering';
  readonly handshake: Handshake;
  /** Their ephemeral public key. */
  readonly peer: Uint8Array;
}
/**
 * What lets the last step be repeated if the process stopped between ours and the caller's commit: dropped as soon as
 * the session is used further.
 */
export type Retained =
  | Waiting
  | { readonly kind: 'receipt'; readonly digest: Uint8Array; readonly message: Uint8Array };

export interface Finished {
  readonly kind: 'finished';
  readonly sending: Uint8Array;
  readonly receiving: Uint8Array;
  /** The handshake's hash after message 1: which request this session came from. */
  readonly request: Uint8Array;
  readonly retained: Retained | undefined;
  /** Numbers that were used, each with the first 16 bytes of its payload's hash: no number ever seals two payloads. */
  readonly sealed: readonly { readonly number: number; readonly digest: Uint8Array }[];
}
export type Session = Waiting | Answering | Finished;

const WAITING = 1;
const ANSWERING = 2;
const FINISHED = 3;
const RECEIPT = 4;
const NOTHING = 0;
const SEALED_BYTES = 17;

const encodeRetained = (retained: Retained | undefined): Uint8Array => {
  if (retained === undefined) return Uint8Array.of(NOTHING);
  if (retained.kind === 'waiting') return encodeSession(retained);
  const { digest, message } = retained;
  return concatBytes(Uint8Array.of(RECEIPT, message.length >> 8, message.length & 0xff), digest, message);
};

export const encodeSession = (session: Session): Uint8Array => {
  switch (session.kind) {
    case 'waiting':
    case 'answering': {
      const key = session.kind === 'waiting' ? session.ephemeral : session.peer;
      const tag = session.kind === 'waiting' ? WAITING : ANSWERING;
      return concatBytes(Uint8Array.of(tag), session.handshake.chainingKey, session.handshake.hash, key);
    }
    case 'finished':
      return concatBytes(
        Uint8Array.of(FINISHED),
        session.sending,
        session.receiving,
        session.request,
        encodeRetained(session.retained),
        ...session.sealed.map(({ number, digest }) => concatBytes(Uint8Array.of(number), digest)),
      );
  }
};

interface Cursor {
  take(count: number): Uint8Array;
  readonly left: number;
}

/** Reads past the end give short parts; `decodeSession` looks at the lengths, so a cut record is never used. */
const createCursor = (bytes: Uint8Array): Cursor => {
  let offset = 0;
  return {
    take: (count) => {
      const part = bytes.slice(offset, offset + count);
      offset += count;
      return part;
    },
    get left() {
      return Math.max(0, bytes.length - offset);
    },
  };
};

const takeWaiting = (cursor: Cursor): Waiting => ({
  kind: 'waiting',
  handshake: { chainingKey: cursor.take(32), hash: cursor.take(32) },
  ephemeral: cursor.take(32),
});

const takeRetained = (cursor: Cursor): Retained | undefined => {
  switch (cursor.take(1)[0]) {
    case WAITING:
      return takeWaiting(cursor);
    case RECEIPT: {
      const [high = 0, low = 0] = cursor.take(2);
      return { kind: 'receipt', digest: cursor.take(32), message: cursor.take((high << 8) | low) };
    }
    default:
      return undefined;
  }
};

const takeFinished = (cursor: Cursor): Finished => {
  const [sending, receiving, request] = [cursor.take(32), cursor.take(32), cursor.take(32)];
  const retained = takeRetained(cursor);
  const sealed: { number: number; digest: Uint8Array }[] = [];
  while (cursor.left > 0) {
    const [number = 0, ...digest] = cursor.take(SEALED_BYTES);
    sealed.push({ number, digest: Uint8Array.from(digest) });
  }
  return { kind: 'finished', sending, receiving, request, retained, sealed };
};

const takeSession = (cursor: Cursor): Session | undefined => {
  switch (cursor.take(1)[0]) {
    case WAITING:
      return takeWaiting(cursor);
    case ANSWERING:
      return {
        kind: 'answering',
        handshake: { chainingKey: cursor.take(32), hash: cursor.take(32) },
        peer: cursor.take(32),
      };
    case FINISHED:
      return takeFinished(cursor);
    default:
      return undefined;
  }
};

const isWhole = (session: Session): boolean => {
  const parts =
    session.kind === 'finished'
      ? [session.sending, session.receiving, session.request]
      : [
          session.handshake.chainingKey,
          session.handshake.hash,
          session.kind === 'waiting' ? session.ephemeral : session.peer,
        ];
  const sealed = session.kind === 'finished' ? session.sealed : [];
  return parts.every((part) => part.length === 32) && sealed.every(({ digest }) => digest.length === SEALED_BYTES - 1);
};

/** Undefined for anything that `encodeSession` did not write. */
export const decodeSession = (bytes: Uint8Array): Session | undefined => {
  const session = takeSession(createCursor(bytes));
  return session && isWhole(session) ? session : undefined;
};
