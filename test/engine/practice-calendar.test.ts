/** A practice's patterns and busy times in a whole node: what becomes slots, what is announced, what stays. */
import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '#adapters/memory/memory-store.ts';
import type { DayNumber, Millis, OfferId, PatternId, WallMinute } from '#core/brand.ts';
import { berlinWall } from '#core/calendar/berlin-time.ts';
import { addDays, weekdayOf } from '#core/calendar/civil-day.ts';
import type { CalendarChange } from '#core/calendar/practice-calendar.ts';
import type { WeeklyPattern } from '#core/calendar/weekly-pattern.ts';
import { DAY, HOUR, MINUTE } from '#core/domain/limits.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import { toOfferView } from '#host/node/practice-views.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestCrypto, createTestNode, joinNodes, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

const A = 0 as OfferId;

const setUp = async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const [store, crypto] = [createMemoryStore(), createTestCrypto()];
  const practice = await createTestNode({ role: 'leaf', clock, store, crypto });
  joinNodes(practice.driver, relay.driver, clock);
  const address = await practice.adopt();
  const { command } = practice.driver;
  await command({ kind: 'save-profile', profile: PROFILE });
  await command({ kind: 'save-offer', offer: OFFER });
  const today = berlinWall(clock.now()).day;
  /** From tomorrow on, each week at nine. */
  const weekly: WeeklyPattern = {
    id: '00000001' as PatternId,
    offer: A,
    weekday: weekdayOf(addDays(today, 2)),
    from: 540 as WallMinute,
    to: 600 as WallMinute,
    buffer: 5,
    firstDay: today,
    lastDay: addDays(today, 41),
    except: [],
  };
  const change = (what: CalendarChange) => command({ kind: 'change-calendar', change: what });
  const save = (pattern: WeeklyPattern = weekly) => change({ kind: 'save-pattern', pattern });
  const slots = (node: TestNode = practice) => node.engine.views.offers()[0]?.slots ?? [];
  const announced = (): Millis[] =>
    (relay.engine.views.offer(address, A)?.announce?.starts ?? []).map((start) => fromWireMinute(start));
  return { clock, relay, practice, store, crypto, address, today, weekly, command, change, save, slots, announced };
};
const settle = (clock: VirtualClock) => clock.run(5_000);

test('a pattern becomes slots, wall time kept, which are announced; saved again nothing changes', async () => {
  const { clock, save, slots, announced } = await setUp();
  expect(await save()).toEqual({ ok: true, value: '' });
  await settle(clock);
  // 25 minutes and 5 between them: two fit into an hour, for six weeks without holidays in between, or fewer.
  expect(slots().length).toBeGreaterThanOrEqual(8);
  expect(slots().every(({ start }) => [540, 570].includes(berlinWall(start).minute))).toBe(true);
  expect(announced()).toEqual(slots().map(({ start }) => start));
  const before = slots();
  expect((await save()).ok).toBe(true);
  expect(slots()).toBe(before);
});

test('slots of a pattern that changed or went go with it, and those of others stay', async () => {
  const { clock, change, save, slots, weekly, command, announced, today } = await setUp();
  const byHand = (Math.ceil(clock.now() / (5 * MINUTE)) * 5 * MINUTE + 70 * DAY) as Millis;
  await command({ kind: 'add-slots', offer: A, starts: [byHand] });
  await save();
  expect((await save({ ...weekly, to: 565 as WallMinute, lastDay: addDays(today, 8) })).ok).toBe(true);
  expect(slots().filter(({ pattern }) => pattern !== undefined).length).toBeLessThanOrEqual(1);
  await change({ kind: 'remove-pattern', id: weekly.id });
  expect(slots().map(({ start }) => start)).toEqual([byHand]);
  await settle(clock);
  expect(announced()).toEqual([byHand]);
});

test('an occurrence that was withdrawn does not come back, also not hours later and after a restart', async () => {
  const { clock, save, slots, command, store, crypto } = await setUp();
  await save();
  const [first] = slots();
  await command({ kind: 'withdraw-slot', offer: A, start: first?.start ?? (0 as Millis) });
  await save();
  expect(slots()[0]).toEqual({ ...first, state: 'withdrawn' });
  await clock.run(7 * HOUR);
  const again = await createTestNode({ role: 'leaf', clock, store, crypto });
  expect(slots(again)[0]).toEqual({ ...first, state: 'withdrawn' });
  expect(slots(again)).toEqual(slots());
  expect(again.engine.views.calendar().patterns).toHaveLength(1);
});

test('busy times hide slots and nothing else: they are not announced and cannot be asked for, until they are free', async () => {
  const scene = await setUp();
  const { clock, change, command, practice, announced, relay } = scene;
  const start = (Math.ceil(clock.now() / (5 * MINUTE)) * 5 * MINUTE + 30 * HOUR) as Millis;
  const later = (start + 2 * HOUR) as Millis;
  await command({ kind: 'add-slots', offer: A, starts: [start, later] });
  await settle(clock);
  const patient = await createTestNode({ role: 'leaf', clock });
  joinNodes(patient.driver, relay.driver, clock);
  await clock.until(() => patient.engine.views.slots.size === 1);
  const busy = [{ from: (start + 5 * MINUTE) as Millis, to: (start + 6 * MINUTE) as Millis }];
  // Before the patient can hear of it: the request meets a slot that is hidden by now.
  expect((await change({ kind: 'set-busy', busy })).ok).toBe(true);
  const requestId = '00000000000000a1';
  const said = { pseudonym: 'Mondlicht', code: '', text: '', display: '' };
  await patient.driver.command({ kind: 'reserve', requestId, practice: scene.address, offer: A, start, ...said });
  await clock.until(() => patient.engine.views.requests()[0]?.phase === 'refused');
  expect(patient.engine.views.requests()[0]?.refusal).toBe('slot-taken');
  await settle(clock);
  expect(announced()).toEqual([later]);
  const offer = practice.engine.views.offers()[0] ?? expect.fail('no offer');
  expect(toOfferView(practice.engine.views, offer, clock.now()).slots[0]).toMatchObject({ hidden: true });
  await change({ kind: 'set-busy', busy: [] });
  await settle(clock);
  expect(announced()).toEqual([start, later]);
});

test('patterns go with their offer: a number that is used again is another offer', async () => {
  const { save, command, practice, slots } = await setUp();
  await save();
  await command({ kind: 'withdraw-offer', offer: A });
  expect(practice.engine.views.calendar().patterns).toEqual([]);
  await command({ kind: 'save-offer', offer: OFFER });
  expect(slots()).toEqual([]);
});

describe('refused, and nothing changes', () => {
  const BAD: readonly (readonly [string, string, (weekly: WeeklyPattern, today: DayNumber) => unknown])[] = [
    ['no offer', 'not-found', (weekly) => ({ kind: 'save-pattern', pattern: { ...weekly, offer: 7 } })],
    ['an end before its start', 'malformed', (weekly) => ({ kind: 'save-pattern', pattern: { ...weekly, to: 500 } })],
    ['a time off the grid', 'malformed', (weekly) => ({ kind: 'save-pattern', pattern: { ...weekly, from: 541 } })],
    ['a name of another kind', 'malformed', (weekly) => ({ kind: 'save-pattern', pattern: { ...weekly, id: 'x' } })],
    [
      'days that are over',
      'expired',
      (weekly, today) => ({
        kind: 'save-pattern',
        pattern: { ...weekly, firstDay: addDays(today, -9), lastDay: addDays(today, -1) },
      }),
    ],
    [
      'the minutes of another',
      'slot-taken',
      (weekly) => ({ kind: 'save-pattern', pattern: { ...weekly, id: '00000002', from: 570, to: 630 } }),
    ],
    ['a busy time that is none', 'malformed', () => ({ kind: 'set-busy', busy: [{ from: 'now', to: 1 }] })],
    [
      'more busy times than are kept',
      'malformed',
      () => ({
        kind: 'set-busy',
        busy: Array.from({ length: 2_001 }, (_, index) => ({ from: index * 10, to: index * 10 + 5 })),
      }),
    ],
    ['no such Land', 'malformed', () => ({ kind: 'set-land', land: 'XX' })],
    ['no such change', 'malformed', () => ({ kind: 'burn' })],
  ];
  test.each(BAD)('%s: %s', async (_, code, make) => {
    const { save, command, weekly, today, practice, slots } = await setUp();
    await save();
    const before = [practice.engine.views.calendar(), slots()];
    const change = make(weekly, today) as CalendarChange;
    expect(await command({ kind: 'change-calendar', change })).toEqual({ ok: false, code });
    expect([practice.engine.views.calendar(), slots()]).toEqual(before);
  });
});
