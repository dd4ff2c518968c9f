import * as v from 'valibot';
import type { DayNumber, Millis } from '#core/brand.ts';
import { berlinWall } from '#core/calendar/berlin-time.ts';
import { ANSWERED_WITHIN, TALLIED, TALLY_DAYS, type Tallied, type TallyDay } from '#core/domain/practice-tally.ts';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import { ok, type Result } from '#core/result.ts';
import { unsigned } from '#core/wire/schema.ts';
import type { Context } from '#engine/context.ts';
import type { InboxRecord } from '#engine/fapp/inbox-entry.ts';
import type { StoreOp } from '#ports/store.ts';

/**
 * A practice's statistics, a tally for each day, for its own eyes: in no backup and on no wire. What is counted is owed to
 * the batch that keeps the change itself, so that after a crash both are there or neither is: each change counts once.
 */
export interface PracticeTally {
  /** A request came, or went into another phase. What a backup brought, and what was refused at once, counts nowhere. */
  turned(before: InboxRecord | undefined, after: InboxRecord): void;
  announced(slots: number): void;
  /** What was counted since: for the same batch. */
  owed(): StoreOp[];
  forget(): Result<string>;
  /** Oldest first, none older than TALLY_DAYS. */
  all(): readonly TallyDay[];
  load(days: readonly TallyDay[]): void;
}

/** Where it lies in the table `inbox`: no request has such an id. One row, so that no key tells a day. */
export const TALLY_KEY = 'tally';

const listOf = (length: number) => v.pipe(v.array(unsigned(Number.MAX_SAFE_INTEGER)), v.length(length));
const schema = v.pipe(
  v.array(
    v.pipe(
      v.object({
        day: unsigned(Number.MAX_SAFE_INTEGER),
        counts: listOf(TALLIED.length),
        answers: listOf(ANSWERED_WITHIN.length),
      }),
      v.transform((one): TallyDay => ({ ...one, day: one.day as DayNumber })),
    ),
  ),
  v.maxLength(TALLY_DAYS),
  v.check((days) => days.every(({ day }, i) => i === 0 || day > (days[i - 1]?.day ?? 0))),
);

export const decodePracticeTally = (bytes: Uint8Array): Result<TallyDay[]> => decodeLocal(schema, bytes);

/** What this change counts as; undefined where it is none. */
const countedAs = (before: InboxRecord | undefined, after: InboxRecord): Tallied | undefined => {
  if (before === undefined) return after.phase === 'open' ? 'received' : undefined;
  if (before.phase === after.phase) return undefined;
  switch (after.phase) {
    case 'confirmed':
    case 'expired':
      return after.phase;
    case 'rejected':
      return after.refusal === undefined ? 'declined' : 'passedOver';
    case 'cancelled':
      return before.phase === 'confirmed' ? 'cancelled' : 'withdrawn';
    case 'called-off':
      return 'calledOff';
    case 'open':
    case 'refused':
      return undefined;
  }
};

const plus = (list: readonly number[], index: number, by: number): number[] =>
  list.map((count, i) => (i === index ? count + by : count));

const nothingOn = (day: DayNumber): TallyDay => ({
  day,
  counts: TALLIED.map(() => 0),
  answers: ANSWERED_WITHIN.map(() => 0),
});

export const createPracticeTally = (context: Context): PracticeTally => {
  let days: readonly TallyDay[] = [];
  let isOwed = false;
  context.tables.add('days of statistics', TALLY_DAYS, () => days.length);
  const recent = (): TallyDay[] => {
    const oldest = berlinWall(context.now()).day - TALLY_DAYS;
    return days.filter(({ day }) => day > oldest);
  };

  const change = (at: Millis, to: (today: TallyDay) => TallyDay): void => {
    const { day } = berlinWall(at);
    const today = days.find((one) => one.day === day) ?? nothingOn(day);
    days = [...days.filter((one) => one !== today), to(today)].sort((a, b) => a.day - b.day);
    // By age, and by number: on a clock that was put right there may be days that are yet to come.
    days = recent().slice(-TALLY_DAYS);
    isOwed = true;
  };
  const count = (at: Millis, what: Tallied, by: number): void =>
    change(at, (today) => ({ ...today, counts: plus(today.counts, TALLIED.indexOf(what), by) }));
  const answered = (after: number): void => {
    const step = ANSWERED_WITHIN.findIndex((within) => after <= within);
    const index = step < 0 ? ANSWERED_WITHIN.length - 1 : step;
    change(context.now(), (today) => ({ ...today, answers: plus(today.answers, index, 1) }));
  };

  return {
    turned: (before, after) => {
      const what = countedAs(before, after);
      if (what === undefined) return;
      // It expired then, also where nobody was there to notice.
      count(what === 'expired' ? after.deadline : context.now(), what, 1);
      if (what === 'confirmed' || what === 'declined') answered(context.now() - after.receivedAt);
    },
    announced: (slots) => {
      if (slots > 0) count(context.now(), 'announced', slots);
    },
    owed: () => {
      if (!isOwed) return [];
      isOwed = false;
      return [{ op: 'put', table: 'inbox', key: TALLY_KEY, value: encodeLocal(days) }];
    },
    forget: () => {
      days = [];
      context.persist({ op: 'delete', table: 'inbox', key: TALLY_KEY });
      context.notify('inbox');
      return ok('');
    },
    all: recent,
    load: (loaded) => {
      days = loaded;
    },
  };
};
