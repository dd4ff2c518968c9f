/** One link over the air, in both directions: what is known of the other side, and what goes to it. */
import type { AirRef, LinkTag, Millis, StationId } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import { type AckWord, encodeAck } from '#core/radio/air/ack.ts';
import { encodeFragment } from '#core/radio/air/fragment.ts';
import { createIncoming, type Incoming } from '#core/radio/air/incoming.ts';
import { type AirLane, createOutgoing, type Outgoing } from '#core/radio/air/outgoing.ts';

export interface AirLink {
  readonly peer: StationId;
  readonly ours: LinkTag;
  /** 0 as long as it has not been heard. */
  theirs: LinkTag | 0;
  /** The other side has named the link as we do: it hears us. */
  isProven: boolean;
  heardAt: Millis;
  /** Its owner has ended it; what was handed over before still goes. */
  isClosed: boolean;
  /** When the other side is told of a link through which nothing was sent. */
  greetAt: Millis;
  readonly incoming: Incoming;
  readonly outgoing: Outgoing;
  acknowledge(word: AckWord): void;
  /** What became of a frame; true when it was an acknowledgement of this link. */
  acknowledgementLeft(ref: AirRef): boolean;
}

/** Gives a frame away to be sent. */
export type PutFrame = (as: 'fragment' | 'ack', body: Uint8Array, lane: AirLane) => AirRef;

export interface AirLinkParts extends Pick<AirLink, 'peer' | 'ours' | 'theirs' | 'heardAt' | 'greetAt'> {
  readonly put: PutFrame;
  readonly patience: (tries: number) => Millis;
}

export const createAirLink = ({ put, patience, ...parts }: AirLinkParts): AirLink => {
  /** One at a time waits to be sent; of those that it could not say, the newest comes after it. */
  let waiting: { readonly ref: AirRef; readonly body: Uint8Array } | undefined;
  let after: Uint8Array | undefined;
  const putAck = (body: Uint8Array): void => {
    waiting = { ref: put('ack', body, 'prompt'), body };
  };
  const link: AirLink = {
    ...parts,
    isProven: false,
    isClosed: false,
    incoming: createIncoming(),
    outgoing: createOutgoing({
      patience,
      put: (part, lane) => {
        const address = { to: link.peer, sender: link.ours, receiver: link.theirs };
        return put('fragment', encodeFragment({ ...address, ...part }), lane);
      },
    }),
    acknowledge: (word) => {
      const body = encodeAck({ to: link.peer, sender: link.ours, receiver: link.theirs, ...word });
      if (waiting === undefined) putAck(body);
      else after = equalBytes(waiting.body, body) ? undefined : body;
    },
    acknowledgementLeft: (ref) => {
      if (waiting?.ref !== ref) return false;
      waiting = undefined;
      if (after !== undefined) putAck(after);
      after = undefined;
      return true;
    },
  };
  return link;
};
