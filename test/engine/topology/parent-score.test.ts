import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Millis, Region } from '#core/brand.ts';
import { type ParentMetrics, parentScore } from '#engine/topology/parent-score.ts';

const BEST: ParentMetrics = {
  region: 80 as Region,
  ownRegion: 80 as Region,
  roundTrip: 0 as Millis,
  loss: 0,
  capability: 1,
  load: 0,
  battery: undefined,
  mobility: 0,
  priority: 1,
  reputation: 1,
};

const share = fc.double({ min: 0, max: 1, noNaN: true });
const metrics: fc.Arbitrary<ParentMetrics> = fc.record({
  region: fc.option(
    fc.integer({ min: 0, max: 99 }).map((region) => region as Region),
    { nil: undefined },
  ),
  ownRegion: fc.constant(80 as Region),
  roundTrip: fc.option(
    fc.double({ min: 0, max: 60_000, noNaN: true }).map((ms) => ms as Millis),
    { nil: undefined },
  ),
  loss: share,
  capability: share,
  load: share,
  battery: fc.option(share, { nil: undefined }),
  mobility: share,
  priority: share,
  reputation: share,
});

/** Nine terms are added: equal scores may differ in the last bits. */
const ROUNDING = 1e-12;

describe('the score of a parent', () => {
  test('is 1 for the best there can be and 0 for the worst', () => {
    expect(parentScore(BEST)).toBeCloseTo(1, 12);
    const worst = { ...BEST, region: undefined, roundTrip: Number.POSITIVE_INFINITY as Millis, loss: 1, capability: 0 };
    expect(parentScore({ ...worst, load: 1, battery: 0, mobility: 1, priority: 0, reputation: 0 })).toBe(0);
  });

  test('is always between 0 and 1, whatever it is told', () => {
    const any = fc.double();
    const wild = fc.record({
      ...{
        region: fc.constant(undefined),
        ownRegion: fc.constant(undefined),
        roundTrip: any.map((ms) => ms as Millis),
      },
      ...{ loss: any, capability: any, load: any, battery: any, mobility: any, priority: any, reputation: any },
    });
    fc.assert(
      fc.property(wild, (told) => {
        const score = parentScore(told);
        return score >= 0 && score <= 1;
      }),
    );
  });

  const falling = ['loss', 'load', 'mobility', 'roundTrip'] as const;
  const rising = ['capability', 'battery', 'priority', 'reputation'] as const;

  test.each([...falling, ...rising])('is monotone in %s', (field) => {
    const sign = falling.some((name) => name === field) ? -1 : 1;
    const scale = field === 'roundTrip' ? 10_000 : 1;
    fc.assert(
      fc.property(metrics, share, share, (given, a, b) => {
        const less = parentScore({ ...given, [field]: Math.min(a, b) * scale });
        const more = parentScore({ ...given, [field]: Math.max(a, b) * scale });
        expect((more - less) * sign).toBeGreaterThanOrEqual(-ROUNDING);
      }),
    );
    const at = (value: number): number => parentScore({ ...BEST, [field]: value * scale });
    expect((at(1) - at(0)) * sign).toBeGreaterThan(0.01);
  });

  test('falls with the distance of the region', () => {
    fc.assert(
      fc.property(metrics, (given) => {
        const at = (region: number | undefined): number =>
          parentScore({ ...given, region: region as Region | undefined });
        expect(at(80)).toBeGreaterThan(at(81));
        expect(at(81)).toBeGreaterThan(at(10));
        expect(at(10)).toBe(at(undefined));
      }),
    );
  });

  test('takes mains for a full battery, and no measurement for a middling one', () => {
    expect(parentScore({ ...BEST, battery: 1 })).toBe(parentScore(BEST));
    expect(parentScore({ ...BEST, roundTrip: undefined })).toBe(parentScore({ ...BEST, roundTrip: 100 as Millis }));
  });

  test('no boasting makes up for a slow, lossy link of a bad name', () => {
    const boaster = { ...BEST, loss: 0.5, roundTrip: 400 as Millis, reputation: 0.3, priority: 0.5 };
    const modest = { ...BEST, capability: 0, load: 1, battery: 0.5, mobility: 0.5, priority: 0.5 };
    expect(parentScore(modest)).toBeGreaterThan(parentScore(boaster));
  });
});
