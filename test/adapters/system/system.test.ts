import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBoundedClock, createSteadyClock, createSystemClock } from '#adapters/system/clock.ts';
import { createCounters } from '#adapters/system/counters.ts';
import { createSystemRng } from '#adapters/system/rng.ts';
import type { Millis } from '#core/brand.ts';

describe.each([
  ['system clock', createSystemClock],
  ['bounded clock', createBoundedClock],
  ['steady clock', createSteadyClock],
])('%s', (_name, createClock) => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('wakes once, not before its time, also after weeks', () => {
    const clock = createClock();
    for (const ms of [2, 500, 29_999, 30_001, 40 * 86_400_000]) {
      let woken = 0;
      const at = (clock.now() + ms) as Millis;
      clock.wakeAt(at, () => {
        expect(clock.now()).toBeGreaterThanOrEqual(at);
        woken += 1;
      });
      vi.advanceTimersByTime(ms - 1);
      expect(woken).toBe(0);
      vi.advanceTimersByTime(30_002);
      expect(woken).toBe(1);
    }
  });

  test('does not call back in the same turn, and not after it was cancelled', () => {
    const clock = createClock();
    let woken = 0;
    clock.wakeAt((clock.now() - 5) as Millis, () => woken++);
    expect(woken).toBe(0);
    vi.advanceTimersByTime(0);
    expect(woken).toBe(1);
    const cancel = clock.wakeAt((clock.now() + 90_000) as Millis, () => woken++);
    vi.advanceTimersByTime(45_000);
    cancel();
    vi.advanceTimersByTime(100_000);
    expect(woken).toBe(1);
  });
});

test('a wall clock that is set forward wakes its sleepers within half a minute; set back, no later than without', () => {
  vi.useFakeTimers();
  const clock = createSystemClock();
  let woken = 0;
  clock.wakeAt((clock.now() + 3_600_000) as Millis, () => woken++);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(30_000);
  expect(woken).toBe(1);
  clock.wakeAt((clock.now() + 10_000) as Millis, () => woken++);
  vi.setSystemTime(Date.now() - 3_600_000);
  vi.advanceTimersByTime(9_999);
  expect(woken).toBe(1);
  vi.advanceTimersByTime(1);
  expect(woken).toBe(2);
  vi.useRealTimers();
});

test('random bytes: as many as asked, never the same', () => {
  const rng = createSystemRng();
  for (const count of [0, 1, 32, 65_536, 200_001]) expect(rng.bytes(count).length).toBe(count);
  expect(rng.bytes(32)).not.toEqual(rng.bytes(32));
  expect(
    rng
      .bytes(200_001)
      .subarray(190_000)
      .some((byte) => byte !== 0),
  ).toBe(true);
});

test('counters add up, gauges replace, names are bounded', () => {
  const counters = createCounters();
  counters.count('refused', 'expired');
  counters.count('refused', 'expired', 4);
  counters.count('frames');
  counters.count('bytes', '', 100);
  counters.gauge('links', 3);
  counters.gauge('links', 2);
  expect(counters.snapshot()).toEqual({ 'refused expired': 5, frames: 1, bytes: 100, links: 2 });
  for (let name = 0; name < 5_000; name++) counters.count(`made from input ${name}`);
  expect(Object.keys(counters.snapshot())).toHaveLength(1_000);
  counters.count('frames');
  expect(counters.snapshot().frames).toBe(2);
});

describe('a clock that is told what time it is at least', () => {
  const HOUR = 3_600_000;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    vi.setSystemTime(Date.UTC(2020, 0, 1));
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const device = (): number => Date.now();

  test("is the device's where nobody knows", () => {
    const clock = createBoundedClock();
    expect([clock.now(), clock.behind()]).toEqual([device(), 0]);
    clock.notBefore(0 as Millis);
    expect([clock.now(), clock.behind()]).toEqual([device(), 0]);
  });
  test("goes on from there as time passes, whatever the device's clock does", () => {
    const clock = createBoundedClock();
    const told = (device() + 50_000 * HOUR) as Millis;
    clock.notBefore(told);
    expect([clock.now(), clock.behind()]).toEqual([told, 50_000 * HOUR]);
    vi.advanceTimersByTime(HOUR);
    expect(clock.now()).toBe(told + HOUR);
    vi.setSystemTime(device() - 24 * HOUR);
    expect([clock.now(), clock.behind()]).toEqual([told + HOUR, 50_024 * HOUR]);
  });
  test("is the device's again once somebody sets that right", () => {
    const clock = createBoundedClock();
    clock.notBefore((device() + HOUR) as Millis);
    vi.setSystemTime(device() + 3 * HOUR);
    expect([clock.now(), clock.behind()]).toEqual([device(), 0]);
  });
  test('takes back what it was told', () => {
    const clock = createBoundedClock();
    clock.notBefore((device() + HOUR) as Millis);
    clock.notBefore(0 as Millis);
    expect([clock.now(), clock.behind()]).toEqual([device(), 0]);
  });
  test('wakes sleepers within half a minute of being told that their time has come', () => {
    const clock = createBoundedClock();
    let woken = 0;
    clock.wakeAt((clock.now() + HOUR) as Millis, () => woken++);
    clock.notBefore((device() + 2 * HOUR) as Millis);
    vi.advanceTimersByTime(30_000);
    expect(woken).toBe(1);
  });
});
