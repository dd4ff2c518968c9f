/** Boards on a bench: they share one ether, and time passes for all of them. Nothing here has a clock. */
import { createDice } from '#sim/dice.ts';
import { createEther, type Ether } from '#sim/ether/ether.ts';
import type { PathLosses } from '#sim/ether/path-losses.ts';
import type { Position } from '#sim/ether/propagation.ts';
import { BOARD_KINDS, type BoardKindName } from '#test/emulator/board-kind.ts';
import type { LineError } from '#test/emulator/cable.ts';
import type { Firmware } from '#test/emulator/firmware.ts';
import { createOtherDevice, type OtherDevice } from '#test/emulator/not-a-radio.ts';
import { createRNode, type RNode } from '#test/emulator/rnode.ts';
import type { RNodeOptions } from '#test/emulator/rnode-core.ts';
import { createUsbBoard, type LineEffect, type UsbBoard } from '#test/emulator/usb-board.ts';

export interface BoardOptions extends Pick<RNodeOptions, 'firmware' | 'battery' | 'temperature' | 'tellsFullQueue'> {
  readonly name: string;
  readonly kind: BoardKindName;
  readonly position?: Position;
  /** What runs on it instead of RNode firmware. */
  readonly runs?: OtherDevice;
  /** Left out: the device has none, as some bridges do. */
  readonly serialNumber?: string;
  readonly lines?: LineEffect;
  /** True: it comes only when it is plugged in. */
  readonly isAbsent?: boolean;
}

export interface BoardListener {
  onBytes?(bytes: Uint8Array): void;
  onPlugged?(isPlugged: boolean): void;
  onLineError?(error: LineError): void;
}

export interface Workbench {
  readonly ether: Ether;
  /** Lets time pass up to `now`, acts, and tells the listeners what came of it. */
  act<T>(now: number, act: () => T): T;
  advance(now: number): void;
  /** Throws when there is none. */
  board(name: string): UsbBoard;
  /** Undefined where something else runs. */
  rnode(name: string): RNode | undefined;
  readonly names: readonly string[];
  /** Something on the serial line itself went wrong, as its host sees it. */
  disturb(name: string, error: LineError): void;
  /** Returns how to stop listening. */
  listen(name: string, listener: BoardListener): () => void;
  readonly next: number;
}

export interface WorkbenchOptions {
  readonly seed: number;
  readonly boards: readonly BoardOptions[];
  readonly paths?: PathLosses;
  readonly loss?: number;
}

interface Place {
  readonly usb: UsbBoard;
  readonly firmware: Firmware;
  readonly rnode: RNode | undefined;
  readonly listeners: Set<BoardListener>;
  wasPlugged: boolean;
}

export const createWorkbench = ({ seed, boards, ...air }: WorkbenchOptions): Workbench => {
  const dice = createDice(seed, 'workbench');
  const ether = createEther({ dice: dice.named('ether'), ...air });

  const createPlace = ({
    name,
    kind,
    position,
    runs,
    serialNumber,
    lines,
    isAbsent,
    ...options
  }: BoardOptions): Place => {
    const own = dice.named(name);
    const seat = ether.join(name, position);
    let restart = (_now: number): void => undefined;
    const rnode =
      runs === undefined
        ? createRNode({ ...options, kind: BOARD_KINDS[kind], seat, dice: own, onRestart: (now) => restart(now) })
        : undefined;
    const firmware = rnode ?? createOtherDevice(runs ?? 'bootloader', own);
    const usb = createUsbBoard({
      firmware,
      usb: BOARD_KINDS[kind].usb,
      dice: own,
      serialNumber,
      ...(lines && { lines }),
    });
    restart = usb.restart;
    if (isAbsent !== true) usb.plug(0);
    return { usb, firmware, rnode, listeners: new Set(), wasPlugged: usb.isPlugged };
  };
  const places = new Map(boards.map((board) => [board.name, createPlace(board)]));
  const placeOf = (name: string): Place => {
    const place = places.get(name);
    if (place === undefined) throw new Error(`no board is called ${name}`);
    return place;
  };

  const tell = (place: Place): void => {
    const bytes = place.usb.take();
    if (bytes.length > 0) for (const listener of [...place.listeners]) listener.onBytes?.(bytes);
    if (place.wasPlugged === place.usb.isPlugged) return;
    place.wasPlugged = place.usb.isPlugged;
    for (const listener of [...place.listeners]) listener.onPlugged?.(place.wasPlugged);
  };
  const tellAll = (): void => {
    for (const place of places.values()) tell(place);
  };
  const nextOfAll = (): number => Math.min(ether.next, ...[...places.values()].map(({ usb }) => usb.next));
  /** The ether first: who receives at this moment does so before it acts. */
  const step = (now: number): void => {
    for (const event of ether.advance(now)) {
      if (event.kind === 'received') places.get(event.station)?.firmware.hear(event, now);
    }
    for (const place of places.values()) place.usb.advance(now);
    tellAll();
  };
  let time = 0;
  const advance = (now: number): void => {
    for (let next = nextOfAll(); next <= now; next = nextOfAll()) {
      time = Math.max(time, next);
      step(time);
    }
    time = Math.max(time, now);
    step(time);
  };

  return {
    ether,
    names: [...places.keys()],
    act: (now, act) => {
      advance(now);
      const result = act();
      tellAll();
      return result;
    },
    advance,
    board: (name) => placeOf(name).usb,
    rnode: (name) => placeOf(name).rnode,
    disturb: (name, error) => {
      for (const listener of [...placeOf(name).listeners]) listener.onLineError?.(error);
    },
    listen: (name, listener) => {
      const { listeners } = placeOf(name);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get next() {
      return nextOfAll();
    },
  };
};
