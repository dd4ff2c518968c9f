import type { Millis } from '#core/brand.ts';
import type { InboxEntry, OfferView } from '#host/rpc/api.ts';
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

/** What the practice must hear of and has not: the soonest slot first. */
export const news = (entries: readonly InboxEntry[]): InboxEntry[] =>
  entries.filter((entry) => entry.unseen).toSorted((a, b) => a.ref.start - b.ref.start);

/** What waits for the practice: requests to answer, and cancellations to see. */
export const inboxCount = (entries: readonly InboxEntry[]): number =>
  entries.filter((entry) => entry.phase === 'open' || entry.unseen).length;

/** Whether the slot of a cancelled appointment is offered to others again. */
export const isFreeAgain = ({ ref }: InboxEntry, offers: readonly OfferView[], now: Millis): boolean => {
  const slot = offers.find((offer) => offer.id === ref.offer)?.slots.find(({ start }) => start === ref.start);
  return ref.start > now && (slot?.state === 'free' || slot?.state === 'requested');
};

/** Whether a slot that was called off could be given to somebody else. */
export const mayOfferAgain = ({ ref }: InboxEntry, offers: readonly OfferView[], now: Millis): boolean => {
  const slot = offers.find((offer) => offer.id === ref.offer)?.slots.find(({ start }) => start === ref.start);
  return ref.start > now && slot?.state === 'withdrawn';
};

/**
 * What else the device of this request asked for and still has: open requests and appointments to come, the soonest first. The
 * practice knows no more of a device than the pseudonym that it has there.
 */
export const alsoAsked = (entry: InboxEntry, all: readonly InboxEntry[], now: Millis): InboxEntry[] =>
  all
    .filter((other) => other.requestId !== entry.requestId && other.sender === entry.sender)
    .filter(({ phase, ref }) => phase === 'open' || (phase === 'confirmed' && ref.start > now))
    .toSorted((a, b) => a.ref.start - b.ref.start);

/** The newest first. */
export const answered = (entries: readonly InboxEntry[]): InboxEntry[] =>
  entries.filter((entry) => entry.phase !== 'open' && !entry.unseen).toSorted((a, b) => b.receivedAt - a.receivedAt);
