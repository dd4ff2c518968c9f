/**
 * The tables that grow with what is received, each beside its bound (docs/protocol/limits.md). Whoever owns a table names it
 * here, so that a status page, a test or a simulation can see that none outgrows it.
 */
export interface TableSize {
  readonly name: string;
  /** Entries now; of a table that there is one of for each link, those of the largest. */
  readonly entries: number;
  readonly bound: number;
}

export interface Tables {
  /** `bound` is a function where it depends on how many links there are. A name is used once. */
  add(name: string, bound: number | (() => number), entries: () => number): void;
  sizes(): TableSize[];
}

export const createTables = (): Tables => {
  const tables: (() => TableSize)[] = [];
  return {
    add: (name, bound, entries) => {
      const boundNow = typeof bound === 'number' ? () => bound : bound;
      tables.push(() => ({ name, entries: entries(), bound: boundNow() }));
    },
    sizes: () => tables.map((read) => read()),
  };
};

/** The most of anything: zero where there is nothing. */
export const largest = <T>(items: Iterable<T>, sizeOf: (item: T) => number): number => {
  let most = 0;
  for (const item of items) most = Math.max(most, sizeOf(item));
  return most;
};
