/** One direction of a link over the air, where it arrives: puts messages together, each once and in order. */
import type { AckWord } from '#core/radio/air/ack.ts';
import { type FragmentPart, MESSAGE_NUMBERS } from '#core/radio/air/fragment.ts';
import { joinPieces } from '#core/radio/air/pieces.ts';

export interface IncomingStep {
  /** A message became whole. */
  readonly message?: Uint8Array;
  /** What to answer. */
  readonly ack?: AckWord;
  /** The other side goes on behind a message that never came: there is no way back into step. */
  readonly isGap?: boolean;
}

export interface Incoming {
  take(fragment: FragmentPart): IncomingStep;
}

const NOTHING: IncomingStep = {};
/** Numbers so far ahead are ahead; the others are old. */
const AHEAD = MESSAGE_NUMBERS / 2;

interface Unfinished {
  readonly last: number;
  readonly isGoodbye: boolean;
  readonly pieces: (Uint8Array | undefined)[];
}

const isWhole = (pieces: readonly (Uint8Array | undefined)[]): pieces is readonly Uint8Array[] =>
  pieces.every((piece) => piece !== undefined);

export const createIncoming = (): Incoming => {
  let expected = 0;
  let hasDelivered = false;
  let unfinished: Unfinished | undefined;

  const begin = ({ last, isGoodbye }: FragmentPart): Unfinished => ({
    ...{ last, isGoodbye },
    pieces: Array.from({ length: last + 1 }, () => undefined),
  });
  /** The message, when this was what it lacked. */
  const add = (fragment: FragmentPart): Uint8Array | undefined => {
    // Somebody lies about its length, now or before: the last word counts, so that a lie does not last.
    const isOther = unfinished?.last !== fragment.last || unfinished.isGoodbye !== fragment.isGoodbye;
    unfinished = unfinished === undefined || isOther ? begin(fragment) : unfinished;
    unfinished.pieces[fragment.index] ??= fragment.piece;
    if (!isWhole(unfinished.pieces)) return undefined;
    const message = joinPieces(unfinished.pieces);
    // Not of one message: all of it again.
    unfinished = message.ok ? undefined : begin(fragment);
    return message.ok ? message.value : undefined;
  };
  const takeExpected = (fragment: FragmentPart): IncomingStep => {
    const { number, wantsAck, last } = fragment;
    const message = add(fragment);
    if (message === undefined) {
      const bits = Math.ceil((last + 1) / 8) * 8;
      const came = Array.from({ length: bits }, (_, at) => unfinished?.pieces[at] !== undefined);
      return wantsAck ? { ack: { word: 'part', number, came } } : NOTHING;
    }
    expected = (expected + 1) % MESSAGE_NUMBERS;
    hasDelivered = true;
    return wantsAck ? { message, ack: { word: 'whole', number } } : { message };
  };

  return {
    take: (fragment) => {
      const { number, wantsAck } = fragment;
      const ahead = (number - expected + MESSAGE_NUMBERS) % MESSAGE_NUMBERS;
      if (ahead === 0) return takeExpected(fragment);
      if (ahead < AHEAD) return { isGap: true };
      // The acknowledgement was lost.
      const isLastOne = ahead === MESSAGE_NUMBERS - 1 && hasDelivered;
      return isLastOne && wantsAck ? { ack: { word: 'whole', number } } : NOTHING;
    },
  };
};
