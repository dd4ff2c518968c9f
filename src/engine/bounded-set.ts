/** A set of strings that forgets the oldest beyond `capacity`. */
export interface BoundedSet {
  has(value: string): boolean;
  /** True when it was not there before. */
  add(value: string): boolean;
  delete(value: string): void;
  clear(): void;
  readonly size: number;
}

export const createBoundedSet = (capacity: number): BoundedSet => {
  const values = new Set<string>();
  return {
    has: (value) => values.has(value),
    add: (value) => {
      if (values.has(value)) return false;
      values.add(value);
      if (values.size > capacity) {
        const oldest = values.values().next();
        if (!oldest.done) values.delete(oldest.value);
      }
      return true;
    },
    delete: (value) => {
      values.delete(value);
    },
    clear: () => values.clear(),
    get size() {
      return values.size;
    },
  };
};
