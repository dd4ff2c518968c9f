/**
 * A board on a USB cable: plugged in or not, opened by one host program at a time, with the two lines that do harm. Behind a
 * bridge, whoever opens the port asserts DTR and RTS, as operating systems do, and the board is reset or held until they are
 * released. A board with a USB of its own is not reset by them, but sends only while DTR is asserted; when it restarts, it
 * leaves the bus and comes back.
 */
import type { Dice } from '#sim/dice.ts';
import { isBridge, type UsbIdentity } from '#test/emulator/board-kind.ts';
import type { Firmware } from '#test/emulator/firmware.ts';

/** What asserted lines do to a board behind a bridge: nothing; a reset each time; no life while they are. */
export type LineEffect = 'none' | 'reset' | 'hang';

export interface Signals {
  readonly dtr: boolean;
  readonly rts: boolean;
}

export interface UsbBoard {
  readonly usb: UsbIdentity;
  readonly serialNumber: string | undefined;
  readonly isPlugged: boolean;
  readonly isOpen: boolean;
  /** False when it is not there, or somebody else has it open. */
  open(baudRate: number, now: number): boolean;
  close(now: number): void;
  setSignals(signals: Partial<Signals>, now: number): void;
  write(bytes: Uint8Array, now: number): void;
  unplug(now: number): void;
  /** Plugs it in again. */
  plug(now: number): void;
  /** What the firmware does when it wants to start anew; nothing while it has no power, or is held by its lines. */
  restart(now: number): void;
  advance(now: number): void;
  /** What arrived at the host since it was asked last; what nobody reads is lost. */
  take(): Uint8Array;
  readonly next: number;
}

export interface UsbBoardOptions {
  readonly firmware: Firmware;
  readonly usb: UsbIdentity;
  readonly dice: Dice;
  readonly serialNumber?: string | undefined;
  readonly lines?: LineEffect;
}

const BAUD_RATE = 115_200;
/** How long a board with a USB of its own is gone when it restarts. */
const AWAY_MS = 800;
const NEVER = Number.POSITIVE_INFINITY;
const RELEASED: Signals = { dtr: false, rts: false };
const ASSERTED: Signals = { dtr: true, rts: true };

export const createUsbBoard = ({ firmware, usb, dice, serialNumber, lines = 'hang' }: UsbBoardOptions): UsbBoard => {
  const hasBridge = isBridge(usb);
  let isPlugged = false;
  let isOpen = false;
  let signals = RELEASED;
  let isMisread = false;
  let backAt = NEVER;

  const isAsserted = ({ dtr, rts }: Signals): boolean => dtr || rts;
  const applySignals = (next: Signals, now: number): void => {
    const [was, is] = [isAsserted(signals), isAsserted(next)];
    const isRaised = (next.dtr && !signals.dtr) || (next.rts && !signals.rts);
    signals = next;
    if (!hasBridge || !isPlugged) return;
    if (lines === 'reset' && isRaised) firmware.restart(now);
    if (lines === 'hang' && is && !was) firmware.stop(now);
    if (lines === 'hang' && was && !is) firmware.restart(now);
  };
  const plug = (now: number): void => {
    if (isPlugged) return;
    isPlugged = true;
    backAt = NEVER;
    firmware.restart(now);
  };
  const unplug = (now: number): void => {
    backAt = NEVER;
    if (!isPlugged) return;
    firmware.stop(now);
    firmware.take();
    isPlugged = false;
    isOpen = false;
    signals = RELEASED;
  };
  /** A serial line at the wrong rate carries something, but not this. */
  const carry = (bytes: Uint8Array): Uint8Array => (isMisread ? dice.bytes(bytes.length) : bytes);
  const isRead = (): boolean => isOpen && (hasBridge || signals.dtr);

  return {
    usb,
    serialNumber,
    open: (baudRate, now) => {
      if (!isPlugged || isOpen) return false;
      isOpen = true;
      isMisread = hasBridge && baudRate !== BAUD_RATE;
      firmware.take();
      applySignals(hasBridge ? ASSERTED : RELEASED, now);
      return true;
    },
    close: (now) => {
      if (!isOpen) return;
      isOpen = false;
      applySignals(RELEASED, now);
    },
    setSignals: (changed, now) => {
      if (isOpen) applySignals({ ...signals, ...changed }, now);
    },
    write: (bytes, now) => {
      if (isOpen) firmware.write(carry(bytes), now);
    },
    plug,
    unplug,
    restart: (now) => {
      const isHeld = hasBridge && lines === 'hang' && isAsserted(signals);
      if (!isPlugged || isHeld) return;
      if (hasBridge) return firmware.restart(now);
      unplug(now);
      backAt = now + AWAY_MS;
    },
    advance: (now) => {
      if (backAt <= now) plug(backAt);
      firmware.advance(now);
    },
    take: () => {
      const bytes = firmware.take();
      return isRead() ? carry(bytes) : new Uint8Array();
    },
    get isPlugged() {
      return isPlugged;
    },
    get isOpen() {
      return isOpen;
    },
    get next() {
      return Math.min(backAt, firmware.next);
    },
  };
};
