/** What happened in a world, counted: the engines' own counters, and the frames and bytes that went over links. */
export interface Tally {
  count(name: string, label?: string, by?: number): void;
  get(name: string, label?: string): number;
  /** Every counter whose name this is, by label. */
  labels(name: string): ReadonlyMap<string, number>;
  /** The sum over all labels. */
  sum(name: string): number;
}

export const createTally = (): Tally => {
  const counters = new Map<string, Map<string, number>>();
  const labels = (name: string): Map<string, number> => counters.get(name) ?? new Map<string, number>();
  return {
    count: (name, label = '', by = 1) => {
      let of = counters.get(name);
      if (of === undefined) {
        of = new Map();
        counters.set(name, of);
      }
      of.set(label, (of.get(label) ?? 0) + by);
    },
    get: (name, label = '') => labels(name).get(label) ?? 0,
    labels,
    sum: (name) => [...labels(name).values()].reduce((sum, value) => sum + value, 0),
  };
};
