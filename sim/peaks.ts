import type { TableSize } from '#engine/tables.ts';

/** The fullest that each bounded table of any node was, looked at after steps of the engines. */
export interface Peaks {
  look(name: string, entries: number, bound: number): void;
  sizes(): readonly TableSize[];
  /** Entries beyond the bound, of the table that went furthest beyond. */
  readonly over: number;
}

export const createPeaks = (): Peaks => {
  const peaks = new Map<string, { entries: number; bound: number }>();
  let over = 0;
  return {
    look: (name, entries, bound) => {
      const peak = peaks.get(name);
      // An empty table is told apart from one that does not exist, with the bound that it has.
      if (peak === undefined) peaks.set(name, { entries, bound });
      else if (entries > peak.entries) {
        peak.entries = entries;
        peak.bound = bound;
      }
      if (entries > bound) over = Math.max(over, entries - bound);
    },
    sizes: () => [...peaks].map(([name, { entries, bound }]) => ({ name, entries, bound })),
    get over() {
      return over;
    },
  };
};
