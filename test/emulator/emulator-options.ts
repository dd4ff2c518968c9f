import { parseArgs } from 'node:util';
import type { BoardOptions } from '#test/emulator/workbench.ts';

export interface EmulatorOptions {
  readonly boards: readonly BoardOptions[];
  readonly seed: number;
  /** Of the bench's time; 0: it stands still until somebody lets it pass. */
  readonly speed: number;
  /** 0: any free one. */
  readonly port: number;
  /** Share of frames that every link loses. */
  readonly loss: number;
}

export const USAGE = `npm run --silent emulator -- [--board '{"name":"a","kind":"esp32"}']... [--seed N] [--speed X] [--port N] [--loss SHARE]`;

/** Two boards that hear each other. */
const PAIR: readonly BoardOptions[] = [
  { name: 'a', kind: 'esp32', serialNumber: '0001' },
  { name: 'b', kind: 'nrf52', serialNumber: '0002', position: { x: 500, y: 0 } },
];

/** Throws when something is no number, or no JSON. What a board's JSON says is taken as it is: BoardOptions. */
export const readOptions = (words: readonly string[]): EmulatorOptions => {
  const { values } = parseArgs({
    args: [...words],
    options: {
      board: { type: 'string', multiple: true },
      seed: { type: 'string', default: '1' },
      speed: { type: 'string', default: '1' },
      port: { type: 'string', default: '0' },
      loss: { type: 'string', default: '0' },
    },
  });
  const number = (name: 'seed' | 'speed' | 'port' | 'loss', most = Number.MAX_SAFE_INTEGER): number => {
    const value = Number(values[name]);
    if (!(value >= 0 && value <= most)) throw new RangeError(`--${name} is no number from 0 to ${most}`);
    return value;
  };
  const boards: readonly BoardOptions[] = values.board?.map((text) => JSON.parse(text)) ?? PAIR;
  return {
    boards,
    seed: number('seed'),
    speed: number('speed'),
    port: number('port', 65_535),
    loss: number('loss', 1),
  };
};
