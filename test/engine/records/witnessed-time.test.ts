/** What time it is at least: moved by three keys, never by fewer, and never back. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress } from '#core/brand.ts';
import { DAY, FUTURE_TOLERANCE, HOUR, ISSUE_SKEW, MINUTE } from '#core/domain/limits.ts';
import type { Effect } from '#engine/effect.ts';
import {
  createWitnessedTime,
  decodeWitnesses,
  floorOf,
  WITNESSES_KEY,
  type Witness,
} from '#engine/records/witnessed-time.ts';
import { createHarness, ofKind } from '#test/engine/step-harness.ts';

const keyOf = (index: number): NodeAddress => index.toString(16).padStart(32, '0') as NodeAddress;
/** The device believes that it is 2020. */
const DEVICE = Date.UTC(2020, 0, 1);
const TRUTH = Date.UTC(2026, 10, 23, 9, 0) as Millis;
const ago = (ms: number): Millis => (TRUTH - ms) as Millis;

const create = (loaded: readonly Witness[] = [], relayTime?: Millis, start = DEVICE) => {
  const { context, step } = createHarness(undefined, start);
  const time = createWitnessedTime(context, loaded, () => relayTime);
  const effects: Effect[] = [];
  const note = (index: number, at: Millis): void => void effects.push(...step(() => time.note(keyOf(index), at)));
  const kept = (): readonly Witness[] => {
    const ops = ofKind(effects, 'persist').flatMap(({ ops }) => ops);
    const last = ops.findLast(({ key }) => key === WITNESSES_KEY);
    const decoded = last?.op === 'put' ? decodeWitnesses(last.value) : undefined;
    return decoded?.ok ? decoded.value : [];
  };
  const raised = (): readonly number[] => ofKind(effects, 'not-before').map(({ at }) => at);
  return { time, note, kept, raised, take: (action: () => void) => void effects.push(...step(action)) };
};

describe('a floor', () => {
  test('is what three keys agree on, less what an honest clock may be ahead', () => {
    const { time, note, raised } = create();
    note(1, ago(HOUR));
    note(2, ago(DAY));
    expect(time.floor()).toBe(0);
    expect(raised()).toEqual([]);
    note(3, ago(2 * DAY));
    expect(time.floor()).toBe(ago(2 * DAY) - ISSUE_SKEW);
    note(4, ago(2 * HOUR));
    expect(time.floor()).toBe(ago(DAY) - ISSUE_SKEW);
    expect(raised()).toEqual([ago(2 * DAY) - ISSUE_SKEW, ago(DAY) - ISSUE_SKEW]);
  });

  const anyKey = fc.integer({ min: 1, max: 12 });
  const anyDate = fc.integer({ min: -400, max: 400 }).map((hours) => (TRUTH + hours * HOUR) as Millis);
  const anyNotes = fc.array(fc.tuple(anyKey, anyDate), { maxLength: 60 });

  test('never moves by what fewer than three keys signed, however often and whatever', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(1, 2), anyDate), { maxLength: 40 }), (notes) => {
        const { time, note, raised } = create();
        for (const [key, at] of notes) note(key, at);
        expect(time.floor()).toBe(0);
        expect(raised()).toEqual([]);
      }),
    );
  });
  test('is the third of the latest dates by key, in whatever order they come, and never goes back', () => {
    fc.assert(
      fc.property(anyNotes, (notes) => {
        const { time, note } = create();
        const latest = new Map<number, number>();
        let before = 0;
        for (const [key, at] of notes) {
          note(key, at);
          latest.set(key, Math.max(at, latest.get(key) ?? 0));
          const third = [...latest.values()].sort((a, b) => b - a)[2];
          expect(time.floor()).toBe(third === undefined ? 0 : third - ISSUE_SKEW);
          expect(time.floor()).toBeGreaterThanOrEqual(before);
          before = time.floor();
        }
      }),
    );
  });
  test('two more keys, with any dates, never lift it above what the honest ones signed', () => {
    fc.assert(
      fc.property(anyNotes, fc.array(fc.tuple(fc.constantFrom(101, 102), anyDate)), (honest, rogue) => {
        const { time, note } = create();
        for (const [key, at] of [...honest, ...rogue]) note(key, at);
        const newest = Math.max(0, ...honest.map(([, at]) => at));
        expect(time.floor()).toBeLessThanOrEqual(newest);
      }),
    );
  });
  test('is kept while it matters, and read back at the next start', () => {
    fc.assert(
      fc.property(anyNotes, (notes) => {
        const { time, note, kept } = create();
        for (const [key, at] of notes) note(key, at);
        expect(floorOf(kept())).toBe(time.floor());
        expect(create(kept()).time.floor()).toBe(time.floor());
      }),
    );
  });
  test('that the clock is ahead of is written down in steps of ten minutes, and raises nothing', () => {
    const { note, kept, raised } = create([], undefined, TRUTH);
    for (const key of [1, 2, 3]) note(key, ago(HOUR));
    for (let minute = 1; minute < 60; minute++) for (const key of [1, 2, 3]) note(key, ago(HOUR - minute * MINUTE));
    expect(raised()).toEqual([]);
    const missing = ago(MINUTE) - ISSUE_SKEW - floorOf(kept());
    expect(missing).toBeGreaterThanOrEqual(0);
    expect(missing).toBeLessThan(10 * MINUTE);
  });
  test('is not moved by a clock that is ahead as far as an honest one may be', () => {
    const { note, raised } = create([], undefined, TRUTH);
    for (const key of [1, 2, 3]) note(key, (TRUTH + ISSUE_SKEW) as Millis);
    expect(raised()).toEqual([]);
  });
});

test('one key from the future casts doubt, and only until that time has come', () => {
  const { time, note } = create([], undefined, TRUTH);
  note(1, (TRUTH + FUTURE_TOLERANCE) as Millis);
  expect(time.isDoubted()).toBe(false);
  note(1, (TRUTH + FUTURE_TOLERANCE + MINUTE) as Millis);
  expect(time.isDoubted()).toBe(true);
});

test('what came is no news again, nor is what is older', () => {
  const { time, note } = create();
  note(1, ago(HOUR));
  expect([ago(2 * HOUR), ago(HOUR), ago(0)].map((at) => time.isNews(keyOf(1), at))).toEqual([false, false, true]);
  for (let key = 2; key <= 8; key++) note(key, ago(HOUR));
  expect(time.isNews(keyOf(9), ago(HOUR))).toBe(false);
  expect(time.isNews(keyOf(9), ago(0))).toBe(true);
});

describe('revoked keys', () => {
  test('no longer count, at the next start', () => {
    const { time, note, take, kept, raised } = create();
    for (const key of [1, 2, 3]) note(key, (TRUTH + 300 * DAY) as Millis);
    for (const key of [4, 5, 6]) note(key, ago(HOUR));
    const before = raised().length;
    take(() => time.retain((address) => ![1, 2, 3].map(keyOf).includes(address)));
    expect(floorOf(kept())).toBe(ago(HOUR) - ISSUE_SKEW);
    // The clock of a running node is not set back.
    expect(raised()).toHaveLength(before);
  });
});

describe('a relay', () => {
  const ahead = [1, 2, 3].map((key): Witness => [keyOf(key), (TRUTH + 300 * DAY) as Millis]);
  const honest = [4, 5, 6].map((key): Witness => [keyOf(key), ago(HOUR)]);
  test('that says it is earlier than keys signed is believed: their dates are forgotten', () => {
    const { time, take, kept, raised } = create([...ahead, ...honest]);
    take(() => time.told(TRUTH));
    expect(kept()).toEqual(honest);
    expect(raised()).toEqual([ago(HOUR) - ISSUE_SKEW]);
    expect(time.isDoubted()).toBe(true);
  });
  test('takes the doubt away that one or two keys cast, and moves no clock for it', () => {
    const older = honest.map(([key], index): Witness => [key, ago((index + 1) * HOUR)]);
    const { time, take, kept, raised } = create([...ahead.slice(0, 2), ...older], undefined, TRUTH);
    expect(time.isDoubted()).toBe(true);
    take(() => time.told(TRUTH));
    expect(time.isDoubted()).toBe(false);
    expect(kept()).toEqual(older);
    expect(raised()).toEqual([]);
  });
  test('that agrees changes nothing', () => {
    const { time, take, raised } = create(honest);
    take(() => time.told(TRUTH));
    expect(raised()).toEqual([]);
    expect(time.floor()).toBe(ago(HOUR) - ISSUE_SKEW);
  });
  test('as long as one is there, nothing from its future counts', () => {
    const { time, note } = create([], TRUTH);
    for (const key of [1, 2, 3]) note(key, (TRUTH + FUTURE_TOLERANCE + MINUTE) as Millis);
    expect(time.floor()).toBe(0);
    for (const key of [1, 2, 3]) note(key, TRUTH);
    expect(time.floor()).toBe(TRUTH - ISSUE_SKEW);
  });
});

test.each(['', '{}', '[["a"]]', '[["a","b"]]', `[${Array(9).fill('["a",1]').join(',')}]`])(
  'kept bytes that are damaged are none: %s',
  (text) => expect(decodeWitnesses(new TextEncoder().encode(text)).ok).toBe(false),
);
