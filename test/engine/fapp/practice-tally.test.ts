/** What a practice's device counts, without a node around it: what counts as what, on which day, how long, and read back. */
import { describe, expect, test } from 'vitest';
import type { Bucket, Millis, OfferId, SessionName } from '#core/brand.ts';
import { toUtf8 } from '#core/bytes/utf8.ts';
import { berlinWall } from '#core/calendar/berlin-time.ts';
import { DAY, HOUR, MINUTE } from '#core/domain/limits.ts';
import { ANSWERED_WITHIN, TALLIED, TALLY_DAYS, type Tallied, type TallyDay } from '#core/domain/practice-tally.ts';
import type { Effect } from '#engine/effect.ts';
import type { InboxPhase, InboxRecord } from '#engine/fapp/inbox-entry.ts';
import {
  createPracticeTally,
  decodePracticeTally,
  type PracticeTally,
  TALLY_KEY,
} from '#engine/fapp/practice-tally.ts';
import { createHarness, ofKind } from '#test/engine/step-harness.ts';

const NOW = Date.UTC(2026, 10, 23, 9, 0) as Millis;
const entry = (phase: InboxPhase, change: Partial<InboxRecord> = {}): InboxRecord => ({
  ...{ requestId: '00000000000000a1', sender: '00000000000000b2', pseudonym: 'Mondlicht', code: '', text: '' },
  ...{ offer: 0 as OfferId, start: (NOW + 30 * HOUR) as Millis, receivedAt: NOW, deadline: (NOW + DAY) as Millis },
  ...{ phase, refusal: undefined, owesReceipt: false, answer: undefined, answerNotBefore: 0 as Millis, note: '' },
  ...{ unseen: false, session: 's' as SessionName, bucket: 7 as Bucket, removalSeed: new Uint8Array(16) },
  ...change,
});
const countOf = (days: readonly TallyDay[], what: Tallied): number =>
  days.reduce((sum, { counts }) => sum + (counts[TALLIED.indexOf(what)] ?? 0), 0);
const nonZero = (days: readonly TallyDay[]): Partial<Record<Tallied, number>> =>
  Object.fromEntries(TALLIED.map((what) => [what, countOf(days, what)]).filter(([, count]) => count !== 0));

const setUp = (start: number = NOW) => {
  const harness = createHarness(undefined, start);
  const tally = createPracticeTally(harness.context);
  const run = (work: (tally: PracticeTally) => void): Effect[] => harness.step(() => work(tally));
  return { ...harness, tally, run };
};

describe('a change counts as', () => {
  test.each<[Tallied, InboxRecord | undefined, InboxRecord]>([
    ['received', undefined, entry('open')],
    ['confirmed', entry('open'), entry('confirmed')],
    ['declined', entry('open'), entry('rejected')],
    ['passedOver', entry('open'), entry('rejected', { refusal: 'slot-taken' })],
    ['expired', entry('open'), entry('expired')],
    ['withdrawn', entry('open'), entry('cancelled')],
    ['cancelled', entry('confirmed'), entry('cancelled', { unseen: true })],
    ['calledOff', entry('confirmed'), entry('called-off')],
  ])('%s', (what, before, after) => {
    const { run, tally } = setUp();
    run(() => tally.turned(before, after));
    expect(nonZero(tally.all())).toEqual({ [what]: 1 });
    expect(tally.owed()).toHaveLength(1);
    expect(tally.owed()).toEqual([]);
  });

  test.each<[string, InboxRecord | undefined, InboxRecord]>([
    ['refused at once', undefined, entry('refused', { refusal: 'blocked' })],
    ['from a backup', undefined, entry('confirmed', { restored: true })],
    ['expired in a backup', undefined, entry('expired', { restored: true })],
    ['the same phase', entry('confirmed', { answer: 'owed' }), entry('confirmed', { answer: 'custody' })],
    ['no slots', entry('open'), entry('open')],
  ])('nothing: %s', (_, before, after) => {
    const { run, tally } = setUp();
    run(() => {
      tally.turned(before, after);
      tally.announced(0);
    });
    expect(tally.all()).toEqual([]);
    expect(tally.owed()).toEqual([]);
  });
});

describe('the time to an answer', () => {
  test.each([
    [0, 0],
    [5 * MINUTE, 0],
    [5 * MINUTE + 1, 1],
    [3 * HOUR, ANSWERED_WITHIN.indexOf((3 * HOUR) as Millis)],
    [25 * HOUR, ANSWERED_WITHIN.length - 1],
    // The clock was set back meanwhile.
    [-HOUR, 0],
  ])('%d ms is in step %d', (after, step) => {
    const { run, tally } = setUp();
    const receivedAt = (NOW - after) as Millis;
    run(() => tally.turned(entry('open', { receivedAt }), entry('confirmed', { receivedAt })));
    expect(tally.all()[0]?.answers).toEqual(ANSWERED_WITHIN.map((_, i) => (i === step ? 1 : 0)));
  });

  test('is that of a person: what follows by itself has none', () => {
    const { run, tally } = setUp();
    run(() => {
      tally.turned(entry('open'), entry('rejected', { refusal: 'slot-taken' }));
      tally.turned(entry('open'), entry('expired'));
    });
    expect(tally.all().flatMap(({ answers }) => answers)).not.toContain(1);
  });
});

describe('the day', () => {
  test('is the one in Berlin, in winter and in summer', () => {
    for (const [at, day] of [
      [Date.UTC(2026, 10, 23, 22, 59), '2026-11-23'],
      [Date.UTC(2026, 10, 23, 23, 0), '2026-11-24'],
      [Date.UTC(2026, 6, 1, 21, 59), '2026-07-01'],
      [Date.UTC(2026, 6, 1, 22, 0), '2026-07-02'],
    ] as const) {
      const { run, tally } = setUp(at);
      run(() => tally.announced(3));
      expect(tally.all().map((one) => one.day * DAY)).toEqual([Date.parse(day)]);
    }
  });

  test('of what expired while nobody was there is the one of its deadline', () => {
    const { run, tally, wait } = setUp();
    wait(10 * DAY);
    run(() => tally.turned(entry('open'), entry('expired')));
    expect(tally.all().map(({ day }) => day)).toEqual([berlinWall((NOW + DAY) as Millis).day]);
  });
});

describe('it is bounded', () => {
  test('by age and by number; days that nobody counted on take no room', () => {
    const { run, tally, wait, now } = setUp();
    for (let day = 0; day < TALLY_DAYS + 20; day++) {
      run(() => tally.announced(1));
      wait(DAY);
    }
    run(() => tally.announced(1));
    expect(tally.all()).toHaveLength(TALLY_DAYS);
    expect(tally.all()[0]?.day).toBe(berlinWall(now()).day - TALLY_DAYS + 1);
    wait((TALLY_DAYS - 1) * DAY);
    run(() => undefined);
    expect(tally.all()).toHaveLength(1);
    wait(DAY);
    run(() => undefined);
    expect(tally.all()).toEqual([]);
  });

  test('what ended longer ago than that is not counted any more', () => {
    const { run, tally, wait } = setUp();
    wait((TALLY_DAYS + 2) * DAY);
    run(() => tally.turned(entry('open'), entry('expired')));
    expect(tally.all()).toEqual([]);
  });
});

describe('on disk', () => {
  const kept = (tally: PracticeTally): Uint8Array => {
    const [op] = tally.owed();
    return op?.op === 'put' ? op.value : expect.fail();
  };

  test('it is read back as it was, and counting goes on', () => {
    const { run, tally } = setUp();
    run(() => {
      tally.announced(4);
      tally.turned(undefined, entry('open'));
    });
    const read = decodePracticeTally(kept(tally));
    expect(read).toEqual({ ok: true, value: tally.all() });
    const again = setUp(NOW + DAY);
    if (read.ok) again.tally.load(read.value);
    again.run(() => again.tally.turned(undefined, entry('open')));
    expect(nonZero(again.tally.all())).toEqual({ received: 2, announced: 4 });
    expect(again.tally.all()).toHaveLength(2);
  });

  test('the longest is read back, too', () => {
    const { run, tally, wait } = setUp();
    for (let day = 0; day < TALLY_DAYS; day++) {
      run(() => tally.announced(1));
      wait(DAY);
    }
    run(() => tally.announced(1));
    expect(decodePracticeTally(kept(tally))).toMatchObject({ ok: true, value: { length: TALLY_DAYS } });
  });

  const day = { day: 20_780, counts: TALLIED.map(() => 1), answers: ANSWERED_WITHIN.map(() => 0) };
  test.each([
    ['nothing', ''],
    ['no list', '{}'],
    ['a day without counts', '[{"day":20780}]'],
    ['a count too few', JSON.stringify([{ ...day, counts: day.counts.slice(1) }])],
    ['a step too many', JSON.stringify([{ ...day, answers: [...day.answers, 0] }])],
    ['less than none', JSON.stringify([{ ...day, counts: day.counts.map(() => -1) }])],
    ['halves', JSON.stringify([{ ...day, counts: day.counts.map(() => 0.5) }])],
    ['a day twice', JSON.stringify([day, day])],
    ['days in no order', JSON.stringify([day, { ...day, day: 1 }])],
    ['too many days', JSON.stringify(Array.from({ length: TALLY_DAYS + 1 }, (_, i) => ({ ...day, day: i })))],
  ])('what is damaged is refused: %s', (_, text) => {
    expect(decodePracticeTally(toUtf8(text))).toEqual({ ok: false, code: 'malformed' });
  });

  test('forgotten, its row is gone, and counting begins anew', () => {
    const { run, tally } = setUp();
    run(() => tally.announced(2));
    tally.owed();
    const effects = run(() => tally.forget());
    expect(ofKind(effects, 'persist').flatMap(({ ops }) => ops)).toEqual([
      { op: 'delete', table: 'inbox', key: TALLY_KEY },
    ]);
    expect(ofKind(effects, 'notify').map(({ topic }) => topic)).toContain('inbox');
    expect(tally.all()).toEqual([]);
    run(() => tally.announced(1));
    expect(nonZero(tally.all())).toEqual({ announced: 1 });
  });
});
