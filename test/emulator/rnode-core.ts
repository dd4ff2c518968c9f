/** What the parts of an emulated RNode share: its settings and memory, what it is busy with, and how it speaks. */
import type { Dice } from '#sim/dice.ts';
import type { Reception, Seat } from '#sim/ether/ether.ts';
import { createAirLedger, createAirtimeLock } from '#test/emulator/air-ledger.ts';
import type { BoardKind } from '#test/emulator/board-kind.ts';
import { createContention } from '#test/emulator/contention.ts';
import { createFaults, type Faults, spoil } from '#test/emulator/faults.ts';
import { createPacketQueue } from '#test/emulator/packet-queue.ts';
import { createSettings } from '#test/emulator/phy.ts';
import { writeFrame } from '#test/emulator/reply.ts';
import { createJoiner } from '#test/emulator/split-packet.ts';
import type { Battery } from '#test/emulator/status.ts';

export interface RNodeOptions {
  readonly kind: BoardKind;
  readonly seat: Seat;
  readonly dice: Dice;
  /** The firmware asks to be restarted: by RESET, or because its modem hangs. */
  readonly onRestart: (now: number) => void;
  /** Major and minor; 1.86 unless said otherwise. */
  readonly firmware?: readonly [number, number];
  readonly battery?: Battery;
  /** Degrees Celsius. */
  readonly temperature?: number;
  /** Whether it says ERR 4 to a packet that its queue has no room for, which it does unless told otherwise. */
  readonly tellsFullQueue?: boolean;
}

/** What it is busy with: meanwhile bytes wait, and serial is silent. */
export type Work =
  | { readonly kind: 'booting'; readonly until: number }
  | { readonly kind: 'blinking'; readonly until: number }
  | { readonly kind: 'sending'; readonly until: number; readonly bytes: number; readonly rest: readonly Uint8Array[] }
  | { readonly kind: 'stalled'; readonly until: number };

/** What a restart brings back to its beginning. */
export const createMemory = (dice: Dice) => ({
  settings: createSettings(),
  queue: createPacketQueue(),
  ledger: createAirLedger(),
  shortLock: createAirtimeLock(),
  longLock: createAirtimeLock(),
  contention: createContention(dice.named('contention')),
  joiner: createJoiner(),
  /** Bytes from the host, and frames from the radio, that came while it was busy. */
  uart: [] as number[],
  heard: [] as Reception[],
  isOnline: false,
  noiseKnownAt: Number.POSITIVE_INFINITY,
  statisticsAt: Number.POSITIVE_INFINITY,
  sampleAt: Number.POSITIVE_INFINITY,
  healthAt: Number.POSITIVE_INFINITY,
  pollAt: Number.POSITIVE_INFINITY,
});

export interface Core {
  readonly options: RNodeOptions;
  readonly faults: Faults;
  memory: ReturnType<typeof createMemory>;
  work: Work | undefined;
  isPowered: boolean;
  now: number;
  say(command: number, values: Iterable<number>): void;
  /** Bytes that are no frame. */
  print(text: string): void;
  take(): Uint8Array;
}

export const createCore = (options: RNodeOptions): Core => {
  let out: number[] = [];
  const faults = createFaults();
  return {
    options,
    faults,
    memory: createMemory(options.dice),
    work: undefined,
    isPowered: false,
    now: 0,
    say: (command, values) => {
      out.push(...spoil(writeFrame(command, values), faults, options.dice));
    },
    print: (text) => {
      out.push(...new TextEncoder().encode(text));
    },
    take: () => {
      const taken = Uint8Array.from(out);
      out = [];
      return taken;
    },
  };
};
