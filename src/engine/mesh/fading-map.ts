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
  const entries = new Map<K, { readonly value: V; readonly since: Millis }>();
  return {
    get: (key, now) => {
      const entry = entries.get(key);
      // Noted by a clock that was ahead and was set right since: nobody knows how long ago.
      const isFresh = entry !== undefined && entry.since <= now && now - entry.since < life;
      return isFresh ? entry.value : undefined;
    },
    set: (key, value, now) => {
      entries.delete(key);
      entries.set(key, { value, since: now });
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
