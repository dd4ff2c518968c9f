/** A board that carries frames of at most 254 bytes to all who listen on its channel, as its host knows it: whatever make it is. */
import type { Millis } from '#core/brand.ts';
import type { Channel, ChannelRefusal } from '#core/radio/channel.ts';
import type { Modulation } from '#core/radio/modulation.ts';

export interface BoardIdentity {
  /** Undefined for a make that we have no name for. */
  readonly name: string | undefined;
  /** As its maker writes it: `1.86`. */
  readonly firmware: string;
}

/** What is told to a board and read back. */
export type BoardSetting =
  | 'frequency'
  | 'bandwidth'
  | 'tx-power'
  | 'spreading-factor'
  | 'code-rate'
  | 'short-lock'
  | 'long-lock';

/** Why a board cannot be used. */
export type BoardFault =
  /** Another program has the port, or the system lets nobody have it. */
  | { readonly kind: 'busy' }
  /** Not a byte came: a bootloader, or no power. */
  | { readonly kind: 'silent' }
  /** Something speaks, but no firmware that we know. */
  | { readonly kind: 'no-radio' }
  | { readonly kind: 'too-old'; readonly firmware: string; readonly needed: string }
  /** It has another value than it was told; `got` is undefined when it did not say. */
  | {
      readonly kind: 'not-taken';
      readonly setting: BoardSetting;
      readonly asked: number;
      readonly got: number | undefined;
    }
  /** The channel that it says it is on must not be used. */
  | { readonly kind: 'unlawful'; readonly refusal: ChannelRefusal }
  /** Its radio stays off. */
  | { readonly kind: 'stays-off' }
  /** Its radio chip does not answer it. */
  | { readonly kind: 'radio-broken' }
  /** It spoke and went silent, or started anew by itself. */
  | { readonly kind: 'stalled' | 'restarted' }
  /** A frame was not on air in time: the channel is never free for it. Its queue has to be emptied. */
  | { readonly kind: 'held-back' };

export interface HeardFrame {
  readonly data: Uint8Array;
  readonly rssiDbm: number | undefined;
  readonly snrDb: number | undefined;
}

/** What a board says of its channel about once a second. Shares of an hour and of about 15 s are from 0 to 1. */
export interface ChannelReport {
  readonly airtimeHour: number;
  readonly loadShort: number;
  readonly loadHour: number;
  readonly rssiDbm: number;
  readonly noiseDbm: number;
}

/** What comes of a conversation with a board. */
export type BoardEffect =
  | { readonly kind: 'write'; readonly bytes: Uint8Array }
  | { readonly kind: 'identified'; readonly identity: BoardIdentity }
  /** It was told to start anew; one with a USB of its own leaves the bus now and comes back. */
  | { readonly kind: 'resetting' }
  /** With the channel as the board says that it is, and the share of any hour that the law leaves it. */
  | { readonly kind: 'on'; readonly channel: Channel; readonly dutyShare: number }
  | { readonly kind: 'heard'; readonly frame: HeardFrame }
  | { readonly kind: 'report'; readonly report: ChannelReport }
  /** The frame that it was given was on air: another may come. */
  | { readonly kind: 'sent' }
  /** The last effect there is. */
  | { readonly kind: 'failed'; readonly fault: BoardFault };

export interface BoardSettings {
  readonly channel: Channel;
  /** Whether the board starts anew first: what an earlier process left in its queue would go out with the radio on. */
  readonly reset: boolean;
}

export type BoardEvent =
  | { readonly kind: 'opened' | 'wake' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** 1–254 bytes as one frame. Only while it is on, and never before the last one was sent: else it throws. */
  | { readonly kind: 'send'; readonly data: Uint8Array };

/** A frame must be on air so long after it was handed over; the duty ledger reckons with it. */
export const MAX_HELD_MS = 10_000;

/**
 * One make of board. Another is one more of these, in a file of its own, and its line in `drivers.ts`: everything else knows boards
 * by what is in this file only.
 */
export interface BoardDriver {
  readonly createSession: (settings: BoardSettings) => BoardSession;
  /** What a frame of so many bytes takes, in milliseconds, with all that the make puts before and around it. */
  readonly airtime: (modulation: Modulation, bytes: number) => Millis;
}

/** A conversation with a board over an open line. Whatever goes wrong ends it. */
export interface BoardSession {
  handle(now: Millis, event: BoardEvent): readonly BoardEffect[];
  /** When it wants to be woken; Infinity once it failed. */
  readonly next: Millis;
}
