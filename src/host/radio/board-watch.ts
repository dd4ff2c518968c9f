/**
 * Finds a board among the serial ports, brings it on air and keeps it there: whoever loses a board, or has one that cannot be
 * used, tries again by itself and never needs a reload.
 */
import type { Millis } from '#core/brand.ts';
import type { BoardDriver, BoardEffect, BoardFault, BoardIdentity, HeardFrame } from '#core/radio/board.ts';
import type { Channel } from '#core/radio/channel.ts';
import { type TalkEnd, talk } from '#host/radio/board-talk.ts';
import { signalsFor } from '#host/radio/line-signals.ts';
import type { BoardView } from '#host/rpc/board-api.ts';
import type { Clock } from '#ports/clock.ts';
import type { SerialPlug, SerialPorts } from '#ports/serial.ts';

export type BoardStanding = Exclude<BoardView, { readonly kind: 'unsupported' }>;

export interface BoardWatch {
  standing(): BoardStanding;
  /** Ports may have been allowed that were not before. */
  look(): void;
  /** Begins anew with the board that is there. */
  retune(channel: Channel): void;
  stop(): Promise<void>;
}

/** Who listens and sends with the board. */
export interface AirUser {
  /** It is on air, and takes one frame at a time until `wasSent`. */
  attach(channel: Channel, airtime: BoardDriver['airtime'], send: (data: Uint8Array) => void): void;
  wasSent(): void;
  heard(frame: HeardFrame): void;
  /** Also when it never was on air. */
  detach(): void;
}

export interface BoardWatchParts {
  readonly ports: SerialPorts;
  /** Steady: for patience, not for dates. */
  readonly clock: Clock;
  readonly channel: Channel;
  /** At least one. A port at which one finds nobody it knows is tried with the next. */
  readonly drivers: readonly BoardDriver[];
  readonly air: AirUser;
  readonly onChange: () => void;
}

const RETRY_STEP_MS = 250;
const MAX_RETRY_MS = 5_000;
/** A board that was told to start anew is not told again within this time. */
const RESET_AGE_MS = 15_000;
/** See line-signals.ts. */
const SIGNAL_WAYS = 2;

/** What nobody knows yet of a board that has just gone on air. */
const ON_AIR = {
  report: undefined,
  heard: 0,
  unread: { foreign: 0, malformed: 0 },
  newest: undefined,
  air: undefined,
  check: undefined,
  stations: [],
  slots: undefined,
} as const;

/** What is known of a plug, beyond one conversation with it. */
interface Known {
  readonly plug: SerialPlug;
  attempts: number;
  /** How often nobody was found there that a driver knows. */
  misses: number;
  resetAt: number;
  identity: BoardIdentity | undefined;
}

/** Whose firmware was known before has one still: it is the line that says nothing sensible. */
const faultOf = (fault: BoardFault, { identity }: Known): BoardFault =>
  fault.kind === 'no-radio' && identity !== undefined ? { kind: 'stalled' } : fault;

const isUnknown = (end: TalkEnd): boolean => end !== 'lost' && (end.kind === 'no-radio' || end.kind === 'silent');

export const watchBoard = (parts: BoardWatchParts): BoardWatch => {
  const { ports, clock, drivers, air, onChange } = parts;
  let { channel } = parts;
  let standing: BoardStanding = { kind: 'none' };
  let failures = 0;
  let known: Known[] = [];
  let present: Known | undefined;
  let isStopped = false;
  let stopTalking = (): void => undefined;
  let sendFrame = (_data: Uint8Array): void => undefined;
  /** A frame was handed over and not yet said to be sent. */
  let isSending = false;
  /** Ends the wait that is under way, or the next one. */
  let goOn = (): void => undefined;
  let hasNews = false;

  const stand = (next: BoardStanding): void => {
    standing = next;
    onChange();
  };
  const look = (): void => {
    hasNews = true;
    goOn();
  };
  /** Until then, or until something comes or leaves. */
  const rest = async (duration: number): Promise<void> => {
    await new Promise<void>((done) => {
      const cancel = Number.isFinite(duration)
        ? clock.wakeAt((clock.now() + duration) as Millis, done)
        : () => undefined;
      goOn = () => {
        cancel();
        done();
      };
      if (hasNews || isStopped) goOn();
    });
    if (hasNews) failures = 0;
    hasNews = false;
  };

  /** By what it is: each time that a board comes back to the bus it is another port. */
  const recall = (plug: SerialPlug): Known => {
    const isSame = (one: Known) => one.plug.usbVendor === plug.usbVendor && one.plug.usbProduct === plug.usbProduct;
    const found = known.find(isSame);
    if (found !== undefined) return found;
    const fresh = { plug, attempts: 0, misses: 0, resetAt: Number.NEGATIVE_INFINITY, identity: undefined };
    known = [...known, fresh];
    return fresh;
  };
  /** Each is tried with the line's signals one way and the other. */
  const driverOf = ({ misses }: Known): BoardDriver => {
    const driver = drivers[Math.floor(misses / SIGNAL_WAYS) % drivers.length];
    if (driver === undefined) throw new RangeError('no make of board is known');
    return driver;
  };
  const hear = (frame: HeardFrame): void => {
    const { rssiDbm, snrDb } = frame;
    air.heard(frame);
    if (standing.kind === 'on') stand({ ...standing, heard: standing.heard + 1, newest: { rssiDbm, snrDb } });
  };
  const perform = (effect: BoardEffect): void => {
    switch (effect.kind) {
      case 'identified':
        if (present !== undefined) present.identity = effect.identity;
        if (standing.kind !== 'failed') stand({ kind: 'starting', identity: effect.identity });
        return;
      case 'resetting':
        if (present !== undefined) present.resetAt = clock.now();
        return;
      case 'on':
        failures = 0;
        if (present?.identity === undefined) return;
        present.attempts = 0;
        stand({ ...ON_AIR, ...effect, identity: present.identity });
        air.attach(effect.channel, driverOf(present).airtime, (data) => {
          isSending = true;
          sendFrame(data);
        });
        return;
      case 'sent':
        isSending = false;
        return air.wasSent();
      case 'report':
        if (standing.kind === 'on') stand({ ...standing, report: effect.report });
        return;
      case 'heard':
        return hear(effect.frame);
    }
  };
  const tryBoard = (plug: SerialPlug, board: Known): Promise<TalkEnd> =>
    new Promise((done) => {
      present = board;
      const talking = talk({
        plug,
        clock,
        signals: signalsFor(plug.usbVendor, board.attempts++),
        session: driverOf(board).createSession({ channel, reset: clock.now() - board.resetAt > RESET_AGE_MS }),
        onEffect: perform,
      });
      stopTalking = talking.stop;
      sendFrame = talking.send;
      talking.ended.then(done, () => done('lost'));
    });

  const run = async (): Promise<void> => {
    while (!isStopped) {
      const plugs = await ports.find().catch(() => []);
      if (isStopped) break;
      // Of several, each in its turn until one can be used.
      const plug = plugs[failures % Math.max(1, plugs.length)];
      if (plug === undefined) {
        if (standing.kind !== 'none') stand({ kind: 'none' });
        await rest(Number.POSITIVE_INFINITY);
        continue;
      }
      if (standing.kind !== 'failed') stand({ kind: 'starting', identity: undefined });
      const board = recall(plug);
      const end = await tryBoard(plug, board);
      air.detach();
      // It waits in the board perhaps, and would go out with the radio on: only a restart takes it back.
      if (isSending) board.resetAt = Number.NEGATIVE_INFINITY;
      isSending = false;
      if (isStopped) break;
      failures++;
      // Whoever was known by one is known by no other.
      if (board.identity === undefined && isUnknown(end)) board.misses++;
      if (end !== 'lost') stand({ kind: 'failed', identity: board.identity, fault: faultOf(end, board) });
      await rest(Math.min(failures * RETRY_STEP_MS, MAX_RETRY_MS));
    }
  };
  const unsubscribe = ports.onChange(look);
  const running = run();

  return {
    standing: () => standing,
    look,
    retune: (next) => {
      channel = next;
      stopTalking();
      look();
    },
    stop: async () => {
      isStopped = true;
      unsubscribe();
      stopTalking();
      goOn();
      await running;
    },
  };
};
