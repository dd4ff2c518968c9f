/**
 * One radio among others on a channel: puts its name on what it sends, and keeps who was heard how well. Pure: time and
 * randomness are arguments.
 */
import type { Millis, StationId } from '#core/brand.ts';
import { AIR_COUNTS, type AirKind, decodeAirFrame, encodeAirFrame, withCount } from '#core/radio/air/frame.ts';
import type { HeardFrame } from '#core/radio/board.ts';
import { ok, type Result } from '#core/result.ts';

export interface AirStation {
  readonly id: StationId;
  /** The whole frame, at most 254 bytes; it gets its count when it is sent. */
  wrap(kind: AirKind, body: Uint8Array): Uint8Array;
  /** The frame as it goes on air now: frames overtake each other while they wait. */
  stamp(frame: Uint8Array): Uint8Array;
  /** `unknown-kind` and `malformed` as in decodeAirFrame; neither makes a neighbour. */
  hear(frame: HeardFrame, now: Millis): Result<HeardBody, 'unknown-kind' | 'malformed'>;
  /** Those that were heard lately, the newest first. */
  neighbours(now: Millis): readonly AirNeighbour[];
}

export interface HeardBody {
  readonly kind: AirKind;
  readonly from: StationId;
  readonly body: Uint8Array;
}

export interface AirNeighbour {
  readonly station: StationId;
  readonly heardAt: Millis;
  readonly frames: number;
  /** Of its frames, the share that did not arrive here, 0 to 1; undefined until there are enough to tell. */
  readonly loss: number | undefined;
  /** Of the newest frame. */
  readonly rssiDbm: number | undefined;
  readonly snrDb: number | undefined;
}

/** A station says something every ten minutes at least; three times missed, it is gone. */
export const NEIGHBOUR_LIFE = 1_860_000;
const MAX_NEIGHBOURS = 64;
/** Fewer frames say little about loss. */
const ENOUGH_FRAMES = 8;
/** A silence so long may hide a whole round of counts. */
const COUNTED_TOGETHER_MS = 600_000;

interface Known extends Omit<AirNeighbour, 'loss'> {
  readonly count: number;
  /** Frames that were surely sent since it is known, the first not among them, and those of them that came. */
  readonly expected: number;
  readonly came: number;
}

const hearAgain = (known: Known, count: number, now: Millis): Pick<Known, 'expected' | 'came'> => {
  if (now - known.heardAt > COUNTED_TOGETHER_MS) return { expected: 0, came: 0 };
  const steps = (count - known.count + AIR_COUNTS) % AIR_COUNTS;
  // The same count again: a whole round was missed, or another radio has the same name. It says nothing.
  if (steps === 0) return known;
  return { expected: known.expected + steps, came: known.came + 1 };
};

/** `random`: two bytes, for its name. */
export const createAirStation = (random: (count: number) => Uint8Array): AirStation => {
  const draw = (): StationId => {
    const [high = 0, low = 0] = random(2);
    return (high * 256 + low) as StationId;
  };
  let id = draw();
  let sent = 0;
  const known = new Map<StationId, Known>();

  const forget = (now: Millis): void => {
    for (const [station, { heardAt }] of known) if (now - heardAt > NEIGHBOUR_LIFE) known.delete(station);
    const [oldest] = known.keys();
    if (known.size > MAX_NEIGHBOURS && oldest !== undefined) known.delete(oldest);
  };
  const meet = (station: StationId, count: number, { rssiDbm, snrDb }: HeardFrame, now: Millis): void => {
    const before = known.get(station);
    known.delete(station);
    const { expected, came } = before === undefined ? { expected: 0, came: 0 } : hearAgain(before, count, now);
    const frames = (before?.frames ?? 0) + 1;
    known.set(station, { station, count, heardAt: now, frames, rssiDbm, snrDb, expected, came });
    forget(now);
  };

  return {
    get id() {
      return id;
    },
    wrap: (kind, body) => encodeAirFrame({ kind, station: id, count: 0, body }),
    stamp: (frame) => withCount(frame, sent++ % AIR_COUNTS),
    hear: (frame, now) => {
      const decoded = decodeAirFrame(frame.data);
      if (!decoded.ok) return decoded;
      const { kind, station, count, body } = decoded.value;
      meet(station, count, frame, now);
      // Somebody drew the same name. One of the two that take another is enough; that both do is no harm.
      while (station === id) id = draw();
      return ok({ kind, from: station, body });
    },
    neighbours: (now) => {
      forget(now);
      const all = Array.from(known.values(), ({ count: _, expected, came, ...neighbour }): AirNeighbour => {
        const loss = expected < ENOUGH_FRAMES ? undefined : 1 - came / expected;
        return { ...neighbour, loss };
      });
      return all.toReversed();
    },
  };
};
