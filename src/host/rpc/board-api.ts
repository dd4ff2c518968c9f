import type { BoardFault, BoardIdentity, ChannelReport } from '#core/radio/board.ts';
import type { Channel } from '#core/radio/channel.ts';
import type { Result } from '#core/result.ts';

/** What the interface may ask of the LoRa board on this device. */
export interface BoardApi {
  board(): Promise<BoardView>;
  /** A person has just allowed one, or wants it to be looked for again. */
  lookForBoard(): Promise<Result<null>>;
  /** What the board is told, whether one is there or not; undefined where there are no serial ports. */
  boardChannel(): Promise<Channel | undefined>;
  /** `malformed` for a channel that is not lawful; `storage-full` when it cannot be kept. */
  tuneBoard(channel: Channel): Promise<Result<null>>;
}

export type BoardView =
  /** This browser gives no page a serial port. */
  | { readonly kind: 'unsupported' }
  /** None is plugged in that somebody allowed. */
  | { readonly kind: 'none' }
  | { readonly kind: 'starting'; readonly identity: BoardIdentity | undefined }
  | BoardOnAir
  /** It is tried again by itself. */
  | { readonly kind: 'failed'; readonly identity: BoardIdentity | undefined; readonly fault: BoardFault };

export interface BoardOnAir {
  readonly kind: 'on';
  readonly identity: BoardIdentity;
  readonly channel: Channel;
  /** The share of any hour that the law leaves it, 0 to 1. */
  readonly dutyShare: number;
  /** Undefined until it tells for the first time; some boards never do. */
  readonly report: ChannelReport | undefined;
  /** Frames that came, whosever they were, and how the newest was received. */
  readonly heard: number;
  readonly newest: { readonly rssiDbm: number | undefined; readonly snrDb: number | undefined } | undefined;
}
