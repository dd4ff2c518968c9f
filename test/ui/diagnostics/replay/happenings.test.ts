import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KIND } from '#core/wire/kinds.ts';
import { densityOf, troublesOf } from '#ui/diagnostics/replay/density.ts';
import { frameGroup } from '#ui/diagnostics/replay/frame-group.ts';
import { happeningsBefore } from '#ui/diagnostics/replay/happenings.ts';
import { virtualTime } from '#ui/diagnostics/replay/virtual-time.ts';
import { traceOf, traces } from './trace-fixture.ts';

describe('rows of what happened', () => {
  const trace = traceOf([
    [0, 'up', 4],
    [0, 'up', 9],
    [10, 'link', 4, 9],
    [20, 'frame', 4, 9, 'hello'],
    [30, 'frame', 9, 4, 'beacon'],
    [40, 'frame', 4, 9, 'beacon'],
    [2_000, 'frame', 4, 9, 'beacon'],
    [2_100, 'lost', 4, 9, 'announce'],
    [2_200, 'unlink', 4, 9, 'lost'],
  ]);

  test('the latest first, runs of a second in one row', () => {
    const rows = happeningsBefore(trace, trace.at.length, 10);
    expect(rows.map(({ kind, at, total }) => [kind, at, total])).toEqual([
      ['unlink', 2_200, 1],
      ['lost', 2_100, 1],
      ['frame', 2_000, 1],
      ['frame', 40, 3],
      ['link', 10, 1],
      ['up', 0, 2],
    ]);
    expect(rows[0]).toMatchObject({ names: [['lost', 1]], ends: [[4, 9]] });
    expect(rows[3]).toMatchObject({
      names: [
        ['beacon', 2],
        ['hello', 1],
      ],
      ends: [],
    });
    expect(rows[5]?.ends).toEqual([
      [4, 4],
      [9, 9],
    ]);
  });

  test('never more rows than asked for, and none before anything happened', () => {
    expect(happeningsBefore(trace, trace.at.length, 2)).toHaveLength(2);
    expect(happeningsBefore(trace, 0, 10)).toEqual([]);
  });

  test('every event is in exactly one row', () => {
    fc.assert(
      fc.property(traces, fc.nat(120), (any, played) => {
        const until = Math.min(played, any.at.length);
        const rows = happeningsBefore(any, until, 1_000);
        expect(rows.reduce((sum, { total }) => sum + total, 0)).toBe(until);
      }),
    );
  });
});

test('the timeline counts every event once, and troubles begin where a calm ends', () => {
  const trace = traceOf([
    [0, 'frame', 0, 1, 'beacon'],
    [100, 'frame', 0, 1, 'beacon'],
    [1_000, 'lost', 0, 1, 'beacon'],
    [1_500, 'down', 1],
    [1_500, 'unlink', 0, 1, 'lost'],
    [9_000, 'lost', 0, 1, 'beacon'],
    [10_000, 'frame', 0, 1, 'beacon'],
  ]);
  const { frames, lost, downs, unlinks } = densityOf(trace, 10);
  expect([...frames]).toEqual([2, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  expect([...lost]).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
  expect([...downs]).toEqual([...unlinks]);
  expect([...troublesOf(trace)]).toEqual([1_000, 9_000]);
});

test('every kind on the wire has a group; what is not known is other', () => {
  expect(Object.keys(KIND).filter((kind) => frameGroup(kind) === 'other')).toEqual([]);
  expect(frameGroup('tomorrow')).toBe('other');
});

test.each([
  [0, '0:00,0'],
  [62_450, '1:02,4'],
  [59_999, '0:59,9'],
  [3_602_400, '1:00:02,4'],
  [-5, '0:00,0'],
])('%d ms is %s', (ms, text) => {
  expect(virtualTime(ms, 'de')).toBe(text);
  expect(virtualTime(ms, 'en')).toBe(text.replace(',', '.'));
});
