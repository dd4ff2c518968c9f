import type { Millis } from '#core/brand.ts';
import type { InboxEntry, PracticeView } from '#host/rpc/api.ts';

/** What a backup brought back, in numbers: a practice counted before and after it was taken in. Pure. */
const COUNTED = ['offers', 'patterns', 'busy', 'appointments', 'lapsed', 'blocked'] as const;
/** `appointments`: restored ones that are still to come. `lapsed`: requests that were open then and cannot be answered now. */
export type PracticeCounts = Readonly<Record<(typeof COUNTED)[number], number>>;

export const NOTHING: PracticeCounts = { offers: 0, patterns: 0, busy: 0, appointments: 0, lapsed: 0, blocked: 0 };

export const countPractice = (
  practice: PracticeView,
  inbox: readonly InboxEntry[],
  blocked: number,
  now: Millis,
): PracticeCounts => {
  const restored = inbox.filter((entry) => entry.restored);
  return {
    offers: practice.offers.length,
    patterns: practice.calendar.patterns.length,
    busy: practice.calendar.busy.length,
    appointments: restored.filter(({ phase, ref }) => phase === 'confirmed' && ref.start > now).length,
    lapsed: restored.filter(({ phase }) => phase === 'expired').length,
    blocked,
  };
};

/** Never below nothing: what went away meanwhile did not go because of the backup. */
export const broughtBack = (before: PracticeCounts, after: PracticeCounts): PracticeCounts => {
  const more = (what: keyof PracticeCounts): number => Math.max(0, after[what] - before[what]);
  return {
    offers: more('offers'),
    patterns: more('patterns'),
    busy: more('busy'),
    appointments: more('appointments'),
    lapsed: more('lapsed'),
    blocked: more('blocked'),
  };
};

/** One line for a page's storage: a restore may wait for a relay, and the page be loaded again meanwhile. */
export const countsText = (counts: PracticeCounts): string => COUNTED.map((what) => counts[what]).join(' ');

export const parseCounts = (text: string | null): PracticeCounts | undefined => {
  if (text === null || !/^\d{1,6}( \d{1,6}){5}$/.test(text)) return undefined;
  const [offers = 0, patterns = 0, busy = 0, appointments = 0, lapsed = 0, blocked = 0] = text.split(' ').map(Number);
  return { offers, patterns, busy, appointments, lapsed, blocked };
};
