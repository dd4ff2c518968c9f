import type { Millis } from '#core/brand.ts';

/** Times that are taken: half-open intervals of instants, and nothing else about them. */
export interface Span {
  readonly from: Millis;
  readonly to: Millis;
}

/** More than a full practice has in half a year. */
export const MAX_BUSY = 2_000;

export const overlaps = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to;

/** Ascending, apart from each other, empty ones gone: the same times in the fewest spans. */
export const mergeSpans = (spans: readonly Span[]): Span[] => {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    if (span.to <= span.from) continue;
    const last = merged.at(-1);
    if (last === undefined || span.from > last.to) merged.push(span);
    else if (span.to > last.to) merged[merged.length - 1] = { from: last.from, to: span.to };
  }
  return merged;
};

/** Whether any of the merged spans meets this one: a binary search. */
export const meetsAny = (merged: readonly Span[], span: Span): boolean => {
  let low = 0;
  let high = merged.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((merged[middle]?.to ?? 0) <= span.from) low = middle + 1;
    else high = middle;
  }
  const found = merged[low];
  return found !== undefined && overlaps(found, span);
};
