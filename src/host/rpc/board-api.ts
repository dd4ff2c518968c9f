import type { Millis, Plz, Region, StationId } from '#core/brand.ts';
import type { BoardFault, BoardIdentity, ChannelReport } from '#core/radio/board.ts';
import type { Channel } from '#core/radio/channel.ts';
import type { Result } from '#core/result.ts';

/** What the interface may ask of the LoRa board on this device. */
export interface BoardApi {
  board(): Promise<BoardView>;
  /** A person has just allowed one, or wants it to be looked for again. `wrong-state` when what speaks with boards could not be loaded. */
  lookForBoard(): Promise<Result<null>>;
  /** What the board is told, whether one is there or not; undefined where there are no serial ports. */
  boardChannel(): Promise<Channel | undefined>;
  /** `malformed` for a channel that is not lawful; `storage-full` when it cannot be kept. */
  tuneBoard(channel: Channel): Promise<Result<null>>;
  /**
   * Where this device stands: the radio brings the slots of the regions around it; without a place, of none. `malformed` for an
   * unknown place. Rejects when it could not be kept, and holds until the node ends all the same.
   */
  listenAround(place: RadioPlace | undefined): Promise<Result<null>>;
  /**
   * Asks whoever listens on the channel whether they hear this; the number is shown there. `wrong-state` without a board on
   * air, `over-capacity` while too much waits.
   */
  sendRadioCheck(): Promise<Result<{ readonly number: number }>>;
}

export interface RadioPlace {
  readonly plz: Plz;
  readonly km: number;
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
  /** Of these, what was dropped: of other programs, and what should be ours and cannot be read. */
  readonly unread: UnreadFrames;
  readonly newest: { readonly rssiDbm: number | undefined; readonly snrDb: number | undefined } | undefined;
  readonly air: AirStanding | undefined;
  readonly check: HeardCheck | undefined;
  /** The stations that were heard lately, the newest first. */
  readonly stations: readonly StationView[];
  readonly slots: RadioSlots | undefined;
}

export interface UnreadFrames {
  readonly foreign: number;
  readonly malformed: number;
}

export interface StationView {
  readonly station: StationId;
  readonly heardAt: Millis;
  readonly frames: number;
  /** Of its frames, the share that did not arrive here, 0 to 1; undefined until there are enough to tell. */
  readonly loss: number | undefined;
  readonly rssiDbm: number | undefined;
  readonly snrDb: number | undefined;
  /** Stations between it and the internet: 0 has it. Undefined: it knows no way, or has not said. */
  readonly way: number | undefined;
  /** It says that it hears this station. */
  readonly hearsUs: boolean;
}

/** What comes by radio. */
export interface RadioSlots {
  /** As in StationView, from here. */
  readonly way: number | undefined;
  readonly regions: readonly { readonly region: Region; readonly announcements: number }[];
  /** Practices whose announcements wait for their key, and those whose name is not here yet. */
  readonly lacksKeys: number;
  readonly lacksNames: number;
}

/** What is sent, in milliseconds of airtime on the channel's sub-band. */
export interface AirStanding {
  readonly spentMs: Millis;
  /** Of what the law allows, now. */
  readonly leftMs: Millis;
  /** Frames that wait, and how long the next must. */
  readonly waiting: number;
  readonly waitMs: Millis;
  /** Since the radio went on. */
  readonly sent: number;
}

/** The newest radio check that came. Nobody signs one. */
export interface HeardCheck {
  readonly number: number;
  readonly at: Millis;
  readonly rssiDbm: number | undefined;
  readonly snrDb: number | undefined;
}
