/** Deadlines, limits and the wire's clock. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Millis, WireMinute } from '#core/brand.ts';
import { isTooSoon, requestDeadline } from '#core/domain/deadline.ts';
import {
  BUNDLE_TTL,
  DAY,
  FUTURE_TOLERANCE,
  HOUR,
  ISSUE_SKEW,
  MAX_ANNOUNCE_TTL,
  MAX_CBOR_BYTES,
  MAX_FRAME_BYTES,
  MINUTE,
  PREKEY_RETENTION,
  REQUEST_LEAD,
  REQUEST_TTL,
  RESERVE_LEAD,
  TOMBSTONE_TTL,
  TTL_HOURS,
} from '#core/domain/limits.ts';
import { fromWireMinute, MAX_WIRE_MINUTE, toWireMinute, WIRE_EPOCH_MS } from '#core/domain/wire-time.ts';

const NOW = Date.UTC(2026, 10, 23, 9) as Millis;
const later = (milliseconds: number): Millis => (NOW + milliseconds) as Millis;
const berlin = new Intl.DateTimeFormat('de-DE', { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit' });

describe('deadlines', () => {
  test('24 hours, or two hours before the slot', () => {
    expect(requestDeadline(NOW, later(10 * DAY))).toBe(later(DAY));
    expect(requestDeadline(NOW, later(20 * HOUR))).toBe(later(18 * HOUR));
  });
  test('for a slot that is near, ten minutes before it', () => {
    expect(requestDeadline(NOW, later(2 * HOUR + 10 * MINUTE))).toBe(later(10 * MINUTE));
    expect(requestDeadline(NOW, later(2 * HOUR + 9 * MINUTE))).toBe(later(2 * HOUR - MINUTE));
    expect(requestDeadline(NOW, later(30 * MINUTE))).toBe(later(20 * MINUTE));
  });
  test('within ten minutes it is too late to ask', () => {
    expect(isTooSoon(NOW, later(10 * MINUTE))).toBe(false);
    expect(isTooSoon(NOW, later(10 * MINUTE - 1))).toBe(true);
    expect(isTooSoon(NOW, later(-1))).toBe(true);
  });
  test('whatever the slot: after now, before the slot, and never more than a day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10 * MINUTE + 1, max: 100 * DAY }), (ahead) => {
        const [start, deadline] = [later(ahead), requestDeadline(NOW, later(ahead))];
        expect(isTooSoon(NOW, start)).toBe(false);
        expect(deadline).toBeGreaterThan(NOW);
        expect(deadline).toBeLessThanOrEqual(NOW + DAY);
        expect(deadline).toBeLessThanOrEqual(start - 10 * MINUTE);
        if (ahead >= 2 * HOUR + 10 * MINUTE) expect(deadline).toBe(Math.min(NOW + DAY, start - 2 * HOUR));
      }),
    );
  });
  test('they count hours that pass, not the clock on the wall, when the clocks change', () => {
    // The night to 25 October 2026 in Berlin has 25 hours: 18:00 on Saturday until 17:00 on Sunday.
    const [asked, start] = [Date.UTC(2026, 9, 24, 16) as Millis, Date.UTC(2026, 9, 26, 8) as Millis];
    expect(new Date(requestDeadline(asked, start)).toISOString()).toBe('2026-10-25T16:00:00.000Z');
    expect(berlin.format(requestDeadline(asked, start))).toBe('17:00');
  });
});

describe('limits', () => {
  test('fit each other', () => {
    expect(Math.max(...TTL_HOURS) * HOUR).toBe(MAX_ANNOUNCE_TTL);
    expect([...TTL_HOURS].sort((a, b) => a - b)).toEqual([...TTL_HOURS]);
    expect(TTL_HOURS).toHaveLength(8);
    // What was withdrawn stays away longer than any copy of it is taken, also from a clock that is ahead.
    expect(TOMBSTONE_TTL).toBeGreaterThanOrEqual(MAX_ANNOUNCE_TTL + FUTURE_TOLERANCE);
    // A request that was sealed to the last announcement can still be opened when it comes out of custody.
    expect(PREKEY_RETENTION).toBeGreaterThanOrEqual(MAX_ANNOUNCE_TTL + BUNDLE_TTL);
    expect(BUNDLE_TTL).toBeGreaterThanOrEqual(REQUEST_TTL);
    expect(REQUEST_LEAD).toBeGreaterThan(RESERVE_LEAD);
    expect(ISSUE_SKEW).toBeLessThan(FUTURE_TOLERANCE);
    expect(MAX_CBOR_BYTES).toBeLessThan(MAX_FRAME_BYTES);
  });
});

test('wire minutes are whole, from 2026, and clamped', () => {
  expect(toWireMinute(WIRE_EPOCH_MS as Millis)).toBe(0);
  expect(toWireMinute((WIRE_EPOCH_MS + 59_999) as Millis)).toBe(0);
  expect(toWireMinute(0 as Millis)).toBe(0);
  expect(toWireMinute(8.64e15 as Millis)).toBe(MAX_WIRE_MINUTE);
  expect(new Date(fromWireMinute(0 as WireMinute)).toISOString()).toBe('2026-01-01T00:00:00.000Z');
  expect(new Date(fromWireMinute(MAX_WIRE_MINUTE as WireMinute)).getUTCFullYear()).toBe(2057);
});

describe('wire minutes and the clocks of Berlin', () => {
  test('in March 02:30 is skipped: the wire goes on minute by minute', () => {
    const before = toWireMinute(Date.UTC(2026, 2, 29, 0, 59) as Millis);
    expect(berlin.format(fromWireMinute(before))).toBe('01:59');
    expect(berlin.format(fromWireMinute((before + 1) as WireMinute))).toBe('03:00');
  });
  test('in October 02:30 comes twice, as two minutes that differ', () => {
    const [summer, winter] = [0, 1].map((hour) => toWireMinute(Date.UTC(2026, 9, 25, hour, 30) as Millis)) as [
      WireMinute,
      WireMinute,
    ];
    expect([summer, winter].map((minute) => berlin.format(fromWireMinute(minute)))).toEqual(['02:30', '02:30']);
    expect(winter - summer).toBe(60);
  });
  test('every minute comes back, and every time is put into its own', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_WIRE_MINUTE }), fc.nat(59_999), (minute, within) => {
        const at = fromWireMinute(minute as WireMinute);
        expect(toWireMinute(at)).toBe(minute);
        expect(toWireMinute((at + within) as Millis)).toBe(minute);
      }),
    );
  });
});
