/**
 * A transmitter in a world with true time: its process ends and begins again, its disk loses the ledger, its wall clock
 * jumps, its steady clock stands still while the machine sleeps, and a board that waits for a free channel before it sends.
 */
import type { Millis } from '#core/brand.ts';
import { advanceLedger, type DutyLedger, debitLedger, type LedgerClock, ledgerWait } from '#core/radio/duty-ledger.ts';
import { encodeLedger, openLedger } from '#core/radio/stored-ledger.ts';
import { SUB_BANDS, type SubBand } from '#core/radio/sub-band.ts';

export const subBand = (letter: string): SubBand => {
  const found = SUB_BANDS.find(({ id }) => id === letter);
  if (found === undefined) throw new Error(`no sub-band ${letter}`);
  return found;
};

interface OnAir {
  readonly band: SubBand;
  readonly from: number;
  readonly to: number;
}

export type Crash = 'never' | 'before-durable' | 'durable' | 'sent';

export const createLedgerWorld = () => {
  let time = 1_000_000_000;
  let wall = 1_800_000_000_000;
  let steady = 5;
  let disk: Uint8Array | undefined;
  const air: OnAir[] = [];

  const clock = (): LedgerClock => ({ wall: wall as Millis, steady: steady as Millis });
  let ledger: DutyLedger = openLedger(disk, clock());

  const pass = (ms: number): void => {
    time += ms;
    wall += ms;
    steady += ms;
  };
  /** The steady clock stands still, as in some browsers on a suspended machine. */
  const sleep = (ms: number): void => {
    time += ms;
    wall += ms;
  };
  const restart = (): void => {
    // Each process counts from a moment of its own.
    steady = (steady * 7) % 1_000;
    ledger = openLedger(disk, clock());
  };
  /** Hands a frame over when the ledger lets it; the board keeps it for `wait` ms, then it is on air. */
  const send = (band: SubBand, ms: number, wait = 0, crash: Crash = 'never'): boolean => {
    ledger = advanceLedger(ledger, clock());
    const debited = debitLedger(ledger, band, ms as Millis);
    if (!debited.ok) return false;
    ledger = debited.value;
    if (crash === 'before-durable') {
      restart();
      return false;
    }
    disk = encodeLedger(ledger);
    if (crash === 'durable') {
      restart();
      return false;
    }
    air.push({ band, from: time + wait, to: time + wait + ms });
    if (crash === 'sent') restart();
    pass(wait + ms);
    return true;
  };
  /** What the ledger would wait for, capped; passes that time. */
  const awaitTurn = (band: SubBand, ms: number, most: number): void => {
    ledger = advanceLedger(ledger, clock());
    pass(Math.min(most, ledgerWait(ledger, band, ms as Millis)));
  };
  return {
    pass,
    sleep,
    restart,
    send,
    awaitTurn,
    jump: (ms: number) => {
      wall = Math.max(0, wall + ms);
    },
    /** The machine is off for a while, and its clock may be set meanwhile. */
    powerOff: (ms: number, jump: number) => {
      time += ms;
      wall = Math.max(0, wall + ms + jump);
      restart();
    },
    loseDisk: () => {
      disk = undefined;
    },
    damageDisk: (at: number, bit: number) => {
      if (disk === undefined) return;
      disk = Uint8Array.from(disk);
      const index = at % disk.length;
      disk[index] = (disk[index] ?? 0) ^ (1 << bit);
    },
    wait: (band: SubBand, ms: number) => ledgerWait(advanceLedger(ledger, clock()), band, ms as Millis),
    ledger: () => ledger,
    sent: () => air.length,
    /** The largest share of the lawful airtime in any hour: the fullest begins or ends with some frame. */
    worstShare: (): number => worstShare(air),
  };
};

const worstShare = (air: readonly OnAir[]): number => {
  let worst = 0;
  for (const band of SUB_BANDS) {
    const pieces = air.filter((piece) => piece.band === band);
    for (const from of pieces.flatMap((piece) => [piece.from, piece.to - 3_600_000])) {
      let sum = 0;
      for (const piece of pieces) {
        sum += Math.max(0, Math.min(piece.to, from + 3_600_000) - Math.max(piece.from, from));
      }
      worst = Math.max(worst, sum / (3_600 * band.perMille));
    }
  }
  return worst;
};
