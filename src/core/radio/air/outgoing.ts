/**
 * One direction of a link over the air, where it begins: messages wait in two lanes, one is under way. Its pieces go one after
 * the other, the last asks for an acknowledgement, and what the answer lacks goes again.
 */
import type { AirRef, Millis } from '#core/brand.ts';
import type { AckWord } from '#core/radio/air/ack.ts';
import { type AirEnd, endByte } from '#core/radio/air/end.ts';
import { type FragmentPart, MESSAGE_NUMBERS } from '#core/radio/air/fragment.ts';
import { MAX_LAST_TRIES, MAX_ROUNDS, MAX_TRIES } from '#core/radio/air/patience.ts';
import { cutMessage } from '#core/radio/air/pieces.ts';

/** `prompt` before `bulk`, each in its order. */
export type AirLane = 'prompt' | 'bulk';

export interface Outgoing {
  /** Bytes of messages that nobody has acknowledged. */
  readonly waiting: number;
  /** Something was sent, or waits to be. */
  readonly hasBegun: boolean;
  /** `lost`: nobody answers. `over`: the goodbye has arrived. */
  readonly standing: 'open' | 'lost' | 'over';
  readonly next: Millis;
  add(message: Uint8Array, lane: AirLane): void;
  /** The last message, behind both lanes. */
  addGoodbye(reason: AirEnd): void;
  /** Begins with what waits, when nothing is under way. */
  goOn(): void;
  sent(now: Millis, ref: AirRef): void;
  dropped(now: Millis, ref: AirRef): void;
  acknowledged(ack: Exclude<AckWord, { word: 'ended' }>): void;
  wake(now: Millis): void;
}

export interface OutgoingParts {
  /** How long after so many tries an answer may take. */
  readonly patience: (tries: number) => Millis;
  /** Gives a piece away to be sent. */
  readonly put: (part: FragmentPart, lane: AirLane) => AirRef;
}

interface UnderWay {
  readonly lane: AirLane;
  readonly isGoodbye: boolean;
  readonly bytes: number;
  readonly pieces: readonly Uint8Array[];
  /** As far as is known. */
  missing: readonly number[];
  /** What of it goes in this round and has not been given away yet. */
  left: readonly number[];
  /** What was given away and has not been on air yet. */
  given: { readonly ref: AirRef; readonly index: number } | undefined;
  tries: number;
  rounds: number;
}

const NEVER = Number.POSITIVE_INFINITY as Millis;

export const createOutgoing = ({ patience, put }: OutgoingParts): Outgoing => {
  const lanes: Readonly<Record<AirLane, Uint8Array[]>> = { prompt: [], bulk: [] };
  let goodbye: AirEnd | undefined;
  let underWay: UnderWay | undefined;
  let number = 0;
  let waiting = 0;
  let hasBegun = false;
  let standing: Outgoing['standing'] = 'open';
  let next = NEVER;

  const begin = (message: Uint8Array, lane: AirLane, isGoodbye: boolean): UnderWay => {
    const pieces = cutMessage(message);
    const all = pieces.map((_, index) => index);
    return {
      lane,
      isGoodbye,
      bytes: message.length,
      pieces,
      missing: all,
      left: all,
      given: undefined,
      tries: 0,
      rounds: 0,
    };
  };
  const takeNext = (): UnderWay | undefined => {
    for (const lane of ['prompt', 'bulk'] as const) {
      const message = lanes[lane].shift();
      if (message !== undefined) return begin(message, lane, false);
    }
    const reason = goodbye;
    goodbye = undefined;
    if (reason === undefined) return undefined;
    waiting++;
    return begin(Uint8Array.of(endByte(reason)), 'prompt', true);
  };
  const give = (message: UnderWay): void => {
    const [index, ...left] = message.left;
    const piece = message.pieces[index ?? 0];
    if (index === undefined || piece === undefined) return;
    const { lane, isGoodbye, pieces } = message;
    message.left = left;
    const part = { number, index, last: pieces.length - 1, wantsAck: left.length === 0, isGoodbye, piece };
    message.given = { ref: put(part, lane), index };
    next = NEVER;
  };
  const lose = (): void => {
    standing = 'lost';
    next = NEVER;
  };
  const goOn = (): void => {
    if (underWay !== undefined || standing !== 'open') return;
    underWay = takeNext();
    if (underWay === undefined) return;
    hasBegun = true;
    give(underWay);
  };
  const finish = (message: UnderWay): void => {
    underWay = undefined;
    next = NEVER;
    number = (number + 1) % MESSAGE_NUMBERS;
    waiting -= message.bytes;
    if (message.isGoodbye) standing = 'over';
    goOn();
  };
  const sendMissing = (message: UnderWay, came: readonly boolean[]): void => {
    const { length } = message.pieces;
    const missing = Array.from({ length }, (_, index) => index).filter((index) => !came[index]);
    // Of another message, or of none.
    if (came.length !== Math.ceil(length / 8) * 8 || missing.length === 0 || came.includes(true, length)) return;
    message.rounds++;
    if (message.rounds > MAX_ROUNDS) return lose();
    message.tries = 0;
    message.missing = missing;
    message.left = missing.filter((index) => index !== message.given?.index);
    if (message.given === undefined) give(message);
  };

  return {
    get waiting() {
      return waiting;
    },
    get hasBegun() {
      return hasBegun || lanes.prompt.length + lanes.bulk.length > 0;
    },
    get standing() {
      return standing;
    },
    get next() {
      return next;
    },
    add: (message, lane) => {
      lanes[lane].push(message);
      waiting += message.length;
    },
    addGoodbye: (reason) => {
      goodbye = reason;
    },
    goOn,
    sent: (now, ref) => {
      if (underWay?.given?.ref !== ref) return;
      underWay.given = undefined;
      if (underWay.left.length > 0) give(underWay);
      else next = (now + patience(underWay.tries)) as Millis;
    },
    dropped: (now, ref) => {
      if (underWay?.given?.ref !== ref) return;
      underWay.left = [underWay.given.index, ...underWay.left];
      underWay.given = undefined;
      next = (now + patience(underWay.tries)) as Millis;
    },
    acknowledged: (ack) => {
      if (underWay === undefined || ack.number !== number || standing !== 'open') return;
      if (ack.word === 'whole') finish(underWay);
      else sendMissing(underWay, ack.came);
    },
    wake: (now) => {
      if (underWay === undefined || now < next) return;
      underWay.tries++;
      const isLast = goodbye !== undefined || underWay.isGoodbye;
      if (underWay.tries >= (isLast ? MAX_LAST_TRIES : MAX_TRIES)) return lose();
      // The last that it lacks asks as well as any other, and is the shortest.
      if (underWay.left.length === 0) underWay.left = underWay.missing.slice(-1);
      give(underWay);
    },
  };
};
