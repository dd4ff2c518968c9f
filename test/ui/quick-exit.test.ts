import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEscapeCount } from '#ui/quick-exit.ts';

const pressAt = (times: readonly number[]): boolean[] => times.map(createEscapeCount());

describe('Escape, pressed again and again', () => {
  test.each([
    ['three within two seconds', [0, 900, 2_000], [false, false, true]],
    ['three that take longer', [0, 1_000, 2_001], [false, false, false]],
    ['a slow one before three quick ones', [0, 5_000, 5_200, 5_400], [false, false, false, true]],
    ['two', [0, 1], [false, false]],
    ['three at the very same time', [7, 7, 7], [false, false, true]],
  ])('%s', (_, times, leaves) => {
    expect(pressAt(times)).toEqual(leaves);
  });

  test('leaves exactly when the third last press is no older than two seconds, and counts anew then', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_500), { maxLength: 20 }), (gaps) => {
        let at = 0;
        const times = gaps.map((gap) => {
          at += gap;
          return at;
        });
        let since: number[] = [];
        const expected = times.map((time) => {
          since.push(time);
          const third = since.at(-3);
          const leaves = third !== undefined && time - third <= 2_000;
          if (leaves) since = [];
          return leaves;
        });
        expect(pressAt(times)).toEqual(expected);
      }),
    );
  });
});
