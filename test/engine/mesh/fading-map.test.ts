/** A map that forgets: by time, by number, and when the clock turned out to be wrong. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { createFadingMap } from '#engine/mesh/fading-map.ts';

const at = (time: number): Millis => time as Millis;

describe('a fading map', () => {
  test('knows an entry until its life is over, anew with each setting', () => {
    const map = createFadingMap<string, number>(10, 100);
    map.set('a', 1, at(0));
    expect([map.get('a', at(99)), map.get('a', at(100))]).toEqual([1, undefined]);
    map.set('a', 2, at(50));
    expect([map.get('a', at(149)), map.get('a', at(150))]).toEqual([2, undefined]);
    map.delete('a');
    expect(map.get('a', at(60))).toBeUndefined();
  });
  test('forgets the one set longest ago when there are too many', () => {
    const map = createFadingMap<string, number>(2, 100);
    map.set('a', 1, at(0));
    map.set('b', 2, at(0));
    map.set('a', 3, at(0));
    map.set('c', 4, at(0));
    expect(['a', 'b', 'c'].map((key) => map.get(key, at(0)))).toEqual([3, undefined, 4]);
  });
  test('does not know for a day what it noted while the clock was a day ahead', () => {
    const map = createFadingMap<string, number>(2, 100);
    map.set('a', 1, at(86_400_000));
    expect(map.get('a', at(0))).toBeUndefined();
  });
  test('never holds more than it may, and never anything that was not set less than a life ago', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: -50, max: 120 })));
    fc.assert(
      fc.property(steps, (moves) => {
        const map = createFadingMap<number, number>(4, 100);
        const last = new Map<number, number>();
        let now = 1_000;
        for (const [key, pause] of moves) {
          now += pause;
          map.set(key, now, at(now));
          last.set(key, now);
          expect(map.size).toBeLessThanOrEqual(4);
          for (let known = 0; known < 10; known++) {
            const value = map.get(known, at(now));
            if (value === undefined) continue;
            expect(value).toBe(last.get(known));
            expect(now - value).toBeLessThan(100);
          }
        }
      }),
    );
  });
});
