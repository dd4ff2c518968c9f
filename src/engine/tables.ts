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
  /** The same without a list: for whoever looks after many steps. */
  each(visit: TableVisit): void;
}

export type TableVisit = (name: string, entries: number, bound: number) => void;

export const createTables = (): Tables => {
  const tables: { readonly name: string; readonly entries: () => number; readonly bound: number | (() => number) }[] =
    [];
  const each = (visit: TableVisit): void => {
    for (const { name, entries, bound } of tables) visit(name, entries(), typeof bound === 'number' ? bound : bound());
  };
  return {
    add: (name, bound, entries) => {
      tables.push({ name, entries, bound });
    },
    sizes: () => {
      const sizes: TableSize[] = [];
      each((name, entries, bound) => sizes.push({ name, entries, bound }));
      return sizes;
    },
    each,
  };
};

/** The most of anything: zero where there is nothing. */
export const largest = <T>(items: Iterable<T>, sizeOf: (item: T) => number): number => {
  let most = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (size > most) most = size;
  }
  return most;
};
