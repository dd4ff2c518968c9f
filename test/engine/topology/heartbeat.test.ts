import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { createHeartbeat, type Heartbeat, type HeartbeatRules, type LinkClass } from '#engine/topology/heartbeat.ts';

const ms = (value: number): Millis => value as Millis;
const START = ms(1_000_000);
const at = (after: number): Millis => ms(START + after);

const heartbeat = (rules: Partial<HeartbeatRules> = {}): Heartbeat =>
  createHeartbeat({ class: 'backbone', peerClass: 'backbone', bytesPerSecond: undefined, ...rules }, START);

describe('the failure of a peer', () => {
  test.each([
    ['backbone', 3_300],
    ['foreground', 3_300],
    ['phone', 49_500],
  ] as const)('is noticed on a %s link after %i ms of silence, not before', (peerClass, silence) => {
    const link = heartbeat({ peerClass });
    expect(link.isDead(at(silence - 1))).toBe(false);
    expect(link.isDead(at(silence))).toBe(true);
  });

  test('any frame is a sign of life, also of one that was given up', () => {
    const link = heartbeat();
    link.received(at(3_000));
    expect(link.isDead(at(6_299))).toBe(false);
    expect(link.isDead(at(6_300))).toBe(true);
    link.received(at(7_000));
    expect(link.isDead(at(7_001))).toBe(false);
  });

  test('a clock that jumps back takes no life away', () => {
    const link = heartbeat();
    link.received(at(5_000));
    link.received(at(-60_000));
    expect(link.isDead(at(8_299))).toBe(false);
  });

  test('goes by what the other end keeps to', () => {
    const link = heartbeat({ class: 'backbone', peerClass: 'phone' });
    expect(link.isDead(at(49_499))).toBe(false);
    expect(link.isDue(at(1_000))).toBe(true);
  });

  test('is never noticed on radio, where nothing is sent either', () => {
    const link = heartbeat({ class: 'radio', peerClass: 'radio' });
    expect(link.isDead(at(1e12))).toBe(false);
    expect(link.isDue(at(1e12))).toBe(false);
    expect(link.nextCheck()).toBeUndefined();
  });
});

describe('a beacon', () => {
  test('is due when nothing was sent for an interval', () => {
    const link = heartbeat();
    expect(link.isDue(at(999))).toBe(false);
    expect(link.isDue(at(1_000))).toBe(true);
    link.sentBeacon(at(1_000), 86);
    expect(link.isDue(at(1_999))).toBe(false);
    expect(link.isDue(at(2_000))).toBe(true);
  });

  test('is not due while data flow', () => {
    const link = heartbeat();
    for (let now = 0; now < 60_000; now += 900) {
      link.sent(at(now));
      expect(link.isDue(at(now + 899))).toBe(false);
    }
  });

  test('never takes more than 2 % of a link', () => {
    const bytes = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 100_000 }),
        fc.array(bytes, { minLength: 2 }),
        (bytesPerSecond, sizes) => {
          const link = heartbeat({ bytesPerSecond });
          let now = 0;
          let total = 0;
          for (const size of sizes) {
            while (!link.isDue(at(now))) now += 100;
            // What is paid for by the time the next one may leave.
            expect(total).toBeLessThanOrEqual((now / 1_000) * bytesPerSecond * 0.02 + 1e-6);
            link.sentBeacon(at(now), size);
            total += size;
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  test('on a link of 5 KB a second, 86 bytes a second fit', () => {
    const link = heartbeat({ bytesPerSecond: 5_000 });
    for (let now = 1_000; now < 60_000; now += 1_000) {
      expect(link.isDue(at(now))).toBe(true);
      link.sentBeacon(at(now), 86);
    }
  });
});

test('the next check is when something may happen, and nothing happens before', () => {
  const classes = fc.constantFrom<LinkClass>('backbone', 'foreground', 'phone', 'radio');
  const steps = fc.array(fc.tuple(fc.constantFrom('received', 'sent', 'beacon'), fc.integer({ min: 0, max: 3_000 })));
  fc.assert(
    fc.property(classes, classes, steps, (own, peer, history) => {
      const link = heartbeat({ class: own, peerClass: peer, bytesPerSecond: 3_000 });
      let now = 0;
      for (const [step, wait] of history) {
        now += wait;
        if (step === 'received') link.received(at(now));
        else if (step === 'sent') link.sent(at(now));
        else link.sentBeacon(at(now), 60);
        const next = link.nextCheck();
        if (next === undefined) continue;
        expect(link.isDue(ms(next - 1)) || link.isDead(ms(next - 1))).toBe(false);
        expect(link.isDue(ms(next)) || link.isDead(ms(next))).toBe(true);
      }
    }),
  );
});

test('two idle ends that keep to their intervals never give each other up, with a beacon in three lost', () => {
  const a = heartbeat();
  const b = heartbeat();
  let count = 0;
  for (let now = 0; now < 600_000; now += 100) {
    expect(a.isDead(at(now)) || b.isDead(at(now))).toBe(false);
    for (const [from, to] of [[a, b] as const, [b, a] as const]) {
      if (!from.isDue(at(now))) continue;
      from.sentBeacon(at(now), 86);
      if (count++ % 3 !== 0) to.received(at(now + 50));
    }
  }
});
