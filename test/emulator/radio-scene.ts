import { createScene, type Scene, toText } from '#test/emulator/scene.ts';
import type { BoardOptions, WorkbenchOptions } from '#test/emulator/workbench.ts';

/** Boards that are set to one channel and on. Left out: 869.525 MHz, 125 kHz, SF8, 4/5, 14 dBm. */
export interface Channel {
  readonly bandwidth?: number;
  readonly spreadingFactor?: number;
  /** Hundredths of a percent. */
  readonly shortLimit?: number;
  readonly longLimit?: number;
}

const FREQUENCY = 869_525_000;
const hex = (value: number, bytes: number): string =>
  value
    .toString(16)
    .padStart(2 * bytes, '0')
    .replace(/../g, '$& ');

export const settingsOf = ({
  bandwidth = 125_000,
  spreadingFactor = 8,
  shortLimit = 0,
  longLimit = 0,
}: Channel): string =>
  [
    `c0 01 ${hex(FREQUENCY, 4)} c0`,
    `c0 02 ${hex(bandwidth, 4)} c0`,
    'c0 03 0e c0',
    `c0 04 ${hex(spreadingFactor, 1)} c0`,
    'c0 05 05 c0',
    `c0 0b ${hex(shortLimit, 2)} c0`,
    `c0 0c ${hex(longLimit, 2)} c0`,
  ].join(' ');

export const ON = 'c0 06 01 c0';
export const OFF = 'c0 06 00 c0';

export const createRadioScene = (
  boards: readonly BoardOptions[],
  channel: Channel = {},
  more: Partial<WorkbenchOptions> = {},
): Scene => {
  const scene = createScene(boards, more);
  for (const { name } of boards) {
    scene.open(name);
    scene.ask(name, settingsOf(channel));
    scene.ask(name, ON);
    scene.bytes(name);
  }
  return scene;
};

/** A DATA frame of so many bytes, all the same; of none of the bytes that need an escape. */
export const data = (length: number, value = 1): string => `c0 00 ${`${hex(value, 1)} `.repeat(length)} c0`;

/** The frames that are packets from the air, as their bytes. */
export const packets = (scene: Scene, name: string): readonly string[] =>
  scene
    .frames(name)
    .filter((frame) => frame.startsWith('00'))
    .map((frame) => frame.slice(3));

export const packet = (length: number, value = 1): string => toText(new Uint8Array(length).fill(value));
