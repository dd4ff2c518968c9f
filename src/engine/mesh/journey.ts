import type { MessageId } from '#core/brand.ts';
import type { Envelope } from '#core/wire/envelope.ts';
import type { Peer } from '#engine/links/peer.ts';

/** An envelope that this node passes on, until the next hop has taken it (docs/protocol/routing.md). */
export interface Journey {
  readonly id: MessageId;
  readonly envelope: Envelope;
  /** Undefined: it is ours, or was kept here. */
  readonly from: Peer | undefined;
  readonly transit: boolean;
  /** It came by a flood: whoever floods looks after it. */
  readonly flooded: boolean;
  /** Took it the last time, and no receipt came: another way is tried first. */
  readonly avoid: Peer | undefined;
  /** Somebody on the way has no link that takes it. */
  isTooLarge: boolean;
  tried: Peer[];
  current: Peer | undefined;
  ring: number;
}

/** One that begins here: nobody was tried yet. */
export const newJourney = (begun: Pick<Journey, 'id' | 'envelope' | 'from'> & Partial<Journey>): Journey => ({
  transit: true,
  flooded: false,
  avoid: undefined,
  isTooLarge: false,
  tried: [],
  current: undefined,
  ring: 0,
  ...begun,
});
