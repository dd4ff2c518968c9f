import { expect, test } from 'vitest';
import { REFUSALS } from '#core/refusal.ts';
import { counterWords } from '#ui/diagnostics/counter-words.ts';

const CODES = Object.entries(REFUSALS);

test.each(CODES)('%s has words of its own, counted here or by a peer', (code, byte) => {
  for (const name of [`refused ${code}`, `refused by peer ${byte}`]) {
    const { words, raw } = counterWords(name);
    expect(words).toMatch(/icht angenommen: \p{L}/u);
    expect(words).not.toContain(code);
    expect(raw).toBeUndefined();
  }
});

test('no two codes are said in the same words', () => {
  expect(new Set(CODES.map(([code]) => counterWords(`refused ${code}`).words)).size).toBe(CODES.length);
});

test('what has no words is shown as it is', () => {
  expect(counterWords('refused something-new')).toEqual({ words: undefined, raw: 'refused something-new' });
});
