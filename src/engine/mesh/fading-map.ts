import type { Millis } from '#core/brand.ts';

/** A map whose entries fade after a while, and of which there are at most so many: the oldest makes room. */
export interface FadingMap<K, V> {
  get(key: K, now: Millis): V | undefined;
  set(key: K, value: V, now: Millis): void;
  delete(key: K): void;
  readonly size: number;
}

/** `life` in milliseconds. */
export const createFadingMap = <K, V>(capacity: number, life: number): FadingMap<K, V> => {
  const entries = new Map<K, { readonly value: V; readonly until: number }>();
  return {
    get: (key, now) => {
      const entry = entries.get(key);
      return entry !== undefined && entry.until > now ? entry.value : undefined;
    },
    set: (key, value, now) => {
      entries.delete(key);
      entries.set(key, { value, until: now + life });
      if (entries.size <= capacity) return;
      const oldest = entries.keys().next();
      if (!oldest.done) entries.delete(oldest.value);
    },
    delete: (key) => {
      entries.delete(key);
    },
    get size() {
      return entries.size;
    },
  };
};
