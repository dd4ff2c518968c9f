import type { InboxEntry } from '#host/rpc/api.ts';
import { groupBy } from '#ui/group-by.ts';

/** Requests grouped by the slot they are for: one slot, one confirmation. Pure. */
export interface InboxGroup {
  readonly key: string;
  readonly entries: readonly InboxEntry[];
  readonly first: InboxEntry;
}

const groupKey = (entry: InboxEntry): string => `${entry.ref.offer}/${entry.ref.start}`;

/** Slots by time, requests within a slot in the order they came. */
const grouped = (entries: readonly InboxEntry[]): InboxGroup[] =>
  groupBy(entries, groupKey)
    .flatMap(([key, list]) => {
      const sorted = list.toSorted((a, b) => a.receivedAt - b.receivedAt);
      const [first] = sorted;
      return first === undefined ? [] : [{ key, entries: sorted, first }];
    })
    .sort((a, b) => a.first.ref.start - b.first.ref.start);

export const openGroups = (entries: readonly InboxEntry[]): InboxGroup[] =>
  grouped(entries.filter((entry) => entry.phase === 'open'));

/** The newest first. */
export const answered = (entries: readonly InboxEntry[]): InboxEntry[] =>
  entries.filter((entry) => entry.phase !== 'open').toSorted((a, b) => b.receivedAt - a.receivedAt);
