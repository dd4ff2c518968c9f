import { distance, type Position, pathLoss } from '#sim/ether/propagation.ts';

/** Who is how far from whom, as decibels of loss: by positions, or as a table says. */
export interface PathLosses {
  /** Infinity: out of reach. */
  between(from: string, to: string): number;
  place(name: string, position: Position): void;
}

const HERE: Position = { x: 0, y: 0 };

/** By distance; nothing reaches further than `range` metres, whatever its strength. */
export const createPositions = (range = Number.POSITIVE_INFINITY): PathLosses => {
  const positions = new Map<string, Position>();
  return {
    between: (from, to) => {
      const metres = distance(positions.get(from) ?? HERE, positions.get(to) ?? HERE);
      return metres > range ? Number.POSITIVE_INFINITY : pathLoss(metres);
    },
    place: (name, position) => {
      positions.set(name, position);
    },
  };
};

/** Loss in dB from each sender to each receiver; what is not in the table is out of reach. Positions mean nothing. */
export const createLossTable = (table: Readonly<Record<string, Readonly<Record<string, number>>>>): PathLosses => ({
  between: (from, to) => table[from]?.[to] ?? Number.POSITIVE_INFINITY,
  place: () => undefined,
});
