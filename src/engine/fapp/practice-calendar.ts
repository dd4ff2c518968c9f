import type { Millis, OfferId } from '#core/brand.ts';
import { berlinWall } from '#core/calendar/berlin-time.ts';
import {
  type CalendarChange,
  EMPTY_CALENDAR,
  encodePracticeCalendar,
  MAX_PATTERNS,
  type PracticeCalendar,
  parseCalendarChange,
} from '#core/calendar/practice-calendar.ts';
import { MAX_BUSY, meetsAny, mergeSpans, type Span } from '#core/calendar/span.ts';
import { type PatternFault, patternFaults, type WeeklyPattern } from '#core/calendar/weekly-pattern.ts';
import { HOUR } from '#core/domain/limits.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { CommandReply } from '#engine/command.ts';
import type { Context } from '#engine/context.ts';
import type { OwnOffer, OwnOfferSlot } from '#engine/fapp/own-offer.ts';
import { plannedSlots } from '#engine/fapp/planned-slots.ts';
import type { PracticeIdentity } from '#engine/fapp/practice-identity.ts';
import type { PracticeInbox } from '#engine/fapp/practice-inbox.ts';
import type { PracticeOffers } from '#engine/fapp/practice-offers.ts';

/** A practice's weekly patterns and busy times, and the slots that its offers have because of them. */
export interface PracticeCalendarDesk {
  current(): PracticeCalendar;
  change(change: CalendarChange): CommandReply;
  /** Passes on what a change of the offers came to; patterns follow it. */
  after(reply: CommandReply): CommandReply;
  isBusy(span: Span): boolean;
  /** Adds what a backup holds to what is here, as far as there is room. */
  take(saved: PracticeCalendar): void;
  load(calendar: PracticeCalendar): void;
  /** Follows the patterns as far ahead as they become slots. */
  refresh(): void;
}

/** Among the offers: what is private there is private here. */
export const CALENDAR_KEY = 'calendar';
const TIMER = 'calendar';
/** Slots come twelve weeks ahead, so hours do not matter. */
const PERIOD = 6 * HOUR;

interface CalendarRules {
  readonly identity: PracticeIdentity;
  readonly offers: PracticeOffers;
  readonly inbox: PracticeInbox;
}

const isSame = (a: readonly OwnOfferSlot[], b: readonly OwnOfferSlot[]): boolean =>
  a.length === b.length &&
  a.every((slot, i) => slot.start === b[i]?.start && slot.state === b[i]?.state && slot.pattern === b[i]?.pattern);

const REFUSED: Readonly<Partial<Record<PatternFault, RefusalCode>>> = { overlap: 'slot-taken', past: 'expired' };

export const createPracticeCalendar = (
  context: Context,
  { identity, offers, inbox }: CalendarRules,
): PracticeCalendarDesk => {
  let calendar = EMPTY_CALENDAR;
  const isBusy = (span: Span): boolean => meetsAny(calendar.busy, span);

  const store = (next: PracticeCalendar): void => {
    calendar = next;
    context.persist({ op: 'put', table: 'offers', key: CALENDAR_KEY, value: encodePracticeCalendar(next) });
    context.notify('practice');
  };

  const offerOf = (id: OfferId): OwnOffer | undefined => {
    const offer = offers.get(id);
    return offer?.withdrawn ? undefined : offer;
  };

  /** A number that is used again is another offer: patterns go with the one that they were made for. */
  const dropOrphans = (): void => {
    const patterns = calendar.patterns.filter((pattern) => offerOf(pattern.offer) !== undefined);
    if (patterns.length < calendar.patterns.length) store({ ...calendar, patterns });
  };

  const refresh = (): void => {
    if (identity.refusal() !== undefined) return;
    dropOrphans();
    const asked = new Set(
      [...inbox.all()].filter(({ phase }) => phase === 'open').map(({ offer, start }) => `${offer}/${start}`),
    );
    const isAsked = (offer: OfferId, start: Millis): boolean => asked.has(`${offer}/${start}`);
    const planned = plannedSlots({ offers: [...offers.all()], calendar, now: context.now(), isAsked });
    for (const [id, slots] of planned) {
      if (!isSame(offers.get(id)?.slots ?? [], slots)) offers.replaceSlots(id, slots);
    }
    if (calendar.patterns.length > 0) context.timers.set(TIMER, (context.now() + PERIOD) as Millis, refresh);
    else context.timers.cancel(TIMER);
  };

  const savePattern = (pattern: WeeklyPattern): Result<PracticeCalendar> => {
    const offer = offerOf(pattern.offer);
    if (offer === undefined) return refuse('not-found');
    const others = calendar.patterns.filter(({ id }) => id !== pattern.id);
    const [fault] = Object.values(patternFaults(pattern, offer.minutes, others, berlinWall(context.now()).day));
    if (fault !== undefined) return refuse(REFUSED[fault] ?? 'malformed');
    if (others.length >= MAX_PATTERNS) return refuse('over-capacity');
    return ok({ ...calendar, patterns: [...others, pattern].sort((a, b) => (a.id < b.id ? -1 : 1)) });
  };

  const changed = (change: CalendarChange): Result<PracticeCalendar> => {
    switch (change.kind) {
      case 'save-pattern':
        return savePattern(change.pattern);
      case 'remove-pattern':
        return ok({ ...calendar, patterns: calendar.patterns.filter(({ id }) => id !== change.id) });
      case 'set-busy':
        return ok({ ...calendar, busy: change.busy });
      case 'set-land':
        return ok({ ...calendar, land: change.land });
    }
  };

  /** Which slots are hidden now: what is announced changes where this does. */
  const hiddenOf = (offer: OwnOffer): string =>
    offer.slots.map(({ start }) => (offers.isHidden(offer.id, start) ? '1' : '0')).join('');

  return {
    current: () => calendar,
    change: (untrusted) => {
      const refused = identity.refusal();
      if (refused !== undefined) return refuse(refused);
      const change = parseCalendarChange(untrusted);
      const next = change.ok ? changed(change.value) : change;
      if (!next.ok) return next;
      const before = [...offers.all()].map((offer) => [offer, hiddenOf(offer)] as const);
      store(next.value);
      for (const [offer, hidden] of before) {
        if (hiddenOf(offer) !== hidden) offers.replaceSlots(offer.id, offer.slots);
      }
      refresh();
      return ok('');
    },
    after: (reply) => {
      if (reply.ok) refresh();
      return reply;
    },
    isBusy,
    take: ({ land, patterns, busy }) => {
      const added = patterns.filter((saved) => calendar.patterns.every(({ id }) => id !== saved.id));
      store({
        land: calendar.land ?? land,
        patterns: [...calendar.patterns, ...added].slice(0, MAX_PATTERNS).sort((a, b) => (a.id < b.id ? -1 : 1)),
        busy: mergeSpans([...calendar.busy, ...busy]).slice(0, MAX_BUSY),
      });
      refresh();
    },
    load: (loaded) => {
      calendar = loaded;
    },
    refresh,
  };
};
