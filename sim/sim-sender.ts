import type { Millis } from '#core/brand.ts';
import { createAirQueue, type WaitingFrame } from '#core/radio/air/queue.ts';
import { rnodeAirtime } from '#core/radio/airtime.ts';
import { type Channel, checkChannel } from '#core/radio/channel.ts';
import {
  advanceLedger,
  type DutyLedger,
  debitLedger,
  dutyStanding,
  emptyLedger,
  ledgerWait,
  WINDOW,
} from '#core/radio/duty-ledger.ts';
import type { Result } from '#core/result.ts';
import type { Dice } from '#sim/dice.ts';
import type { Seat } from '#sim/ether/ether.ts';
import type { HeapAction } from '#sim/event-heap.ts';
import type { World } from '#sim/world.ts';

/**
 * What one simulated radio sends: frames in turn, one at a time, by the product's queue and ledger, after listening. Its ledger
 * stays when its node goes.
 */
export interface SimSender {
  /** The radio is on. `stamp`: the frame as it goes on air now. */
  begin(stamp: (frame: Uint8Array) => Uint8Array): void;
  offer(frame: WaitingFrame): Result<null, 'over-capacity'>;
  /** The power goes: what waits is gone, and nobody is told. */
  stop(): void;
  /** The most that it spent of what the law gives it in an hour, 0 to 1. */
  mostSpent(): number;
}

export interface SimSenderParts {
  readonly world: World;
  readonly seat: Seat;
  readonly dice: Dice;
  readonly channel: Channel;
  /** A frame goes on air. */
  readonly onAir: (data: Uint8Array, airtime: number) => void;
  /** It was on air: whoever heard it is told, before its sender is. */
  readonly onEnd: () => ReturnType<HeapAction>;
  readonly onIdle: (left: number) => void;
}

const QUEUE = 64;
/** A channel that is not free is looked at again after so many milliseconds at most. */
const BACKOFF_MS = 300;
/** So long at most until a frame that was handed over is looked at. */
const HAND_OVER_MS = 50;
/** What the board puts before the data. */
export const BOARD_HEADER = Uint8Array.of(0);
const IDLE_AGAIN_MS = 10_000;
/** A radio says that it is idle once a frame of so many bytes may go. */
const SMALL_FRAME = 64;
const HOUR_MS = 3_600_000;

export const createSimSender = ({ world, seat, dice, channel, onAir, onEnd, onIdle }: SimSenderParts): SimSender => {
  const checked = checkChannel(channel);
  if (!checked.ok) throw new RangeError(checked.code);
  const subBand = checked.value;
  const clock = () => ({ wall: world.now() as Millis, steady: world.now() as Millis });
  /** As after an hour of silence. */
  let ledger: DutyLedger = { ...emptyLedger(clock()), since: -WINDOW as Millis };
  let queue = createAirQueue(QUEUE);
  let stamp: ((frame: Uint8Array) => Uint8Array) | undefined;
  let isBusy = false;
  let wakesAt = Number.POSITIVE_INFINITY;
  let mostSpent = 0;

  const wakeIn = (ms: number): void => {
    const at = world.now() + Math.max(1, Math.ceil(ms));
    if (at >= wakesAt) return;
    wakesAt = at;
    world.at(at, () => {
      if (wakesAt !== at) return undefined;
      wakesAt = Number.POSITIVE_INFINITY;
      pump();
      return undefined;
    });
  };
  const tellFallen = (): void => {
    for (const frame of queue.fallen()) frame.outcome?.('dropped');
  };
  const transmit = (waiting: WaitingFrame, data: Uint8Array): void => {
    const airtime = rnodeAirtime(channel, data.length);
    const debited = debitLedger(ledger, subBand, airtime);
    if (!debited.ok) throw new RangeError('the ledger was asked before');
    ledger = debited.value;
    mostSpent = Math.max(mostSpent, dutyStanding(ledger, subBand).spent / ((HOUR_MS * subBand.perMille) / 1_000));
    const frame = new Uint8Array(data.length + BOARD_HEADER.length);
    frame.set(BOARD_HEADER);
    frame.set(data, BOARD_HEADER.length);
    const ends = seat.transmit(frame, world.now());
    const life = stamp;
    isBusy = true;
    onAir(data, airtime);
    world.at(ends, () => {
      isBusy = false;
      const told = onEnd();
      if (stamp === life) waiting.outcome?.('sent');
      wakeIn(dice.fraction() * BACKOFF_MS);
      return told;
    });
  };
  const sayIdle = (): void => {
    const wait = ledgerWait(ledger, subBand, rnodeAirtime(channel, SMALL_FRAME));
    if (wait > 0) return wakeIn(wait);
    wakeIn(IDLE_AGAIN_MS);
    const { spent, left } = dutyStanding(ledger, subBand);
    onIdle(left / (left + spent));
  };
  const pump = (): void => {
    if (stamp === undefined || isBusy) return;
    ledger = advanceLedger(ledger, clock());
    const next = queue.peek(world.now() as Millis);
    tellFallen();
    if (next === undefined) return sayIdle();
    const wait = ledgerWait(ledger, subBand, rnodeAirtime(channel, next.data.length));
    if (wait > 0) return wakeIn(wait);
    if (seat.hearsCarrier(world.now())) return wakeIn(dice.fraction() * BACKOFF_MS);
    if (queue.take(next)) transmit(next, stamp(next.data));
  };

  return {
    begin: (given) => {
      stamp = given;
      pump();
    },
    offer: (frame) => {
      const offered = queue.offer(frame, world.now() as Millis);
      tellFallen();
      wakeIn(dice.fraction() * HAND_OVER_MS);
      return offered;
    },
    stop: () => {
      stamp = undefined;
      queue = createAirQueue(QUEUE);
    },
    mostSpent: () => mostSpent,
  };
};
