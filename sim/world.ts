import { createDice, type Dice } from '#sim/dice.ts';
import { createEventHeap, type HeapAction } from '#sim/event-heap.ts';
import { createPeaks, type Peaks } from '#sim/peaks.ts';
import { createSigner, type Signer } from '#sim/signer.ts';
import { createTally, type Tally } from '#sim/tally.ts';
import type { TraceEvent } from '#sim/trace.ts';
import { createTraceHash } from '#sim/trace-hash.ts';

/**
 * Virtual time and what all nodes of a run share. Nothing in it looks at the machine's clock or dice: the same seed plays
 * the same way, and the trace's hash says so.
 */
export interface World {
  readonly seed: number;
  readonly dice: Dice;
  readonly signer: Signer;
  readonly tally: Tally;
  readonly peaks: Peaks;
  /** Milliseconds of virtual time since the run began; not whole. */
  now(): number;
  at(time: number, run: HeapAction): void;
  after(delay: number, run: HeapAction): void;
  /** Plays until so much virtual time has passed, or until the condition holds, looked at after every event. */
  run(duration: number, until?: () => boolean): Promise<boolean>;
  /** Notes what happened, for the hash and for whoever listens; of a frame the hash takes every byte. */
  trace(event: TraceEvent, frame?: Uint8Array): void;
  traceHash(): string;
  readonly events: number;
}

/** 23 November 2026, 9:00 UTC: a Monday morning. */
export const WORLD_BEGINS = Date.UTC(2026, 10, 23, 9, 0);
/** Up to so many nodes every signature is checked by every node that gets it. */
export const REAL_CRYPTO_NODES = 1_000;

export interface WorldOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly onTrace?: ((event: TraceEvent) => void) | undefined;
  /** Verdicts on signatures are remembered although there are few nodes: they check more than a processor can. */
  readonly remembersVerdicts?: boolean;
}

export const createWorld = ({
  seed,
  nodes,
  onTrace,
  remembersVerdicts = nodes > REAL_CRYPTO_NODES,
}: WorldOptions): World => {
  const heap = createEventHeap();
  const hash = createTraceHash();
  const dice = createDice(seed);
  let now = 0;
  let events = 0;

  const run = async (duration: number, until?: () => boolean): Promise<boolean> => {
    const end = now + duration;
    for (let next = heap.next; next <= end; next = heap.next) {
      const act = heap.pop();
      if (act === undefined) break;
      now = next;
      events++;
      const waits = act();
      if (waits !== undefined) await waits;
      if (until?.()) return true;
    }
    now = end;
    return until?.() ?? true;
  };

  return {
    seed,
    dice,
    signer: createSigner(remembersVerdicts),
    tally: createTally(),
    peaks: createPeaks(),
    now: () => now,
    at: (time, action) => heap.push(Math.max(time, now), action),
    after: (delay, action) => heap.push(now + delay, action),
    run,
    trace: (event, frame) => {
      hash.line(`${event.at.toFixed(3)} ${event.kind} ${event.from} ${event.to} ${event.what}\n`);
      if (frame !== undefined) hash.bytes(frame);
      onTrace?.(event);
    },
    traceHash: hash.digest,
    get events() {
      return events;
    },
  };
};
