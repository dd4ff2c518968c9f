import { describe, expect, test } from 'vitest';
import { checkAskedWords, pickPositions, splitWords } from '#ui/therapist/backup-words.ts';

const words = ['abandon', 'ability', 'able', 'about'];

test('words are told apart however they were set', () => {
  expect(splitWords(' 1. Abandon,\n2) ability  ABLE ')).toEqual(['abandon', 'ability', 'able']);
  expect(splitWords('')).toEqual([]);
});

describe('three words are asked for', () => {
  test('at different positions, in rising order', () => {
    expect(pickPositions(24, () => 0)).toEqual([0, 1, 2]);
    expect(pickPositions(24, (below) => below - 1)).toEqual([21, 22, 23]);
    expect(pickPositions(2, () => 0)).toEqual([0, 1]);
  });

  test('the right ones pass, whatever their case', () => {
    expect(checkAskedWords(words, [0, 2, 3], ['abandon', ' Able ', 'ABOUT'])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('a wrong one, a missing one and a neighbour do not', () => {
    expect(checkAskedWords(words, [0, 2, 3], ['abondon', '', 'able'])).toEqual([
      { key: 'word-wrong' },
      { key: 'required' },
      { key: 'word-wrong' },
    ]);
  });
});
