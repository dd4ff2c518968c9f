/**
 * What one radio sends: frames in turn, one at a time, each only when the law leaves airtime for it and once that airtime is
 * written down durably (docs/decisions/0025-duty-ledger.md). Airtime is never given back, whatever becomes of the frame.
 */
import type { Millis } from '#core/brand.ts';
import { type AirOutcome, createAirQueue, type WaitingFrame } from '#core/radio/air/queue.ts';
import type { BoardDriver } from '#core/radio/board.ts';
import { type Channel, checkChannel } from '#core/radio/channel.ts';
import { advanceLedger, debitLedger, dutyStanding, type LedgerClock, ledgerWait } from '#core/radio/duty-ledger.ts';
import { encodeLedger, openLedger } from '#core/radio/stored-ledger.ts';
import type { SubBand } from '#core/radio/sub-band.ts';
import { type Result, refuse } from '#core/result.ts';
import type { AirStanding } from '#host/rpc/board-api.ts';
import type { Clock } from '#ports/clock.ts';
import type { Store } from '#ports/store.ts';

export interface AirSender {
  /** `wrong-state` without a radio on air, `too-large` for a frame that may never be sent on its channel. */
  offer(frame: WaitingFrame): Result<null, 'wrong-state' | 'too-large' | 'over-capacity'>;
  /** A board is on air on this channel, and nothing is under way; or there is none any more. */
  attach(channel: Channel, airtime: BoardDriver['airtime'], send: (data: Uint8Array) => void): void;
  detach(): void;
  /** The frame that was under way was on air. */
  wasSent(): void;
  /** Undefined without a radio on air. */
  standing(): AirStanding | undefined;
}

export interface AirSenderParts {
  readonly store: Pick<Store, 'get' | 'commit'>;
  /** What is shown to people; may jump. */
  readonly wall: Clock;
  readonly steady: Clock;
  readonly onChange: () => void;
  /** Nothing waits, and a small frame might go. Said again every few seconds, with the share of what may be sent that is left. */
  readonly onIdle: (left: number) => void;
}

const CAPACITY = 64;
const KEY = 'duty';
/** A disk that refuses is asked again. */
const RETRY_MS = 5_000;
/** One that takes longer is too late: the ledger reckons from the debit on, and the board needs the rest of MAX_HELD_MS. */
const MAX_WRITE_MS = 1_000;
/** Once a frame of so many bytes might go, more is asked for; and again after so long, as what is left grows. */
const SMALL_FRAME = 64;
const IDLE_AGAIN_MS = 10_000;

interface Station {
  readonly channel: Channel;
  readonly subBand: SubBand;
  readonly airtime: BoardDriver['airtime'];
  readonly send: (data: Uint8Array) => void;
}

export const openAirSender = async ({ store, wall, steady, onChange, onIdle }: AirSenderParts): Promise<AirSender> => {
  const clocks = (): LedgerClock => ({ wall: wall.now(), steady: steady.now() });
  const queue = createAirQueue(CAPACITY);
  let ledger = openLedger(await store.get('meta', KEY).catch(() => undefined), clocks());
  let station: Station | undefined;
  let isBusy = false;
  /** Handed over, and not yet said to be sent. */
  let underWay: WaitingFrame | undefined;
  let sent = 0;
  let cancelWake = (): void => undefined;

  const airtimeOf = ({ channel, airtime }: Station, data: Uint8Array): Millis => airtime(channel, data.length);
  const tellFallen = (): void => {
    for (const frame of queue.fallen()) frame.outcome?.('dropped');
  };
  /** What became of the frame that was handed over. */
  const settle = (outcome: AirOutcome): void => {
    const frame = underWay;
    underWay = undefined;
    isBusy = false;
    frame?.outcome?.(outcome);
  };
  const wakeIn = (ms: number): void => {
    cancelWake();
    cancelWake = steady.wakeAt((steady.now() + ms) as Millis, pump);
  };
  const write = async (): Promise<boolean> => {
    const step = { op: 'put', table: 'meta', key: KEY, value: encodeLedger(ledger) } as const;
    return store.commit([step]).then(
      () => true,
      () => false,
    );
  };
  /** Spends what the frame takes, and hands it over when that is durable and the radio is still the same. */
  const handOver = async (to: Station, frame: WaitingFrame): Promise<void> => {
    const debited = debitLedger(ledger, to.subBand, airtimeOf(to, frame.data));
    if (!debited.ok) return;
    ledger = debited.value;
    isBusy = true;
    const debitedAt = steady.now();
    const isDurable = await write();
    if (station !== to) return;
    if (isDurable && steady.now() <= debitedAt + MAX_WRITE_MS) {
      // Meanwhile its time may have passed.
      if (!queue.take(frame)) {
        isBusy = false;
        return pump();
      }
      underWay = frame;
      to.send(frame.data);
      onChange();
    } else {
      isBusy = false;
      wakeIn(RETRY_MS);
    }
  };
  const sayIdle = (on: Station): void => {
    const wait = ledgerWait(ledger, on.subBand, on.airtime(on.channel, SMALL_FRAME));
    wakeIn(wait > 0 && Number.isFinite(wait) ? wait : IDLE_AGAIN_MS);
    const { spent, left } = dutyStanding(ledger, on.subBand);
    if (wait === 0) onIdle(left / (left + spent));
  };
  const pump = (): void => {
    pumpOne();
    tellFallen();
  };
  const pumpOne = (): void => {
    if (station === undefined || isBusy) return;
    ledger = advanceLedger(ledger, clocks());
    const frame = queue.peek(steady.now());
    if (frame === undefined) return sayIdle(station);
    const wait = ledgerWait(ledger, station.subBand, airtimeOf(station, frame.data));
    // What never may be sent here was refused, but for frames that waited while the channel was changed.
    if (wait === Number.POSITIVE_INFINITY) {
      wakeIn(0);
      if (queue.take(frame)) frame.outcome?.('dropped');
      return;
    }
    if (wait > 0) return wakeIn(wait);
    void handOver(station, frame);
  };

  return {
    offer: (frame) => {
      if (station === undefined) return refuse('wrong-state');
      ledger = advanceLedger(ledger, clocks());
      const wait = ledgerWait(ledger, station.subBand, airtimeOf(station, frame.data));
      if (!Number.isFinite(wait)) return refuse('too-large');
      const offered = queue.offer(frame, steady.now());
      pump();
      onChange();
      return offered;
    },
    attach: (channel, airtime, send) => {
      const checked = checkChannel(channel);
      if (!checked.ok) throw new RangeError(`no radio sends on this channel: ${checked.code}`);
      station = { channel, subBand: checked.value, airtime, send };
      settle('dropped');
      sent = 0;
      pump();
    },
    detach: () => {
      station = undefined;
      cancelWake();
      settle('dropped');
    },
    wasSent: () => {
      sent++;
      settle('sent');
      pump();
    },
    standing: () => {
      if (station === undefined) return undefined;
      ledger = advanceLedger(ledger, clocks());
      const { spent, left } = dutyStanding(ledger, station.subBand);
      const next = queue.peek(steady.now());
      const mustWait = next !== undefined && !isBusy;
      const waitMs = mustWait ? ledgerWait(ledger, station.subBand, airtimeOf(station, next.data)) : (0 as Millis);
      return { spentMs: spent, leftMs: left, waiting: queue.size(steady.now()), waitMs, sent };
    },
  };
};
