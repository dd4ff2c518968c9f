import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress } from '#core/brand.ts';
import { REFUSALS, type RefusalCode } from '#core/refusal.ts';
import {
  createReputation,
  EVICTION_SCORE,
  HEARSAY_CAP,
  MAX_OBSERVERS,
  NEUTRAL_SCORE,
  OBSERVER_CAP,
  REPUTATION_HALF_LIFE,
  type Report,
  type ReportReason,
  type Reputation,
  scoreOf,
  withReport,
} from '#engine/peers/reputation.ts';

const START = Date.UTC(2026, 10, 21) as Millis;
const at = (offset: number): Millis => (START + offset) as Millis;
const observer = (number: number): NodeAddress => number.toString(16).padStart(32, '0') as NodeAddress;
const told = (reports: readonly (Report & { readonly at?: number })[]): Reputation =>
  reports.reduce((reputation, report) => withReport(reputation, report, at(report.at ?? 0)), createReputation(START));
const times = (count: number, report: Report): Report[] => Array.from({ length: count }, () => report);

const codes = Object.keys(REFUSALS) as RefusalCode[];
const reasons: readonly ReportReason[] = [...codes, 'unresponsive', 'custody', 'delivered'];
const reason = fc.constantFrom(...reasons);
const offsets = fc.array(fc.integer({ min: -60_000, max: 2 * REPUTATION_HALF_LIFE }), { maxLength: 200 });

describe('score', () => {
  test('nothing is known: neutral, at any time', () => {
    expect(scoreOf(createReputation(START), START)).toBe(NEUTRAL_SCORE);
    expect(scoreOf(createReputation(START), at(10 * REPUTATION_HALF_LIFE))).toBe(NEUTRAL_SCORE);
  });

  test.each([
    ['bad-signature', 0.4],
    ['bad-key', 0.4],
    ['malformed', 0.45],
    ['too-large', 0.45],
    ['unresponsive', 0.46],
    ['replayed', 0.48],
    ['rate-limited', 0.48],
    ['custody', 0.51],
    ['delivered', 0.52],
  ] as const)('%s, seen once', (seen, score) => {
    expect(scoreOf(told([{ observer: 'self', reason: seen }]), START)).toBeCloseTo(score, 10);
  });

  test.each(['superseded', 'expired', 'from-the-future', 'unknown-key', 'unknown-kind', 'over-capacity'] as const)(
    '%s, which a well-meaning peer causes, changes nothing at all',
    (seen) => {
      const before = createReputation(START);
      expect(withReport(before, { observer: 'self', reason: seen }, at(1))).toBe(before);
      expect(withReport(before, { observer: observer(1), reason: seen }, at(1))).toBe(before);
    },
  );

  test('no refusal is a recommendation', () => {
    for (const code of codes) {
      expect(scoreOf(told([{ observer: 'self', reason: code }]), START)).toBeLessThanOrEqual(NEUTRAL_SCORE);
    }
  });

  test('stays between 0 and 1 whatever is reported', () => {
    const anybody = fc.oneof(fc.constant('self' as const), fc.nat(40).map(observer));
    fc.assert(
      fc.property(fc.array(fc.record({ observer: anybody, reason, at: fc.nat(100_000_000) })), (reports) => {
        const score = scoreOf(told(reports), at(100_000_000));
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('what we see ourselves is enough to drop somebody', () => {
    const seen = told(times(5, { observer: 'self', reason: 'bad-signature' }));
    expect(scoreOf(seen, START)).toBeLessThan(EVICTION_SCORE);
  });

  test('good deeds cannot be saved up to pay for an attack', () => {
    const reports = [...times(1_000, { observer: 'self', reason: 'custody' } as const)];
    const praised = told(reports);
    expect(scoreOf(praised, START)).toBe(0.75);
    const attacked = told([...reports, ...times(7, { observer: 'self', reason: 'bad-signature' } as const)]);
    expect(scoreOf(attacked, START)).toBeLessThan(EVICTION_SCORE);
  });

  test('a report makes a new reputation and leaves the old one as it was', () => {
    const before = told([{ observer: observer(1), reason: 'malformed' }]);
    const copy = { ...before, heard: new Map(before.heard) };
    withReport(before, { observer: observer(2), reason: 'malformed' }, at(5));
    expect(before).toEqual(copy);
  });
});

describe('hearsay', () => {
  test('one other observer alone never drives anybody to eviction, whatever it reports and when', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(reason, fc.nat(REPUTATION_HALF_LIFE)), { maxLength: 300 }), (reports) => {
        let now = START;
        let reputation = createReputation(now);
        for (const [told, wait] of reports) {
          now = (now + wait) as Millis;
          reputation = withReport(reputation, { observer: observer(1), reason: told }, now);
          expect(scoreOf(reputation, now)).toBeGreaterThan(EVICTION_SCORE);
        }
        expect(scoreOf(reputation, now)).toBeGreaterThanOrEqual(NEUTRAL_SCORE - OBSERVER_CAP);
      }),
      { numRuns: 500 },
    );
  });

  test('nor does it with a clock that jumps back and forth', () => {
    fc.assert(
      fc.property(offsets, (times) => {
        let reputation = createReputation(START);
        for (const offset of times) {
          reputation = withReport(reputation, { observer: observer(1), reason: 'bad-signature' }, at(offset));
          expect(scoreOf(reputation, at(offset))).toBeGreaterThan(EVICTION_SCORE);
        }
      }),
    );
  });

  test('the worst that it can say, a thousand times', () => {
    const slandered = told(times(1_000, { observer: observer(1), reason: 'bad-signature' }));
    expect(scoreOf(slandered, START)).toBeCloseTo(NEUTRAL_SCORE - OBSERVER_CAP, 10);
  });

  test('a crowd without us does not either: keys cost nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), reason), { maxLength: 400 }), (reports) => {
        const heard = reports.map(([who, why]) => ({ observer: observer(who), reason: why }));
        expect(scoreOf(told(heard), START)).toBeGreaterThanOrEqual(NEUTRAL_SCORE - HEARSAY_CAP - 1e-12);
      }),
    );
    expect(NEUTRAL_SCORE - HEARSAY_CAP).toBeGreaterThan(EVICTION_SCORE);
  });

  test('but makes what we see ourselves weigh sooner', () => {
    const crowd = Array.from({ length: 3 }, (_, who) =>
      times(5, { observer: observer(who), reason: 'bad-signature' }),
    ).flat();
    const own = times(2, { observer: 'self', reason: 'bad-signature' } as const);
    expect(scoreOf(told(own), START)).toBeGreaterThan(EVICTION_SCORE);
    expect(scoreOf(told([...crowd, ...own]), START)).toBeLessThan(EVICTION_SCORE);
  });

  test('praise by one observer is capped alike', () => {
    const praised = told(times(1_000, { observer: observer(1), reason: 'delivered' }));
    expect(scoreOf(praised, START)).toBeCloseTo(NEUTRAL_SCORE + OBSERVER_CAP, 10);
  });

  test('a bounded number of observers is remembered, the one heard longest ago is forgotten first', () => {
    const crowd = Array.from({ length: MAX_OBSERVERS + 3 }, (_, who) => observer(who));
    const reports = crowd.map((who): Report => ({ observer: who, reason: 'malformed' }));
    // The first speaks again before there are too many.
    const spoken = [
      ...reports.slice(0, MAX_OBSERVERS),
      { ...reports[0], observer: observer(0), reason: 'malformed' } as const,
    ];
    const { heard } = told([...spoken, ...reports.slice(MAX_OBSERVERS)]);
    expect(heard.size).toBe(MAX_OBSERVERS);
    expect(heard.has(observer(0))).toBe(true);
    expect([1, 2, 3].map((who) => heard.has(observer(who)))).toEqual([false, false, false]);
  });
});

describe('decay', () => {
  test('half of it is gone after a half-life, for better and for worse', () => {
    const bad = told(times(3, { observer: 'self', reason: 'bad-signature' }));
    expect(scoreOf(bad, at(REPUTATION_HALF_LIFE))).toBeCloseTo(0.35, 10);
    expect(scoreOf(bad, at(2 * REPUTATION_HALF_LIFE))).toBeCloseTo(0.425, 10);
    const good = told(times(10, { observer: 'self', reason: 'delivered' }));
    expect(scoreOf(good, at(REPUTATION_HALF_LIFE))).toBeCloseTo(0.6, 10);
    const heard = told(times(10, { observer: observer(1), reason: 'bad-signature' }));
    expect(scoreOf(heard, at(REPUTATION_HALF_LIFE))).toBeCloseTo(0.425, 10);
  });

  test('it makes no difference whether it is worked out at once or in steps', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(REPUTATION_HALF_LIFE), { minLength: 1, maxLength: 20 }), (waits) => {
        const end = waits.reduce((sum, wait) => sum + wait, 0);
        let now = 0;
        let reputation = told(times(4, { observer: 'self', reason: 'bad-signature' }));
        for (const wait of waits) {
          now += wait;
          // A report that is worth next to nothing in sum: up and down again.
          reputation = withReport(reputation, { observer: 'self', reason: 'delivered' }, at(now));
          reputation = withReport(reputation, { observer: 'self', reason: 'replayed' }, at(now));
        }
        const alone = told(times(4, { observer: 'self', reason: 'bad-signature' }));
        expect(scoreOf(reputation, at(end))).toBeCloseTo(scoreOf(alone, at(end)), 8);
      }),
    );
  });

  test('a clock that is set back neither forgives nor punishes', () => {
    const bad = told(times(3, { observer: 'self', reason: 'bad-signature' }));
    expect(scoreOf(bad, at(-1_000_000))).toBeCloseTo(0.2, 10);
  });

  test('an observer whose word has faded takes no room', () => {
    const once = told([{ observer: observer(1), reason: 'malformed' }]);
    const later = withReport(once, { observer: 'self', reason: 'custody' }, at(20 * REPUTATION_HALF_LIFE));
    expect(later.heard.size).toBe(0);
  });
});
