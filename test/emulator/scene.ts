/** A workbench in virtual time, as tests play it: bytes in, frames out. */
import { isBridge } from '#test/emulator/board-kind.ts';
import { FEND, FESC, TFEND } from '#test/emulator/codes.ts';
import type { UsbBoard } from '#test/emulator/usb-board.ts';
import { type BoardOptions, createWorkbench, type Workbench, type WorkbenchOptions } from '#test/emulator/workbench.ts';

export interface Scene {
  readonly workbench: Workbench;
  now(): number;
  run(ms: number): void;
  /** Bytes as hexadecimal text go to the host's side of a board. */
  send(name: string, hex: string): void;
  /** Lets the next two seconds pass and returns the frames that came meanwhile. */
  ask(name: string, hex: string): readonly string[];
  /** What arrived since somebody asked last: everything, and whole frames as "command values". */
  bytes(name: string): Uint8Array;
  frames(name: string): readonly string[];
  /** Opens it as it wants to be, and lets it boot; what it said is forgotten. */
  open(name: string): UsbBoard;
  act(act: (now: number) => void): void;
}

export const BOOT_PATIENCE_MS = 2_000;
const BAUD_RATE = 115_200;

const toBytes = (hex: string): Uint8Array =>
  Uint8Array.from(hex.split(/\s+/).filter(Boolean), (pair) => Number.parseInt(pair, 16));
export const toText = (bytes: Iterable<number>): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');

/** What stands between two C0, unescaped. */
const framesIn = (bytes: Uint8Array): readonly string[] => {
  const frames: string[] = [];
  let current: number[] = [];
  let isEscaped = false;
  for (const byte of bytes) {
    if (byte === FEND) {
      if (current.length > 0) frames.push(toText(current));
      current = [];
    } else if (byte === FESC) isEscaped = true;
    else {
      current.push(isEscaped ? (byte === TFEND ? FEND : FESC) : byte);
      isEscaped = false;
    }
  }
  return frames;
};

export const createScene = (boards: readonly BoardOptions[], more: Partial<WorkbenchOptions> = {}): Scene => {
  const workbench = createWorkbench({ seed: 1, boards, ...more });
  const heard = new Map<string, number[]>();
  for (const name of workbench.names) {
    heard.set(name, []);
    workbench.listen(name, { onBytes: (bytes) => heard.get(name)?.push(...bytes) });
  }
  let now = 0;
  const run = (ms: number): void => {
    now += ms;
    workbench.advance(now);
  };
  const act = (perform: (at: number) => void): void => workbench.act(now, () => perform(now));
  const send = (name: string, hex: string): void => act((at) => workbench.board(name).write(toBytes(hex), at));
  const bytes = (name: string): Uint8Array => Uint8Array.from(heard.get(name)?.splice(0) ?? []);
  const frames = (name: string): readonly string[] => framesIn(bytes(name));
  return {
    workbench,
    now: () => now,
    run,
    send,
    bytes,
    frames,
    act,
    ask: (name, hex) => {
      bytes(name);
      send(name, hex);
      run(BOOT_PATIENCE_MS);
      return frames(name);
    },
    open: (name) => {
      const board = workbench.board(name);
      act((at) => {
        board.open(BAUD_RATE, at);
        board.setSignals({ dtr: !isBridge(board.usb), rts: false }, at);
      });
      run(BOOT_PATIENCE_MS);
      bytes(name);
      return board;
    },
  };
};
