import type { Dice } from '#sim/dice.ts';

/** What can be wrong with a board. All of it may be changed while it runs. */
export interface Faults {
  /** Neither reads nor writes until it is reset. */
  isFrozen: boolean;
  /** The modem never says that it has sent: after a while two errors, and a reset. */
  isModemStalled: boolean;
  /** The radio does not start. */
  failsToStart: boolean;
  /** Share of its own frames that it breaks off in the middle. */
  cutFrames: number;
  /** Share of its own frames before which it writes bytes that mean nothing. */
  noise: number;
}

export const createFaults = (): Faults => ({
  isFrozen: false,
  isModemStalled: false,
  failsToStart: false,
  cutFrames: 0,
  noise: 0,
});

const MAX_NOISE_BYTES = 12;

/** What arrives of a frame at the host. */
export const spoil = (frame: readonly number[], { cutFrames, noise }: Faults, dice: Dice): readonly number[] => {
  const before = dice.chance(noise) ? [...dice.bytes(1 + dice.integer(MAX_NOISE_BYTES))] : [];
  const kept = dice.chance(cutFrames) ? frame.slice(0, dice.integer(frame.length)) : frame;
  return [...before, ...kept];
};
