import ICAL from 'ical.js';
import type { DayNumber, Millis, WallMinute } from '#core/brand.ts';
import { berlinInstant } from '#core/calendar/berlin-time.ts';
import { addDays, toDayNumber } from '#core/calendar/civil-day.ts';
import { MAX_BUSY, mergeSpans, type Span } from '#core/calendar/span.ts';
import { DAY, MINUTE } from '#core/domain/limits.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/**
 * Busy times from a calendar file (iCalendar, RFC 5545): when each VEVENT takes place within a horizon, and nothing else of
 * it. What says that it takes no time (TRANSP:TRANSPARENT, STATUS:CANCELLED) is left out. Times without a zone, and whole
 * days, are Berlin's. The library reads the format and counts out recurrences; every count has a bound here.
 */
export type BusyProblem = 'not-a-calendar' | 'malformed' | 'scripted' | 'unknown-zone' | 'endless' | 'too-many';

export interface BusyTimes {
  /** Merged. */
  readonly busy: readonly Span[];
  /** Events that were read, also those that take no time. */
  readonly events: number;
}

const MAX_EVENTS = 20_000;
/** A daily event of fifty years. */
const MAX_STEPS = 20_000;
const MAX_STEPS_IN_ALL = 400_000;
/** Zones that files of Windows and others name without defining them, and that show what Berlin shows. */
const BERLIN_ALIKE = /^(.*\/)?(Berlin|Busingen|Vienna|Zurich|W\. Europe Standard Time)$/;

class Unreadable extends Error {
  readonly problem: BusyProblem;
  constructor(problem: BusyProblem) {
    super(problem);
    this.problem = problem;
  }
}

const dayOf = ({ year, month, day }: ICAL.Time): DayNumber => toDayNumber({ year, month, day });

/** A wall time in Berlin; one that the clocks skip is moved on by that hour, as RFC 5545 wants it. */
const berlin = (day: DayNumber, minute: number): Millis => {
  const at = berlinInstant(day, minute as WallMinute) ?? berlinInstant(day, (minute + 60) as WallMinute);
  if (at === undefined) throw new Unreadable('malformed');
  return at;
};

const toInstant = (time: ICAL.Time, tzid: string | undefined): Millis => {
  if (time.isDate) return berlin(dayOf(time), 0);
  const zone = time.zone?.tzid ?? 'floating';
  if (zone !== 'floating') return (time.toUnixTime() * 1_000) as Millis;
  if (tzid !== undefined && !BERLIN_ALIKE.test(tzid)) throw new Unreadable('unknown-zone');
  return berlin(dayOf(time), time.hour * 60 + time.minute);
};

const tzidOf = (component: ICAL.Component, name: string): string | undefined => {
  const tzid = component.getFirstProperty(name)?.getFirstParameter('tzid');
  return tzid === '' ? undefined : tzid;
};

const isFree = (component: ICAL.Component): boolean =>
  String(component.getFirstPropertyValue('transp') ?? '').toUpperCase() === 'TRANSPARENT' ||
  String(component.getFirstPropertyValue('status') ?? '').toUpperCase() === 'CANCELLED';

interface Horizon {
  readonly from: Millis;
  readonly to: Millis;
}

const spanOf = (start: ICAL.Time, end: ICAL.Time, tzid: string | undefined): Span => {
  const from = toInstant(start, tzid);
  if (end.isDate && !start.isDate) throw new Unreadable('malformed');
  // A whole day without an end lasts until the next one begins.
  const whole = start.isDate && end.compare(start) <= 0;
  return { from, to: whole ? berlin(addDays(dayOf(start), 1), 0) : toInstant(end, tzid) };
};

const reader = (horizon: Horizon) => {
  let steps = 0;
  const spans: Span[] = [];
  const put = (span: Span): void => {
    if (span.from < horizon.to && span.to > horizon.from && span.from < span.to) spans.push(span);
  };
  /** `moved`: starts, in Unix seconds, whose occurrence another VEVENT describes. */
  const read = (component: ICAL.Component, moved: ReadonlySet<number>): void => {
    if (component.getFirstProperty('dtstart') === null) throw new Unreadable('malformed');
    if (isFree(component)) return;
    const event = new ICAL.Event(component);
    const tzid = tzidOf(component, 'dtstart');
    if (!event.isRecurring() || component.getFirstProperty('recurrence-id') !== null) {
      return put(spanOf(event.startDate, event.endDate, tzid));
    }
    const iterator = event.iterator();
    for (let step = 0; ; step++) {
      const start = iterator.next();
      if (start === null || start === undefined) return;
      if (step >= MAX_STEPS || ++steps > MAX_STEPS_IN_ALL) throw new Unreadable('endless');
      const { endDate } = event.getOccurrenceDetails(start);
      const span = spanOf(start, endDate, tzid);
      if (span.from >= horizon.to) return;
      if (!moved.has(start.toUnixTime())) put(span);
      if (spans.length > MAX_STEPS) throw new Unreadable('too-many');
    }
  };
  return { read, spans };
};

const components = (text: string): ICAL.Component[] => {
  const parsed: unknown = ICAL.parse(text);
  if (!Array.isArray(parsed)) throw new Unreadable('malformed');
  // One calendar is a component, several are a list of them.
  const roots: unknown[] = typeof parsed[0] === 'string' ? [parsed] : parsed;
  return roots.map((root) => {
    if (!Array.isArray(root) || root[0] !== 'vcalendar') throw new Unreadable('not-a-calendar');
    return new ICAL.Component(root);
  });
};

const readCalendar = (text: string, horizon: Horizon): BusyTimes => {
  const events = components(text).flatMap((root) => root.getAllSubcomponents('vevent'));
  if (events.length > MAX_EVENTS) throw new Unreadable('too-many');
  const moved = new Map<string, Set<number>>();
  const uidOf = (event: ICAL.Component): string => String(event.getFirstPropertyValue('uid') ?? '');
  for (const event of events) {
    const value = event.getFirstPropertyValue('recurrence-id');
    if (!(value instanceof ICAL.Time)) continue;
    const known = moved.get(uidOf(event)) ?? new Set();
    moved.set(uidOf(event), known.add(value.toUnixTime()));
  }
  const { read, spans } = reader(horizon);
  for (const event of events) read(event, moved.get(uidOf(event)) ?? new Set());
  const busy = mergeSpans(spans);
  if (busy.length > MAX_BUSY) throw new Unreadable('too-many');
  return { busy, events: events.length };
};

/** From the day before `now` to half a year ahead, the furthest that a slot may be. Never throws. */
export const readBusy = (text: string, now: Millis): Result<BusyTimes, BusyProblem> => {
  const bare = text.replace(/^\uFEFF/, '').trim();
  if (!/^BEGIN:VCALENDAR\r?\n/i.test(bare)) return refuse('not-a-calendar');
  if (!/\nEND:VCALENDAR$/i.test(bare)) return refuse('malformed');
  // Lines are folded at 75 bytes: what is looked for may stand across two.
  if (/<\s*script|javascript:/i.test(bare.replace(/\r?\n[ \t]/g, ''))) return refuse('scripted');
  const from = Math.floor((now - DAY) / MINUTE) * MINUTE;
  try {
    return ok(readCalendar(bare, { from: from as Millis, to: (now + 181 * DAY) as Millis }));
  } catch (error) {
    // The library says what it cannot read by throwing; whatever it was, the file is not one that can be used.
    return refuse(error instanceof Unreadable ? error.problem : 'malformed');
  }
};
